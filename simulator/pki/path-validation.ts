/**
 * Certification path validation (RFC 5280 6.1 and 6.3, S/MIME profile of RFC 8550 4): is this certificate, at this time
 * and for this purpose, one to rely on under these trust anchors?
 *
 * An anchor's name and key are trusted without a signature, whether it is a root or not. Its validity and the limits
 * in its certificate are kept, as mail clients and OpenSSL do (RFC 5937).
 */
import type { Certificate } from './certificate.ts'
import { CertificateIndex } from './certificate-index.ts'
import { ChainRevocation, type RevocationMode } from './chain-revocation.ts'
import type { CertificateRevocationList } from './crl.ts'
import type { OcspResponse } from './ocsp.ts'
import type { PathPurpose } from './path-checks.ts'
import { noticesOf } from './path-notices.ts'
import type { PathReason } from './path-reason.ts'
import { findPath } from './path-search.ts'
import type { PolicySettings } from './policy.ts'

export type { RevocationMode } from './chain-revocation.ts'
export type { PathPurpose } from './path-checks.ts'
export type { PathReason } from './path-reason.ts'
export type { PolicySettings } from './policy.ts'

export interface PathOptions {
  readonly anchors: readonly Certificate[]
  /** Untrusted ones, from wherever: they only help to find a chain, or the signer of a list or response. */
  readonly intermediates: readonly Certificate[]
  readonly at: Date
  readonly crls?: readonly CertificateRevocationList[]
  readonly ocsp?: readonly OcspResponse[]
  /** What the lists and responses must tell; 'if-available' by default. */
  readonly revocation?: RevocationMode
  /** Any policy, and none at all, will do by default. */
  readonly policies?: PolicySettings
  /** 'any' (the default) looks at no key usage of the leaf and no extended key usage. */
  readonly purpose?: PathPurpose
}

export interface PathResult {
  readonly ok: boolean
  /** Leaf first; up to the anchor where one was reached. */
  readonly chain: readonly Certificate[]
  /** Empty when ok. */
  readonly reasons: readonly PathReason[]
  /** What does not break the chain, but a careful reader should know: 'weak-digest', 'short-key'. */
  readonly notices: readonly PathReason[]
  /**
   * The policies that the chain is valid for, as its anchor knows them; of the acceptable ones where such were given
   * (RFC 5280 6.1.6). anyPolicy (2.5.29.32.0) stands for all.
   */
  readonly policies: readonly string[]
}

/** Tries the chains that can be found until one holds; else the one with the least against it is reported. */
export function validatePath(leaf: Certificate, options: PathOptions): PathResult {
  const { at, crls = [], ocsp = [], purpose = 'any', revocation = 'if-available', policies = {} } = options
  const index = new CertificateIndex(options.anchors, options.intermediates)
  const revocations = new ChainRevocation(index, { at, crls, ocsp })
  const found = findPath(leaf, index, { at, purpose, policies }, (chain) =>
    revocations.reasonsAgainst(chain, revocation),
  )
  const { chain, reasons } = found
  return {
    ok: found.anchored && reasons.length === 0,
    chain,
    reasons,
    notices: [...noticesOf(chain, found.anchored), ...(found.anchored ? revocations.leafNotices : [])],
    policies: found.policies,
  }
}
