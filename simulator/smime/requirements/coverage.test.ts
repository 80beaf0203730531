import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { catalogue, type Requirement } from './catalogue.ts'
import { judgeCoverage } from './coverage.ts'
import { readTitledTests } from './testing/titled-tests.ts'

const project = fileURLToPath(new URL('../../../', import.meta.url))

function testsOfTheProject() {
  const files = globSync('{simulator,scenarios,conformance}/**/*.test.ts', { cwd: project })
  return files.flatMap((file) => {
    const source = readFileSync(`${project}/${file}`, 'utf8')
    // Parsing takes a hundred times longer than this look.
    return /['"`][A-Z][A-Z0-9]+-\d/.test(source) ? readTitledTests(file, source) : []
  })
}

describe('the tests of the project', () => {
  const coverage = judgeCoverage(catalogue, testsOfTheProject())

  it('hold every binding row of the catalogue', () => {
    expect(coverage.missing.map(({ id, clause, statement }) => `${id} (${clause}): ${statement}`)).toEqual([])
  })

  it('name no row that is not there', () => {
    expect(coverage.unknown).toEqual([])
  })
})

describe('the catalogue', () => {
  it('numbers the rows of each family from 1, without gap or repetition', () => {
    const families = new Map<string, string[]>()
    for (const { id } of catalogue) {
      const family = id.replace(/-\d+$/, '')
      families.set(family, [...(families.get(family) ?? []), id])
    }
    const sizes = Object.fromEntries([...families].map(([family, ids]) => [family, ids.length]))
    expect(sizes).toEqual({ MSG: 34, CMS: 23, CRT: 13, BR: 6, P12: 7, ESS: 3, HP: 7, BCC: 1 })
    for (const [family, ids] of families)
      expect(ids).toEqual(ids.map((_, at) => `${family}-${String(at + 1).padStart(2, '0')}`))
  })

  it('gives a reason where a row is out of scope, and nowhere else', () => {
    for (const { id, side, reason } of catalogue)
      expect([id, reason !== undefined]).toEqual([id, side === 'out-of-scope'])
  })
})

describe('coverage', () => {
  const row = (id: string, more: Partial<Requirement> = {}): Requirement => ({
    ...{ id, level: 'MUST', clause: 'RFC 1 1', side: 'both', statement: 'holds' },
    ...more,
  })
  const rows = [row('CMS-01'), row('CMS-02'), row('MSG-01', { level: 'SHOULD' })]
  const judge = (source: string, catalogued = rows) => {
    const { missing, unknown } = judgeCoverage(catalogued, readTitledTests('x.test.ts', source))
    return { missing: missing.map(({ id }) => id), unknown: unknown.map(({ id }) => id) }
  }
  const both = `it('CMS-01 holds', () => {}); test.each([1])('CMS-02 holds for %s', () => {})`

  it('is complete where each binding row is named', () => {
    expect(judge(both)).toEqual({ missing: [], unknown: [] })
    expect(judge(`it('CMS-01, CMS-02 hold', () => {})`)).toEqual({ missing: [], unknown: [] })
    expect(judge(`describe("CMS-01 holds", () => { it(\`CMS-02 for \${1}\`, () => {}) })`).missing).toEqual([])
  })

  it.each([
    ['a test that is gone', `it('CMS-01 holds', () => {})`],
    ['a test that is commented out', `it('CMS-01 holds', () => {}) // it('CMS-02 holds', () => {})`],
    ['a test that is skipped', `it('CMS-01 holds', () => {}); it.skip('CMS-02 holds', () => {})`],
    ['a test that is to be', `it('CMS-01 holds', () => {}); it.todo('CMS-02 holds')`],
    ['a test in a skipped group', `it('CMS-01 holds', () => {}); describe.skip('', () => { it('CMS-02', () => {}) })`],
    ['a group without tests', `it('CMS-01 holds', () => {}); describe('CMS-02 holds', () => {})`],
    ['an id inside the title', `it('CMS-01 holds', () => {}); it('see CMS-02', () => {})`],
    ['a longer id', `it('CMS-01 holds', () => {}); it('CMS-02-bis holds', () => {})`],
    ['text that is no title', `it('CMS-01 holds', () => {}); const note = 'CMS-02 holds'`],
  ])('misses the row of %s', (_, source) => {
    expect(judge(source).missing).toEqual(['CMS-02'])
  })

  it('asks no test of what only should be, nor of what is out of scope with a reason', () => {
    const excused = row('CMS-03', { side: 'out-of-scope', reason: 'nobody does it' })
    expect(judge(both, [...rows, excused]).missing).toEqual([])
    expect(judge(both, [...rows, row('CMS-03', { side: 'out-of-scope' })]).missing).toEqual(['CMS-03'])
    for (const level of ['MUST NOT', 'SHALL'] as const)
      expect(judge(both, [...rows, row('CMS-03', { level })]).missing).toEqual(['CMS-03'])
  })

  it('tells of ids that no row has, and takes nothing else for an id', () => {
    expect(judge(`${both}; it('CMS-99 holds', () => {})`).unknown).toEqual(['CMS-99'])
    expect(judge(`${both}; it('UTF-16 text', () => {}); it('CMS-like', () => {})`).unknown).toEqual([])
  })
})
