/** What the agent's steps came to: what each answered, and why one failed in words that the platform never gives. */
import type { QuirkId } from './quirks.ts'

export interface AndroidCall {
  readonly call: string
  /** What it was made for: alias, GUID or package. */
  readonly subject: string
  /** What it returned or threw. */
  readonly result: string
}

export interface Refusal {
  /** Lower kebab-case. */
  readonly code: string
  readonly message: string
  /** The quirk that the refusal rests on. */
  readonly quirk?: QuirkId
}

export function refuse(code: string, message: string, quirk?: QuirkId): Refusal {
  return { code, message, ...(quirk === undefined ? {} : { quirk }) }
}
