/**
 * What revocation lists say of a certificate (RFC 5280 6.3).
 *
 * A list with a good signature that names the certificate revokes it, even where the list itself is stale, partial or
 * newer than the time asked for: what is revoked stays so. Only a hold can be lifted, so that takes a current list; and
 * to clear a certificate takes a complete one that speaks of it. Indirect lists (another authority's) are left out.
 */
import type { Certificate } from './certificate.ts'
import type { CertificateRevocationList } from './crl.ts'
import { appliesTo } from './delta-crl.ts'
import { distributionPointNames } from './distribution-point.ts'
import type { GeneralName } from './general-name.ts'
import { namesEqual } from './name.ts'
import type { RevocationEvidence, RevocationQuestion } from './revocation-evidence.ts'
import { countsAt, type RevokedEntry } from './revocation-reason.ts'
import { signatureBy } from './signed-by.ts'

export function* crlEvidence(question: RevocationQuestion): Generator<RevocationEvidence> {
  const lists: CertificateRevocationList[] = []
  for (const crl of question.crls) {
    if (!namesEqual(crl.issuer, question.certificate.issuer)) continue
    if (crl.unusable !== undefined) yield none(crl, `can't be used: ${crl.unusable}`)
    else if (!isSignedByAny(crl, question.listSigners())) yield none(crl, 'has no good signature of the issuer')
    else lists.push(crl)
  }
  for (const crl of lists) yield evidenceOf(crl, newestDelta(crl, lists, question.at), question)
}

function none({ thisUpdate }: CertificateRevocationList, why: string): RevocationEvidence {
  return { kind: 'none', why: `the list of ${thisUpdate.toISOString()} ${why}` }
}

/** What the list says, brought up to date by the delta list where there is one. */
function evidenceOf(
  crl: CertificateRevocationList,
  delta: CertificateRevocationList | undefined,
  { certificate, at }: RevocationQuestion,
): RevocationEvidence {
  const { thisUpdate: asOf } = delta ?? crl
  // RFC 5280 5.2.4: list and delta list are together as good as a list of the delta's date.
  const current = isCurrent(delta ?? crl, at) && crl.thisUpdate <= at
  const listed = crl.revoked.get(certificate.serial)
  const change = delta?.revoked.get(certificate.serial)
  for (const entry of [listed, change])
    if (entry !== undefined && isFinal(entry) && countsAt(entry, at)) return { kind: 'revoked', entry }
  // 'removeFromCRL' lifts a hold, or takes out what has expired (RFC 5280 5.3.1).
  const entry = change ?? listed
  const held = entry?.reason === 'certificateHold' && countsAt(entry, at)
  if (held && current) return { kind: 'held', entry, asOf }
  if (!current) return none(delta ?? crl, `is ${asOf > at ? 'not yet valid' : 'out of date'}`)
  if (crl.scope.entries !== 'complete') return none(crl, `tells only ${crl.scope.entries.replace('-', ' ')}`)
  if (!inScope(crl, certificate)) return none(crl, 'speaks of other certificates')
  return { kind: 'good', asOf }
}

function isFinal({ reason }: RevokedEntry): boolean {
  return reason !== 'certificateHold' && reason !== 'removeFromCRL'
}

function isCurrent({ thisUpdate, nextUpdate }: CertificateRevocationList, at: Date): boolean {
  return thisUpdate <= at && nextUpdate !== undefined && at <= nextUpdate
}

function newestDelta(
  base: CertificateRevocationList,
  lists: readonly CertificateRevocationList[],
  at: Date,
): CertificateRevocationList | undefined {
  let newest: CertificateRevocationList | undefined
  for (const each of lists)
    if (isCurrent(each, at) && appliesTo(each, base) && (newest?.number ?? -1n) < (each.number ?? -1n)) newest = each
  return newest
}

function isSignedByAny(crl: CertificateRevocationList, signers: Iterable<Certificate>): boolean {
  // RFC 5280 6.3.3 (f) and (g): a key that may sign lists, and its signature.
  for (const signer of signers)
    if (signer.keyUsage?.has('cRLSign') !== false && signatureBy(crl, signer) === 'valid') return true
  return false
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
