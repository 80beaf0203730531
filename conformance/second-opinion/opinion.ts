/** One cell put before an engine that is not ours. */
import type { KeyObject } from 'node:crypto'
import type { Certificate } from '../../simulator/pki/certificate.ts'

export interface Question {
  readonly message: string
  readonly device: string
  readonly bytes: Buffer
  readonly key: { readonly certificate: Certificate; readonly privateKey: KeyObject }
  /** What our engine says: sha256 of the innermost MIME entity, or undefined where the key does not open it. */
  readonly ours: string | undefined
  /** What our engine says of the signature inside. */
  readonly signature: 'valid' | 'invalid' | 'untrusted' | 'unsigned'
}

export type Answer =
  | { readonly kind: 'agrees' }
  | { readonly kind: 'disagrees'; readonly ours: string; readonly theirs: string }
  /** The peer's known limit: no opinion, and said so. */
  | { readonly kind: 'cannot-say'; readonly reason: string }
  /** It should have answered and did not: crashed, or ran out of time. */
  | { readonly kind: 'no-answer'; readonly reason: string }

export interface Peer {
  readonly name: string
  /** Its version, or undefined where it is not installed. */
  version(): Promise<string | undefined>
  ask(question: Question): Promise<Answer>
}

/** In words that a report can show beside each other. */
export function say(digest: string | undefined): string {
  return digest === undefined ? 'does not open' : `opens to content ${digest.slice(0, 16)}…`
}

export function compare(ours: string | undefined, theirs: string | undefined): Answer {
  return ours === theirs ? { kind: 'agrees' } : { kind: 'disagrees', ours: say(ours), theirs: say(theirs) }
}
