/** Whether a certificate was revoked, by the revocation lists and OCSP responses at hand. */
import { crlEvidence } from './crl-evidence.ts'
import { ocspEvidence } from './ocsp-evidence.ts'
import type { RevocationEvidence, RevocationQuestion } from './revocation-evidence.ts'
import type { RevokedEntry } from './revocation-reason.ts'

export type RevocationStatus =
  | { readonly status: 'good' }
  | { readonly status: 'revoked'; readonly entry: RevokedEntry }
  /** `why` in plain words, one for each source that didn't help. */
  | { readonly status: 'unknown'; readonly why: readonly string[] }

/** Whoever says "revoked" is believed, whatever others say; between a hold and "good" the newer word counts. */
export function revocationStatus(question: RevocationQuestion): RevocationStatus {
  const why: string[] = []
  let newest: Extract<RevocationEvidence, { asOf: Date }> | undefined
  for (const evidence of evidenceFor(question))
    switch (evidence.kind) {
      case 'revoked':
        return { status: 'revoked', entry: evidence.entry }
      case 'none':
        why.push(evidence.why)
        break
      default:
        if (newest === undefined || isNewer(evidence, newest)) newest = evidence
    }
  if (newest?.kind === 'held') return { status: 'revoked', entry: newest.entry }
  if (newest?.kind === 'good') return { status: 'good' }
  return { status: 'unknown', why: why.length === 0 ? ['no list or response of the issuer is there'] : why }
}

function* evidenceFor(question: RevocationQuestion): Generator<RevocationEvidence> {
  yield* ocspEvidence(question)
  yield* crlEvidence(question)
}

function isNewer(
  evidence: Extract<RevocationEvidence, { asOf: Date }>,
  than: Extract<RevocationEvidence, { asOf: Date }>,
): boolean {
  const difference = evidence.asOf.getTime() - than.asOf.getTime()
  return difference > 0 || (difference === 0 && evidence.kind === 'held')
}
