/** What the lints say of a certificate: one result each, findings where a requirement is not met. */
import { LabError } from '../../error.ts'
import type { Certificate } from '../certificate.ts'
import { allLints } from './all-lints.ts'
import type { Lint, LintLevel } from './lint.ts'
import { type LintOptions, type LintSubject, readLintSubject } from './lint-subject.ts'

/** not-effective: the certificate was issued before the requirement, or after its end. */
export type LintOutcome = 'pass' | LintLevel | 'not-applicable' | 'not-effective'

export interface LintResult {
  readonly lint: Lint
  readonly outcome: LintOutcome
  /** What was found; empty unless the outcome is a level. */
  readonly found: readonly string[]
}

export interface Judgement {
  readonly subject: LintSubject
  /** In the order of `allLints`. */
  readonly results: readonly LintResult[]
}

/** A certificate can break one requirement as often as it has room for. */
const mostFound = 8
/** An honest address has at most 320 characters. */
const longestFound = 400

/** Never throws for what is in the certificate. */
export function judgeCertificate(certificate: Certificate, options: LintOptions = {}): Judgement {
  const subject = readLintSubject(certificate, options)
  return { subject, results: allLints.map((lint) => judge(lint, subject)) }
}

function judge(lint: Lint, subject: LintSubject): LintResult {
  if (!lint.applies(subject)) return { lint, outcome: 'not-applicable', found: [] }
  if (!isEffective(lint, subject.certificate.notBefore)) return { lint, outcome: 'not-effective', found: [] }
  const found = shorten(checkOrSayWhyNot(lint, subject))
  return { lint, outcome: found.length === 0 ? 'pass' : lint.level, found }
}

function isEffective({ since, until }: Lint, issued: Date): boolean {
  return (since === undefined || issued >= since) && (until === undefined || issued < until)
}

/** What can't be read does not meet the requirement. */
function checkOrSayWhyNot(lint: Lint, subject: LintSubject): readonly string[] {
  try {
    return lint.check(subject)
  } catch (error) {
    if (error instanceof LabError) return [error.message]
    throw error
  }
}

function shorten(found: readonly string[]): readonly string[] {
  const shown = found
    .slice(0, mostFound)
    .map((text) => (text.length > longestFound ? `${text.slice(0, longestFound)}…` : text))
  return found.length > mostFound ? [...shown, `and ${found.length - mostFound} more`] : shown
}
