/** Counts what became of the messages, and what that means for the exit code. */
import type { OpenDocument, OpenResult } from '../../reports/open-document.ts'
import { ExitCode } from '../cli/exit-codes.ts'
import { hasBadSignature } from './bad-signature.ts'

export type OpenSummary = OpenDocument['summary']

export class Tally {
  readonly summary: OpenSummary = {
    messages: 0,
    opened: 0,
    clear: 0,
    closed: 0,
    causes: {},
    signatures: { valid: 0, invalid: 0, untrusted: 0, unsigned: 0 },
    problems: 0,
  }
  /** Whether all that was read opened or was clear, with no bad signature. */
  isGood = true

  add(result: OpenResult): void {
    const { summary } = this
    summary.messages++
    summary[result.outcome]++
    // Of a message that stayed closed nobody can say that it is unsigned.
    if (result.outcome !== 'closed') summary.signatures[result.signature.status]++
    else summary.causes[result.cause] = (summary.causes[result.cause] ?? 0) + 1
    this.isGood &&= result.outcome !== 'closed' && !hasBadSignature(result)
  }

  addProblem(): void {
    this.summary.problems++
  }

  get exitCode(): ExitCode {
    if (this.summary.problems > 0) return ExitCode.Usage
    if (this.summary.messages === 0) return ExitCode.NothingSelected
    return this.isGood ? ExitCode.Ok : ExitCode.Failed
  }
}
