/**
 * A known limit of a peer: what it does not make or does not open, in which versions, and how we know. It explains the
 * red cells that it covers, and every cell that it covers must be red: a limit that is gone is not to be carried on.
 */
import type { PeerName } from './peer.ts'

export interface Limit {
  /** Lower kebab-case, the peer's name first. */
  readonly id: string
  readonly peer: PeerName
  /** The first version that has it and the first that does not; unset where none is known. */
  readonly versions: { readonly from?: string; readonly before?: string }
  readonly does: readonly ('make' | 'open')[]
  /** Patterns of form ids; `*` stands for anything but a slash. */
  readonly forms: readonly string[]
  /** Whose messages, of those that it opens; all where unset. */
  readonly producers?: readonly PeerName[]
  /** One of these stands in what the peer says: a failure of another kind is not explained. */
  readonly says: readonly string[]
  /** For a reader of the report: what is missing, and since when it is there. */
  readonly why: string
  /** Release notes, issues, commits; or where else it was seen. */
  readonly evidence: readonly string[]
}

/** One cell that a limit may cover: a peer at work on a form. */
export interface Cell {
  readonly peer: PeerName
  readonly does: 'make' | 'open'
  readonly form: string
  readonly producer: PeerName
}

export function covers(limit: Limit, cell: Cell): boolean {
  return (
    limit.peer === cell.peer &&
    limit.does.includes(cell.does) &&
    (cell.does === 'make' || (limit.producers?.includes(cell.producer) ?? true)) &&
    limit.forms.some((pattern) => matchesPattern(pattern, cell.form))
  )
}

export function explains(limit: Limit, says: string): boolean {
  return limit.says.some((part) => says.includes(part))
}

export function matchesPattern(pattern: string, form: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.\\+?^${}()|[\]]/g, '\\$&'))
  return new RegExp(`^${parts.join('[^/]*')}$`).test(form)
}

export function appliesTo({ versions: { from, before } }: Limit, version: string): boolean {
  const isOldEnough = before === undefined || compareVersions(version, before) < 0
  return isOldEnough && (from === undefined || compareVersions(version, from) >= 0)
}

/** By numbers: 3.87.1 is older than 3.100; what is missing counts as zero. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => (version.match(/\d+/g) ?? []).map(Number))
  for (let index = 0; index < Math.max(left?.length ?? 0, right?.length ?? 0); index++) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0)
    if (difference !== 0) return Math.sign(difference)
  }
  return 0
}
