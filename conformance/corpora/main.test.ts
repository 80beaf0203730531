import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

let empty: string
beforeAll(() => {
  empty = mkdtempSync(join(tmpdir(), 'smimelab-no-corpora-'))
})
afterAll(() => rmSync(empty, { recursive: true }))

function main(folder: string, ...words: string[]) {
  const env = { ...process.env, SMIMELAB_CORPORA: folder, FORCE_COLOR: '1' }
  const done = spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...words], { env, encoding: 'utf8' })
  return { status: done.status, stdout: done.stdout, stderr: done.stderr }
}

test('without the corpora: red, loud, and 1', () => {
  const { status, stdout, stderr } = main(join(empty, 'gone'))
  expect(status).toBe(1)
  expect(stdout).toBe('')
  expect(stderr.startsWith('\u001b[31mTHE CORPORA ARE NOT THERE')).toBe(true)
  expect(stderr).toContain('SMIMELAB_CORPORA')
})

test('with an empty folder: every corpus fails', () => {
  const { status, stdout } = main(empty, '--json')
  expect(status).toBe(1)
  const { ok, results } = JSON.parse(stdout)
  expect(ok).toBe(false)
  expect(results.length).toBeGreaterThan(25)
  for (const { name, right, problems, wrong } of results) {
    expect(right, name).toBe(0)
    expect(problems.length + wrong.length, name).toBeGreaterThan(0)
  }
})

test('a name that is none: 2, with the names there are', () => {
  const { status, stderr } = main(empty, 'wychproof')
  expect(status).toBe(2)
  expect(stderr).toContain('no corpus is called wychproof')
  expect(stderr).toContain('wycheproof/aes-gcm')
})
