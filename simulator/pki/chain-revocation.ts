/** The revocation of a whole chain: every certificate in it but the anchor (RFC 5280 6.1.3 (a) (3)). */
import { Oid } from '../asn1/oid.ts'
import type { Certificate } from './certificate.ts'
import type { CertificateIndex } from './certificate-index.ts'
import type { CertificateRevocationList } from './crl.ts'
import type { OcspResponse } from './ocsp.ts'
import { type PathReason, reason } from './path-reason.ts'
import { findPath } from './path-search.ts'
import { revocationStatus } from './revocation.ts'
import type { RevokedEntry } from './revocation-reason.ts'

/** 'if-available': refuse what is known to be revoked. 'required': refuse what is not known not to be, too. */
export type RevocationMode = 'none' | 'if-available' | 'required'

export interface RevocationSources {
  readonly at: Date
  readonly crls: readonly CertificateRevocationList[]
  readonly ocsp: readonly OcspResponse[]
}

/** So many certificates of second keys are looked at for one question. */
const maxOtherSigners = 8

/** One question's revocation checks: second keys found good once are not looked at again. */
export class ChainRevocation {
  readonly #index: CertificateIndex
  readonly #sources: RevocationSources
  /** The anchor of each other signer looked at, undefined where there is no path. */
  readonly #anchors = new Map<string, string | undefined>()
  /** That there were lists or responses, and none of use for the certificate itself: who gave them should know. */
  #leafNotices: readonly PathReason[] = []

  constructor(index: CertificateIndex, sources: RevocationSources) {
    this.#index = index
    this.#sources = sources
  }

  get leafNotices(): readonly PathReason[] {
    return this.#leafNotices
  }

  /** @param chain leaf first, anchor last */
  reasonsAgainst(chain: readonly Certificate[], mode: RevocationMode): PathReason[] {
    this.#leafNotices = []
    if (mode === 'none') return []
    if (mode === 'if-available' && this.#sources.crls.length === 0 && this.#sources.ocsp.length === 0) return []
    return this.#check(
      chain,
      mode,
      (above) => this.#listSigners(above),
      (notices) => {
        this.#leafNotices = notices
      },
    )
  }

  #check(
    chain: readonly Certificate[],
    mode: RevocationMode,
    listSigners: (above: readonly Certificate[]) => Iterable<Certificate>,
    onUnknownLeaf: (notices: PathReason[]) => void = () => {},
  ): PathReason[] {
    return chain.slice(0, -1).flatMap((certificate, index) => {
      const above = chain.slice(index + 1)
      const [issuer] = above
      if (issuer === undefined) return []
      const found = revocationStatus({
        ...this.#sources,
        certificate,
        issuer,
        listSigners: () => listSigners(above),
        responders: () => this.#index.withUsage(Oid.ocspSigning),
      })
      if (found.status === 'revoked') return reason('revoked', certificate, showRevocation(found.entry))
      if (found.status !== 'unknown') return []
      const unknown = reason('revocation-unknown', certificate, `may be revoked: ${found.why.join('; ')}`)
      if (mode === 'required') return unknown
      if (index === 0) onUnknownLeaf([unknown])
      return []
    })
  }

  /**
   * An authority may sign its lists with a second key, certified under the same anchor (RFC 5280 6.3.3 (f)).
   *
   * @param above the chain from the issuer up to the anchor
   */
  *#listSigners(above: readonly Certificate[]): Generator<Certificate> {
    const [issuer] = above
    const anchor = above.at(-1)
    if (issuer === undefined || anchor === undefined) return
    yield issuer
    for (const other of this.#index.withSubject(issuer.subject))
      if (other.keyUsage?.has('cRLSign') === true && this.#anchorOf(other) === anchor.sha256) yield other
  }

  #anchorOf(signer: Certificate): string | undefined {
    if (!this.#anchors.has(signer.sha256) && this.#anchors.size < maxOtherSigners) {
      // Second keys don't vouch for second keys: so the question ends, and a key can't clear itself.
      const issuerOnly = (above: readonly Certificate[]) => above.slice(0, 1)
      const path = findPath(signer, this.#index, { at: this.#sources.at, purpose: 'any' }, (chain) =>
        this.#check(chain, 'if-available', issuerOnly),
      )
      this.#anchors.set(signer.sha256, path.reasons.length === 0 ? path.chain.at(-1)?.sha256 : undefined)
    }
    return this.#anchors.get(signer.sha256)
  }
}

function showRevocation({ revokedAt, reason, invalidSince }: RevokedEntry): string {
  const since = invalidSince === undefined ? '' : `, invalid since ${invalidSince.toISOString()}`
  return `was revoked ${revokedAt.toISOString()} (${reason})${since}`
}
