import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { columnsOf } from '../../reports/inert.ts'
import { verbTable } from './verb-table.ts'

const main = fileURLToPath(new URL('main.ts', import.meta.url))

function smimelab(...argv: string[]) {
  return spawnSync(process.execPath, [main, ...argv], { encoding: 'utf8' })
}

test('the version is that of the package', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
  expect(smimelab('--version')).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' })
})

test('an old node is told what is wrong, before anything else is loaded', () => {
  const pretend = `Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.20.2'}})`
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`, main, 'help'],
    { encoding: 'utf8' },
  )
  expect(status).toBe(2)
  expect(stderr).toMatch(/^smimelab: Node\.js 24 or newer wanted, this is 20\.20\.2\n {2}hint: /)
})

test('what main.ts imports before the check is only node:process', () => {
  expect(readFileSync(main, 'utf8').match(/^import .*$/gm)).toEqual(["import process from 'node:process'"])
})

test.each([...verbTable.keys()])('the help of %s has a summary, two examples, and keeps to the width', async (name) => {
  const verb = await verbTable.get(name)?.()
  expect(verb?.name).toBe(name)
  expect(verb?.summary).toMatch(/^[a-z].*[^.]$/)
  expect(new Set(verb?.examples.map((each) => each.command)).size).toBe(2)
  const { status, stdout } = smimelab(name, '--help')
  expect(status).toBe(0)
  const prose = stdout.slice(0, stdout.indexOf('\nExamples\n'))
  for (const line of prose.split('\n')) expect(columnsOf(line)).toBeLessThanOrEqual(80)
})

test('help loads nothing that a verb needs only for its work', () => {
  const { stderr } = spawnSync(process.execPath, [main, 'help'], {
    encoding: 'utf8',
    env: { ...process.env, NODE_DEBUG: 'esm' },
  })
  expect(stderr).toContain('conformance/cli/open.ts')
  expect(stderr).not.toMatch(/node_modules|simulator\/(?!error)/)
})

test('a reader that goes away is no error, and changes no exit code', async () => {
  const child = spawn(process.execPath, [main, 'open', 'no-such-message.eml'])
  child.stdout.destroy()
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const status = await new Promise((resolve) => child.on('close', resolve))
  expect(stderr).toBe('smimelab: no-such-message.eml: message: no such file\n')
  expect(status).toBe(2)
})
