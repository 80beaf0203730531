/** Outcomes that differ from a corpus for a reason that somebody has thought about. */

export interface KnownException {
  readonly corpus: string
  readonly cases: readonly string[]
  /** What the engine does instead; anything else is wrong all the same. */
  readonly got: string
  readonly reason: string
}
