/** Which rows of the catalogue have a test, told by the titles of the tests. */
import type { Requirement } from './catalogue.ts'

export interface TitledTest {
  readonly file: string
  /** Of the groups around the test, outermost first, and its own. */
  readonly titles: readonly string[]
}

export interface Coverage {
  /** Rows that must have a test, or a reason to have none, and have neither. */
  readonly missing: readonly Requirement[]
  /** Titles that begin with an id that no row has: a slip of the pen, or a row that was taken out. */
  readonly unknown: readonly { readonly file: string; readonly title: string; readonly id: string }[]
}

export function judgeCoverage(catalogue: readonly Requirement[], tests: readonly TitledTest[]): Coverage {
  const idsOf = idReader(catalogue)
  const known = new Set(catalogue.map(({ id }) => id))
  const named = tests.flatMap(({ file, titles }) =>
    titles.flatMap((title) => idsOf(title).map((id) => ({ file, title, id }))),
  )
  const tested = new Set(named.map(({ id }) => id))
  return {
    missing: catalogue.filter((row) => isBinding(row) && !tested.has(row.id) && !isExcused(row)),
    unknown: named.filter(({ id }) => !known.has(id)),
  }
}

/** SHOULD may be left undone for a good reason (RFC 2119 3). */
function isBinding({ level }: Requirement): boolean {
  return level === 'MUST' || level === 'MUST NOT' || level === 'SHALL'
}

function isExcused({ side, reason }: Requirement): boolean {
  return side === 'out-of-scope' && reason !== undefined
}

/** The ids at the beginning of a title, 'MSG-01, CMS-02 and so on'; of the catalogue's families, as 'UTF-16' is none. */
function idReader(catalogue: readonly Requirement[]): (title: string) => string[] {
  const families = [...new Set(catalogue.map(({ id }) => id.replace(/-\d+$/, '')))].join('|')
  const id = `(?:${families})-\\d+`
  const beginning = new RegExp(`^${id}(?:, ${id})*(?![\\w-])`)
  return (title) => beginning.exec(title)?.[0].split(', ') ?? []
}
