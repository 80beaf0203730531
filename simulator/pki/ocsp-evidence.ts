/**
 * What OCSP responses say of a certificate (RFC 6960 3.2 and 4.2.2). An answer counts if it is about this certificate,
 * signed by a responder that its issuer stands behind, and of the time asked for. As with lists, "revoked" counts even
 * where the answer is out of date or newer: what is revoked stays so.
 */
import { createHash } from 'node:crypto'
import { type OcspAnswer, type OcspCertificateId, type OcspResponse, publicKeyOctets } from './ocsp.ts'
import { findResponder } from './ocsp-responder.ts'
import type { RevocationEvidence, RevocationQuestion } from './revocation-evidence.ts'
import { countsAt } from './revocation-reason.ts'

/** How far clocks may be apart. */
const skewInMs = 5 * 60 * 1000

/** RFC 6960 4.2.2.1: without nextUpdate there is newer word at any time, so an answer is old after a day. */
const shelfLifeInMs = 24 * 3600 * 1000

export function* ocspEvidence(question: RevocationQuestion): Generator<RevocationEvidence> {
  for (const response of question.ocsp)
    for (const answer of response.answers)
      if (answer.about.serial.equals(question.certificate.serial)) yield evidenceOf(answer, response, question)
}

function evidenceOf(answer: OcspAnswer, response: OcspResponse, question: RevocationQuestion): RevocationEvidence {
  const { at } = question
  const none = (why: string): RevocationEvidence => ({
    kind: 'none',
    why: `the OCSP response of ${response.producedAt.toISOString()} ${why}`,
  })
  if (answer.about.hash === undefined) return none('names its certificate with a digest that is unknown here')
  if (!isAbout(answer.about, answer.about.hash, question))
    return none("speaks of another issuer's certificate of the same number")
  const unusable = response.unusable ?? answer.unusable
  if (unusable !== undefined) return none(`can't be used: ${unusable}`)

  const trouble = troubleWithTime(answer, response, at)
  // The certificates of responders live for weeks: one that has run out since was good when the answer was made.
  const responder = findResponder(response, question, trouble === undefined ? at : response.producedAt)
  if ('why' in responder) return none(responder.why)
  const { status } = answer
  if (status.kind === 'unknown') return none('does not know the certificate')
  if (status.kind === 'revoked' && countsAt(status.entry, at)) {
    if (status.entry.reason !== 'certificateHold') return { kind: 'revoked', entry: status.entry }
    if (trouble === undefined) return { kind: 'held', entry: status.entry, asOf: answer.thisUpdate }
  }
  return trouble === undefined ? { kind: 'good', asOf: answer.thisUpdate } : none(trouble)
}

/** RFC 6960 4.1.1: digests of the issuer's name and key. */
function isAbout(
  { issuerNameDigest, issuerKeyDigest }: OcspCertificateId,
  hash: string,
  { certificate, issuer }: RevocationQuestion,
): boolean {
  const digest = (octets: Buffer): Buffer => createHash(hash).update(octets).digest()
  // The name is the one in the certificate. Responders that take the issuer's own differ where the two are encoded apart.
  return (
    digest(publicKeyOctets(issuer.spki)).equals(issuerKeyDigest) &&
    (digest(certificate.issuer).equals(issuerNameDigest) || digest(issuer.subject).equals(issuerNameDigest))
  )
}

/** RFC 6960 4.2.2.1 and 4.2.2.3. */
function troubleWithTime(
  { thisUpdate, nextUpdate }: OcspAnswer,
  { producedAt }: OcspResponse,
  at: Date,
): string | undefined {
  const soonest = Math.max(thisUpdate.getTime(), producedAt.getTime()) - skewInMs
  if (at.getTime() < soonest) return 'is not yet valid'
  const latest = nextUpdate?.getTime() ?? thisUpdate.getTime() + shelfLifeInMs
  return at.getTime() > latest + skewInMs ? 'is out of date' : undefined
}
