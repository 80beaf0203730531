/** Whether a certificate was revoked, by the revocation lists at hand (RFC 5280 6.3). */
import { type Certificate, publicKeyOf } from './certificate.ts'
import { type CertificateRevocationList, type RevokedEntry, revocationKey } from './crl.ts'
import { distributionPointNames } from './distribution-point.ts'
import type { GeneralName } from './general-name.ts'
import { namesEqual } from './name.ts'
import { type SignatureVerdict, verifySignature } from './signature.ts'

export type RevocationStatus =
  | { readonly status: 'good' }
  | { readonly status: 'revoked'; readonly revokedAt: Date; readonly reason: string }
  /** `why` in plain words, one for each list that didn't help. */
  | { readonly status: 'unknown'; readonly why: readonly string[] }

export interface RevocationQuestion {
  readonly certificate: Certificate
  readonly at: Date
  readonly crls: readonly CertificateRevocationList[]
  /** Certificates whose keys may have signed the issuer's lists, the issuer's own first; asked for as needed. */
  readonly signers: () => Iterable<Certificate>
}

/**
 * A list with a good signature that names the certificate revokes it from the date of the entry on, even where the list
 * itself is stale, partial or newer than `at`: what is revoked stays so. Only a hold can be lifted, so it needs a
 * current list; that a delta list lifts it is not looked at. To clear a certificate takes one complete current list that
 * speaks of it. Indirect lists (another authority's) are left out.
 */
export function revocationStatus({ certificate, at, crls, signers }: RevocationQuestion): RevocationStatus {
  const why: string[] = []
  let cleared = false
  for (const crl of crls) {
    if (!namesEqual(crl.issuer, certificate.issuer)) continue
    const shown = `the list of ${crl.thisUpdate.toISOString()}`
    if (crl.unusable !== undefined) {
      why.push(`${shown} can't be used: ${crl.unusable}`)
      continue
    }
    if (!isSignedByAny(crl, signers())) {
      why.push(`${shown} has no good signature of the issuer`)
      continue
    }
    const current = crl.thisUpdate <= at && crl.nextUpdate !== undefined && at <= crl.nextUpdate
    const entry = crl.revoked.get(revocationKey(certificate))
    if (entry !== undefined && revokes(entry, at, current)) return { status: 'revoked', ...entry }
    if (!current) why.push(`${shown} is ${crl.thisUpdate > at ? 'not yet valid' : 'out of date'}`)
    else if (crl.scope.entries !== 'complete') why.push(`${shown} tells only ${crl.scope.entries.replace('-', ' ')}`)
    else if (!inScope(crl, certificate)) why.push(`${shown} speaks of other certificates`)
    else cleared = true
  }
  if (cleared) return { status: 'good' }
  return { status: 'unknown', why: why.length === 0 ? ['no list of the issuer is there'] : why }
}

function revokes({ revokedAt, reason }: RevokedEntry, at: Date, current: boolean): boolean {
  if (reason === 'removeFromCRL') return false
  return revokedAt <= at && (current || reason !== 'certificateHold')
}

function isSignedByAny(crl: CertificateRevocationList, signers: Iterable<Certificate>): boolean {
  for (const signer of signers) if (isSignedBy(crl, signer)) return true
  return false
}

/** RFC 5280 6.3.3 (f) and (g): a key that may sign lists, and its signature. */
function isSignedBy(crl: CertificateRevocationList, signer: Certificate): boolean {
  return signer.keyUsage?.has('cRLSign') !== false && signatureVerdict(crl, signer) === 'valid'
}

const verdicts = new WeakMap<CertificateRevocationList, WeakMap<Certificate, SignatureVerdict>>()

/** Kept as long as both live: a list can be long, and is asked for every certificate of its issuer. */
function signatureVerdict(crl: CertificateRevocationList, signer: Certificate): SignatureVerdict {
  const known = verdicts.get(crl) ?? new WeakMap<Certificate, SignatureVerdict>()
  verdicts.set(crl, known)
  const verdict = known.get(signer) ?? verifyWith(crl, signer)
  known.set(signer, verdict)
  return verdict
}

function verifyWith(crl: CertificateRevocationList, signer: Certificate): SignatureVerdict {
  try {
    return verifySignature(crl, publicKeyOf(signer))
  } catch {
    return 'unsupported'
  }
}

function inScope({ scope }: CertificateRevocationList, certificate: Certificate): boolean {
  const isAuthority = certificate.basicConstraints?.ca === true
  if (scope.certificates !== 'all' && scope.certificates !== (isAuthority ? 'authorities' : 'users')) return false
  const { distributionPoint } = scope
  if (distributionPoint === undefined) return true
  return distributionPointNames(certificate).some((name) => distributionPoint.some((each) => sameName(each, name)))
}

function sameName(a: GeneralName, b: GeneralName): boolean {
  if (a.kind === 'directoryName' && b.kind === 'directoryName') return namesEqual(a.name, b.name)
  return a.kind === b.kind && 'text' in a && 'text' in b && a.text === b.text
}
