/** Runs corpora and judges them: right, excepted with a reason, or wrong; and whether all of the data was looked at. */
import { type Case, type Finding, outcomeOf } from './case.ts'
import type { Corpus, NotRun } from './corpus.ts'
import type { KnownException } from './exception.ts'
import { Library } from './library.ts'

export interface ExceptedFinding extends Finding {
  readonly reason: string
}

export interface CorpusResult {
  readonly name: string
  readonly cases: number
  readonly right: number
  readonly wrong: readonly Finding[]
  readonly excepted: readonly ExceptedFinding[]
  /** Wrong with the corpus or its list of exceptions, not with one case. */
  readonly problems: readonly string[]
  readonly leftOut: Readonly<Record<string, string>>
}

export interface CorporaResult {
  readonly ok: boolean
  readonly results: readonly CorpusResult[]
  /** Wrong with the set as a whole. */
  readonly problems: readonly string[]
  readonly notRun: readonly NotRun[]
}

export interface CorporaPlan {
  readonly corpora: readonly Corpus[]
  readonly exceptions: readonly KnownException[]
  readonly notRun: readonly NotRun[]
}

/**
 * Runs all corpora below `root`, or those whose name is in `only` or begins with one of them and a slash. Whether every
 * file was looked at is asked of a full run only.
 */
export function runCorpora(root: string, plan: CorporaPlan, only: readonly string[] = []): CorporaResult {
  const library = new Library(root)
  const chosen = plan.corpora.filter(({ name }) => only.length === 0 || only.some((each) => isNamedBy(name, each)))
  const results = chosen.map((corpus) =>
    runCorpus(
      corpus,
      library,
      plan.exceptions.filter((each) => each.corpus === corpus.name),
    ),
  )
  const problems = only.length === 0 ? coverageProblems(library, plan) : []
  const ok = problems.length === 0 && results.length > 0 && results.every(holds)
  return { ok, results, problems, notRun: only.length === 0 ? plan.notRun : [] }
}

export function isNamedBy(corpus: string, name: string): boolean {
  return corpus === name || corpus.startsWith(`${name}/`)
}

export function holds({ wrong, problems }: CorpusResult): boolean {
  return wrong.length === 0 && problems.length === 0
}

function runCorpus(corpus: Corpus, library: Library, exceptions: readonly KnownException[]): CorpusResult {
  const problems: string[] = []
  const wrong: Finding[] = []
  const excepted: ExceptedFinding[] = []
  const unused = new Map(exceptions.flatMap((each) => each.cases.map((name) => [name, each] as const)))
  const names = new Set<string>()
  let right = 0
  for (const each of gather(corpus, library, problems)) {
    if (names.has(each.name)) problems.push(`two cases are called ${each.name}`)
    names.add(each.name)
    const got = outcomeOf(() => each.run())
    if (got === each.expected) {
      right++
      continue
    }
    const finding = { case: each.name, expected: each.expected, got }
    const exception = unused.get(each.name)
    if (exception?.got === got) {
      unused.delete(each.name)
      excepted.push({ ...finding, reason: exception.reason })
    } else wrong.push(finding)
  }
  for (const [name, { got }] of unused) problems.push(`stale exception: ${name} does not come out as '${got}'`)
  if (names.size < corpus.least) problems.push(`${corpus.least} cases or more wanted, got ${names.size}`)
  return { name: corpus.name, cases: names.size, right, wrong, excepted, problems, leftOut: corpus.leftOut ?? {} }
}

/** A corpus that can't be read to its end says so once; the cases before that are judged. */
function* gather(corpus: Corpus, library: Library, problems: string[]): Generator<Case> {
  try {
    yield* corpus.cases(library.folder(corpus.folder))
  } catch (error) {
    problems.push(`the corpus can't be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** A folder or a file that nothing has looked at would count as passed, and so would a reason for a file that is gone. */
function coverageProblems(library: Library, { corpora, exceptions, notRun }: CorporaPlan): string[] {
  const problems: string[] = []
  for (const { corpus } of exceptions)
    if (!corpora.some(({ name }) => name === corpus)) problems.push(`an exception for ${corpus}, which is no corpus`)
  const folders = library.folders()
  const elsewhere = new Set(notRun.map((each) => each.folder))
  for (const folder of folders) {
    if (elsewhere.has(folder)) continue
    const parts = corpora.filter((each) => each.folder === folder)
    if (parts.length === 0) {
      problems.push(`${folder}: a corpus that nothing here runs`)
      continue
    }
    const excused = new Set(parts.flatMap((each) => Object.keys(each.leftOut ?? {})))
    for (const file of library.unread(folder))
      if (!excused.delete(file)) problems.push(`${folder}/${file}: no case looks at it, and no reason is given`)
    for (const file of excused) problems.push(`${folder}/${file}: left out, but it was read or is not there`)
  }
  for (const folder of elsewhere)
    if (!folders.includes(folder)) problems.push(`${folder}: named as run elsewhere, and not there`)
  return problems
}
