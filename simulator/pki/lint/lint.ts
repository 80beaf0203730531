/** What a lint is: one requirement on a certificate's octets, with its source, as data and a function. */
import type { LintSubject } from './lint-subject.ts'

/** error: SHALL or MUST. warn: SHOULD. notice: allowed, and worth a look. */
export type LintLevel = 'error' | 'warn' | 'notice'

export interface Lint {
  /** `area/slug`, lower kebab-case; never renamed. */
  readonly id: string
  readonly level: LintLevel
  /** What is required, in one sentence. */
  readonly statement: string
  /** 'SMIME BR 7.1.2.3 f', 'RFC 5280 4.2.1.3'. */
  readonly clause: string
  readonly url: string
  /** Holds for certificates whose notBefore is not before this instant. */
  readonly since?: Date
  /** From this instant on something else holds. */
  readonly until?: Date
  applies(subject: LintSubject): boolean
  /** What was found against the requirement, one text each; none: it is met. */
  check(subject: LintSubject): readonly string[]
}
