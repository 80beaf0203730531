/** Delta lists (RFC 5280 5.2.4): which complete list they bring up to date. */
import { Oid } from '../asn1/oid.ts'
import type { CertificateRevocationList } from './crl.ts'

/** Whether the delta list goes with the complete one; both are taken to be of the same issuer, signatures verified. */
export function appliesTo(delta: CertificateRevocationList, base: CertificateRevocationList): boolean {
  if (delta.baseNumber === undefined || delta.number === undefined) return false
  if (base.baseNumber !== undefined || base.number === undefined) return false
  if (base.number < delta.baseNumber || delta.number <= base.number) return false
  // RFC 5280 6.3.3 (c): the same scope, the same key.
  return sameOctets(scopeOf(delta), scopeOf(base)) && sameOctets(delta.authorityKeyId, base.authorityKeyId)
}

function scopeOf({ extensions }: CertificateRevocationList): Buffer | undefined {
  return extensions.find((each) => each.oid === Oid.issuingDistributionPoint)?.value
}

function sameOctets(a: Buffer | undefined, b: Buffer | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.equals(b)
}
