/** What a user gets: the packed package, installed where there is no source tree, on the oldest Node that we promise. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { arch, platform, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { recordSchema } from '../../reports/record.ts'

const project = fileURLToPath(new URL('../../', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'smimelab-pack-'))
// The platform's binary package itself: unlike the package `node`, it needs no install script.
const node = `node-${platform()}-${arch()}`
const env = { ...process.env, PATH: [join(folder, 'node_modules', node, 'bin'), process.env.PATH].join(delimiter) }

beforeAll(() => {
  const npm = (...args: string[]): void => void execFileSync('npm', args, { cwd: folder, stdio: 'pipe' })
  execFileSync('npm', ['pack', '--pack-destination', folder], { cwd: project, stdio: 'pipe' })
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'user', private: true }))
  npm('install', '--no-audit', '--no-fund', '--ignore-scripts', join(folder, tarball ?? ''), `${node}@24`)
}, 240_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function npx(...args: string[]) {
  return spawnSync('npx', ['--no-install', 'smimelab', ...args], { cwd: folder, env, encoding: 'utf8' })
}

test('runs on Node 24', () => {
  expect(spawnSync('node', ['--version'], { env, encoding: 'utf8' }).stdout).toMatch(/^v24\./)
  expect(npx('--version').stdout.trim()).toBe(JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')).version)
})

test('does the main job without the source tree, and keeps stdout to one JSON document', () => {
  const { status, stdout } = npx('run', '--json', '--out', 'reports')
  expect(status).toBe(0)
  const record = recordSchema.parse(JSON.parse(stdout))
  expect(record.policies.map((each) => each.policy)).toEqual(['per-device', 'shared'])
  expect(JSON.parse(readFileSync(join(folder, 'reports/record.json'), 'utf8'))).toEqual(record)
  expect(readFileSync(join(folder, 'reports/report.html'), 'utf8')).toContain('<table')
})

test('ships neither tests nor mutants', () => {
  const shipped = readdirSync(join(folder, 'node_modules/smimelab'), { recursive: true, encoding: 'utf8' })
  expect(shipped.filter((path) => /\.test\.|testing|mutants|golden|(^|\/)bench\//.test(path))).toEqual([])
  expect(shipped.length).toBeGreaterThan(200)
})
