/** Why and since when a certificate is revoked (RFC 5280 5.3), as revocation lists and OCSP responses tell it. */
import { type Asn1Node, expectUniversal, smallInteger, Tag } from '../asn1/read.ts'

/** By their codes; 7 is not used (RFC 5280 5.3.1). */
const reasonCodes = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  removeFromCRL: 8,
  privilegeWithdrawn: 9,
  aACompromise: 10,
} as const

export type RevocationReason = keyof typeof reasonCodes

export interface RevokedEntry {
  /** When the authority entered it. */
  readonly revokedAt: Date
  readonly reason: RevocationReason
  /** Since when the key can't be relied on, as far as the authority knows (invalidityDate, RFC 5280 5.3.2). */
  readonly invalidSince?: Date
}

export function revocationReasonCode(reason: RevocationReason): number {
  return reasonCodes[reason]
}

/** A code that nobody defined is no better than none. */
export function readRevocationReason(node: Asn1Node | undefined): RevocationReason {
  const code = smallInteger(expectUniversal(node, Tag.Enumerated, 'reasonCode'), 'reasonCode')
  const found = Object.entries(reasonCodes).find(([, each]) => each === code)
  return (found?.[0] as RevocationReason | undefined) ?? 'unspecified'
}

const compromises: ReadonlySet<RevocationReason> = new Set(['keyCompromise', 'cACompromise', 'aACompromise'])

/**
 * Whether the revocation counts at that time. It does from its date on, or from the date of invalidity, if that is
 * earlier. A key in other hands with no such date counts as lost from the start: nobody can say what it signed before.
 */
export function countsAt({ revokedAt, reason, invalidSince }: RevokedEntry, at: Date): boolean {
  if (revokedAt <= at) return true
  return invalidSince === undefined ? compromises.has(reason) : invalidSince <= at
}
