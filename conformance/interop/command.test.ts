import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { demand, layOut, runCommand, takeOutput, tryCommand } from './command.ts'
import { PeerRefusal } from './peer.ts'

const folder = mkdtempSync(join(tmpdir(), 'interop-command-'))
const workplace = { folder, searchPath: '/usr/bin:/bin' }
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const shell = (script: string) => runCommand(workplace, 'sh', ['-c', script], 'given\n')

test('a command sees its folder and its input, and nothing of the environment of the run', async () => {
  process.env.OPENSSL_CONF = '/somewhere/openssl.cnf'
  const ran = await shell('pwd; cat; env | cut -d= -f1 | sort | tr "\\n" " "')
  delete process.env.OPENSSL_CONF
  const [where, input, names] = ran.stdout.toString().split('\n')
  expect([where, input]).toEqual([folder, 'given'])
  expect(names?.trim().split(' ')).toEqual(['HOME', 'LC_ALL', 'PATH', 'PWD', 'TZ'])
})

test('how a command ended is told: code, signal, not there', async () => {
  expect(await shell('echo no >&2; exit 3')).toMatchObject({ code: 3, signal: undefined, stderr: 'no\n' })
  expect(await shell('kill -SEGV $$')).toMatchObject({ code: undefined, signal: 'SIGSEGV' })
  expect(await tryCommand(workplace, 'no-such-command', [])).toBeUndefined()
  await expect(runCommand(workplace, 'no-such-command', [])).rejects.toThrow(PeerRefusal)
  await expect(demand(workplace, 'sh', ['-c', 'echo why >&2; exit 4'], (stderr) => stderr.trim())).rejects.toThrow(
    'sh exit 4: why',
  )
})

test('endless output ends the command, whoever writes it', async () => {
  expect(await runCommand(workplace, 'yes', [])).toMatchObject({ signal: 'SIGKILL' })
  expect(await shell('yes; true')).toMatchObject({ signal: 'SIGKILL' })
})

test('no job takes the output of the one before', async () => {
  await layOut(workplace, Buffer.from('first'))
  await shell('cp in out')
  expect((await takeOutput(workplace)).toString()).toBe('first')
  await layOut(workplace, Buffer.from('second'))
  await expect(takeOutput(workplace)).rejects.toThrow(PeerRefusal)
})
