import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { recordSchema } from '../../reports/record.ts'
import { sampleTenant } from '../run/package-files.ts'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'smimelab-run-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function smimelab(...args: string[]) {
  return spawnSync(process.execPath, [main, 'run', ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  })
}

test('without arguments: the sample tenant, per-device against shared, in 80 columns without colour', () => {
  const { status, stdout, stderr } = smimelab()
  expect([status, stderr]).toEqual([0, ''])
  expect(stdout).toContain('Per-device certificates')
  expect(stdout).toContain('Shared with history')
  expect(stdout).toContain('out/report.html')
  expect(stdout).not.toContain('\x1b')
  expect(Math.max(...stdout.split('\n').map((line) => [...line].length))).toBeLessThanOrEqual(80)
})

test('--json: one document on stdout, the paths on stderr', () => {
  const { status, stdout, stderr } = smimelab('--policy', 'shared-newest-only', '--json', '--out', 'newest')
  expect(status).toBe(0)
  const record = recordSchema.parse(JSON.parse(stdout))
  expect(record.policies.map((each) => each.policy)).toEqual(['shared-newest-only'])
  expect(stderr).toContain('newest/record.json')
  expect(JSON.parse(readFileSync(join(folder, 'newest/record.json'), 'utf8'))).toEqual(record)
})

describe('usage', () => {
  test.each([
    [['--policy', 'shraed'], 'did you mean shared'],
    [['--tennant', 'x'], 'did you mean --tenant'],
    [['--tenant', 'nowhere'], 'nowhere'],
    [['stray'], 'stray'],
    [['--out', '/dev/null/x', '--policy', 'shared'], '/dev/null/x'],
  ])('%j: exit code 2, no stack trace', (args, said) => {
    const { status, stdout, stderr } = smimelab(...args)
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toContain(said)
    expect(stderr).not.toMatch(/^\s+at /m)
  })
})

test('a tenant with a broken file: named in the output, the others go on, exit code 1', () => {
  const tenant = join(folder, 'tenant')
  cpSync(sampleTenant, tenant, { recursive: true })
  writeFileSync(join(tenant, 'Device Configurations', 'cut.json'), '{"@odata.type": "#microsoft.graph.iosTrus')
  const { status, stdout } = smimelab('--tenant', tenant, '--policy', 'shared')
  expect(status).toBe(1)
  expect(stdout).toContain('Device Configurations/cut.json')
  expect(stdout).toContain('all 4 devices open all')
})
