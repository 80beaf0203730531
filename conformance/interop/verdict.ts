/** Judges a matrix by the known limits: what is red and not explained, and which limits are no longer true. */
import type { Form } from './form.ts'
import { appliesTo, type Cell, covers, explains, type Limit } from './limit.ts'
import type { Making, Matrix, Opening } from './matrix.ts'
import type { PeerName } from './peer.ts'

export interface Verdict {
  readonly passed: boolean
  readonly makings: readonly (Making & { readonly limit: Limit | undefined })[]
  readonly openings: readonly (Opening & { readonly limit: Limit | undefined })[]
  /** Those of the peers and versions here that explain something, and how much. */
  readonly limits: readonly LimitTally[]
  /** Forms that no engine but their maker's opened: what is green there, one engine says of itself. */
  readonly unconfirmed: readonly Form[]
  readonly problems: readonly Problem[]
}

export interface LimitTally {
  readonly limit: Limit
  readonly version: string
  readonly notMade: number
  readonly notOpened: number
}

/**
 * - unexplained: a red cell that no limit explains
 * - altered-accepted: a peer let an altered message pass; no limit explains that
 * - limit-gone: a limit for this version that explains nothing
 * - limit-too-wide: a limit that covers cells which are not red
 * - peer-absent: a peer is not installed
 */
export type ProblemKind = 'unexplained' | 'altered-accepted' | 'limit-gone' | 'limit-too-wide' | 'peer-absent'

export interface Problem {
  readonly kind: ProblemKind
  readonly message: string
  readonly hint: string
}

interface Judged {
  readonly cell: Cell
  readonly red: boolean
  readonly says: string | undefined
  readonly limit: Limit | undefined
}

export function judge(matrix: Matrix, known: readonly Limit[]): Verdict {
  const versions = new Map<PeerName, string>(matrix.peers.map(({ name, version }) => [name, version]))
  const applying = known.filter((limit) => {
    const version = versions.get(limit.peer)
    return version !== undefined && appliesTo(limit, version)
  })
  const find = (cell: Cell, says: string | undefined): Limit | undefined =>
    says === undefined ? undefined : applying.find((limit) => covers(limit, cell) && explains(limit, says))

  const makings = matrix.makings.map((each) => ({ ...each, limit: find(cellOfMaking(each), each.says) }))
  const openings = matrix.openings.map((each) => ({
    ...each,
    // Only a refusal can be a limit: wrong content and a forgery let pass are defects.
    limit: each.result === 'refused' ? find(cellOfOpening(each), each.says) : undefined,
  }))
  const judged: Judged[] = [
    ...makings.map((each) => ({ ...each, cell: cellOfMaking(each), red: each.says !== undefined })),
    ...openings.map((each) => ({ ...each, cell: cellOfOpening(each), red: each.result !== 'ok' })),
  ]
  const problems = [
    ...matrix.absent.map(absence),
    ...makings.flatMap((each) => (each.says === undefined || each.limit !== undefined ? [] : [notMade(each)])),
    ...openings.flatMap((each) => (each.result === 'ok' || each.limit !== undefined ? [] : [notOpened(each)])),
    ...applying.flatMap((limit) => limitProblem(limit, versions.get(limit.peer) ?? '', judged)),
  ]
  const tallies = applying.map((limit) => ({
    limit,
    version: versions.get(limit.peer) ?? '',
    notMade: makings.filter((each) => each.limit === limit).length,
    notOpened: openings.filter((each) => each.limit === limit).length,
  }))
  return {
    passed: problems.length === 0,
    makings,
    openings,
    limits: tallies.filter(({ notMade, notOpened }) => notMade + notOpened > 0),
    unconfirmed: matrix.forms.filter((form) => !isConfirmed(form, matrix)),
    problems,
  }
}

function isConfirmed(form: Form, { openings }: Matrix): boolean {
  return openings.some((each) => each.form === form && each.result === 'ok' && each.producer !== each.consumer)
}

const cellOfMaking = ({ producer, form }: Making): Cell => ({ peer: producer, does: 'make', form: form.id, producer })

const cellOfOpening = ({ producer, form, consumer }: Opening): Cell => ({
  peer: consumer,
  does: 'open',
  form: form.id,
  producer,
})

function absence({ name, packages }: Matrix['absent'][number]): Problem {
  return {
    kind: 'peer-absent',
    message: `${name} is not installed`,
    hint: `sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`,
  }
}

function notMade({ producer, form, says }: Making): Problem {
  return { kind: 'unexplained', message: `${producer} does not make ${form.id}: ${says}`, hint: explainHint }
}

const explainHint = 'find out whose fault it is; a limit of the peer goes into limits.ts, with its evidence'

function notOpened({ producer, form, consumer, result, says }: Opening): Problem {
  const message = `${consumer} on ${form.id} by ${producer}: ${says}`
  if (result === 'altered-accepted')
    return { kind: result, message, hint: 'no limit explains this: whoever relies on this peer can be deceived' }
  return { kind: 'unexplained', message, hint: explainHint }
}

/** A limit none of whose cells was run says nothing, as in a run of a few peers. */
function limitProblem(limit: Limit, version: string, judged: readonly Judged[]): Problem[] {
  const covered = judged.filter(({ cell }) => covers(limit, cell))
  const green = covered.filter(({ red }) => !red)
  const hint = `limits.ts: narrow ${limit.id}, or set versions.before to '${version}' at most`
  const first = green[0]
  if (first !== undefined)
    return [
      {
        kind: 'limit-too-wide',
        message: `${limit.id}: ${limit.peer} ${version} does ${first.cell.does} ${describe(first.cell)}${green.length > 1 ? ` and ${green.length - 1} more that the limit covers` : ''}`,
        hint,
      },
    ]
  if (covered.length === 0 || covered.some(({ says }) => says !== undefined && explains(limit, says))) return []
  return [{ kind: 'limit-gone', message: `${limit.id}: explains no cell of ${limit.peer} ${version}`, hint }]
}

function describe({ does, form, producer }: Cell): string {
  return does === 'make' ? form : `${form} by ${producer}`
}
