/**
 * A certification authority: issues certificates (RFC 5280 4), revocation lists (RFC 5280 5) and OCSP responses (RFC 6960).
 *
 * With an RSA key the same request gives the same bytes; ECDSA signatures are random in Node.
 */
import type { KeyObject, webcrypto } from 'node:crypto'
import { LabError } from '../error.ts'
import type { Certificate, Identity } from './certificate.ts'
import { buildCertificate, type IssueRequest, toSigningKey } from './certificate-builder.ts'
import type { CertificateRevocationList, RevocationReason } from './crl.ts'
import { buildCrl } from './crl-builder.ts'
import type { HashName } from './hash-algorithm.ts'
import { namesEqual } from './name.ts'
import { nameFromText } from './name-text.ts'
import type { OcspResponse, OcspStatus } from './ocsp.ts'
import { buildOcspResponse } from './ocsp-builder.ts'

export type { IssueRequest } from './certificate-builder.ts'

interface Revocation {
  readonly certificate: Certificate
  readonly at: Date
  readonly reason: RevocationReason
}

export interface OcspOptions {
  /** A week after `at` if left out; null: none, as newer word can be had at any time. */
  readonly nextUpdate?: Date | null
  /** Whom the authority lets answer for it; itself if left out. Needs the extended key usage id-kp-OCSPSigning. */
  readonly responder?: Identity
  /** How the response names its responder; 'key' if left out. */
  readonly responderId?: 'name' | 'key'
  /** Over the issuer's name and key; SHA-1 if left out, which every client understands (RFC 5019 2.1.1). */
  readonly hash?: HashName
}

const weekInMs = 7 * 24 * 3600 * 1000

export class CertificationAuthority {
  readonly certificate: Certificate
  /** This authority's certificate first, the root last. */
  readonly chain: readonly Certificate[]
  readonly #identity: Identity
  readonly #signingKey: webcrypto.CryptoKey
  readonly #revocations = new Map<string, Revocation>()

  /** @throws LabError 'signing-key-unsupported' */
  constructor(identity: Identity, chain: readonly Certificate[]) {
    this.certificate = identity.certificate
    this.chain = chain
    this.#identity = identity
    this.#signingKey = toSigningKey(identity.privateKey)
  }

  /** @throws LabError 'serial-malformed', 'name-malformed', 'address-malformed' */
  issue(request: IssueRequest): Promise<Certificate> {
    return buildCertificate(request, {
      name: this.certificate.subject,
      keyId: this.certificate.subjectKeyId,
      signingKey: this.#signingKey,
    })
  }

  /**
   * Enters the certificate into the lists from `at` on. What is revoked stays so, with its first date and reason.
   *
   * @throws LabError 'not-issued-here'
   */
  revoke(certificate: Certificate, at: Date, reason: RevocationReason = 'unspecified'): void {
    this.#checkIssued(certificate)
    if (!this.#revocations.has(certificate.serialHex))
      this.#revocations.set(certificate.serialHex, { certificate, at, reason })
  }

  /** Whether it was ever revoked, whatever the date. */
  isRevoked(certificate: Certificate): boolean {
    return this.#revocations.get(certificate.serialHex)?.certificate.sha256 === certificate.sha256
  }

  /** The list as published at `at`: what was revoked until then. It is valid for a week if not said otherwise. */
  async crl(at: Date, nextUpdate: Date = new Date(at.getTime() + weekInMs)): Promise<CertificateRevocationList> {
    return buildCrl(
      {
        issuer: this.certificate.subject,
        issuerKeyId: this.certificate.subjectKeyId,
        thisUpdate: at,
        nextUpdate,
        // Seconds since 1970 rise with every list.
        number: Math.floor(at.getTime() / 1000),
        entries: [...this.#revocations.values()]
          .filter((each) => each.at <= at)
          .map((each) => ({ ...each, serial: each.certificate.serial })),
      },
      this.#identity.privateKey,
    )
  }

  /**
   * What was known of the certificate at `at`. A certificate that was never revoked is good: the authority keeps no
   * record of what it issued.
   *
   * @throws LabError 'not-issued-here', 'signing-key-unsupported'
   */
  async ocspResponse(certificate: Certificate, at: Date, options: OcspOptions = {}): Promise<OcspResponse> {
    this.#checkIssued(certificate)
    const { nextUpdate = new Date(at.getTime() + weekInMs), responder = this.#identity } = options
    return buildOcspResponse({
      certificate,
      issuer: this.certificate,
      status: this.#statusOf(certificate, at),
      thisUpdate: at,
      nextUpdate: nextUpdate ?? undefined,
      producedAt: at,
      hash: options.hash ?? 'sha1',
      responder,
      responderId: options.responderId ?? 'key',
    })
  }

  #statusOf(certificate: Certificate, at: Date): OcspStatus {
    const found = this.#revocations.get(certificate.serialHex)
    if (found === undefined || found.at > at) return { kind: 'good' }
    return { kind: 'revoked', entry: { revokedAt: found.at, reason: found.reason } }
  }

  #checkIssued(certificate: Certificate): void {
    if (!namesEqual(certificate.issuer, this.certificate.subject))
      throw new LabError(
        'not-issued-here',
        `'${certificate.subjectText}' is a certificate of '${certificate.issuerText}', not of '${this.certificate.subjectText}'`,
      )
  }
}

/**
 * A self-signed certificate, deterministic for RSA keys.
 *
 * @throws LabError 'serial-malformed', 'name-malformed', 'signing-key-unsupported'
 */
export async function createRoot(
  request: Omit<IssueRequest, 'emails' | 'publicKey' | 'extendedKeyUsage'>,
  keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
): Promise<Certificate> {
  return buildCertificate(
    { ...request, publicKey: keys.publicKey, emails: [], extendedKeyUsage: [] },
    { name: nameFromText(request.subject), keyId: undefined, signingKey: toSigningKey(keys.privateKey) },
  )
}
