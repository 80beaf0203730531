/** What revocation lists and OCSP responses are asked, and what they can say. */
import type { Certificate } from './certificate.ts'
import type { CertificateRevocationList } from './crl.ts'
import type { OcspResponse } from './ocsp.ts'
import type { RevokedEntry } from './revocation-reason.ts'

export interface RevocationQuestion {
  readonly certificate: Certificate
  /** The certificate of its issuer in the chain: the one whose key signed it. */
  readonly issuer: Certificate
  readonly at: Date
  readonly crls: readonly CertificateRevocationList[]
  readonly ocsp: readonly OcspResponse[]
  /** Certificates whose keys may have signed the issuer's lists, the issuer's own first; asked for as needed. */
  readonly listSigners: () => Iterable<Certificate>
  /** Certificates of responders that a response may have left out; asked for as needed. */
  readonly responders: () => Iterable<Certificate>
}

export type RevocationEvidence =
  | { readonly kind: 'revoked'; readonly entry: RevokedEntry }
  /** On hold, which newer word may lift. */
  | { readonly kind: 'held'; readonly entry: RevokedEntry; readonly asOf: Date }
  | { readonly kind: 'good'; readonly asOf: Date }
  /** A source that does not help, and why, in plain words. */
  | { readonly kind: 'none'; readonly why: string }
