/** Who may sign OCSP responses for a certificate (RFC 6960 4.2.2.2): its issuer, or whom the issuer certified for that. */
import { createHash } from 'node:crypto'
import { Oid } from '../asn1/oid.ts'
import type { Certificate } from './certificate.ts'
import { crlEvidence } from './crl-evidence.ts'
import { namesEqual } from './name.ts'
import { type OcspResponse, publicKeyOctets } from './ocsp.ts'
import { checkChain } from './path-checks.ts'
import type { RevocationQuestion } from './revocation-evidence.ts'
import { signatureBy } from './signed-by.ts'

/** id-pkix-ocsp-nocheck (RFC 6960 4.2.2.2.1): the authority asks not to check the responder's own revocation. */
export const noRevocationCheck = '1.3.6.1.5.5.7.48.1.5'

/** So many certificates that fit the responder's name are tried. */
const maxCandidates = 8

/**
 * The certificate whose key signed the response, with authority to do so.
 *
 * @param at when the responder's certificate must be valid
 * @returns else why there is none, in plain words
 */
export function findResponder(
  response: OcspResponse,
  question: RevocationQuestion,
  at: Date,
): Certificate | { readonly why: string } {
  let why = 'is signed by a responder whose certificate is not there'
  let tried = 0
  for (const candidate of candidates(response, question)) {
    if (tried++ === maxCandidates) break
    if (signatureBy(response, candidate) !== 'valid') {
      why = 'has no good signature of its responder'
      continue
    }
    const trouble = candidate === question.issuer ? undefined : troubleWith(candidate, question, at)
    if (trouble === undefined) return candidate
    why = `is signed by '${candidate.subjectText}', ${trouble}`
  }
  return { why }
}

function* candidates(response: OcspResponse, { issuer, responders }: RevocationQuestion): Generator<Certificate> {
  const seen = new Set<string>()
  for (const group of [[issuer], response.certificates, responders()])
    for (const each of group) {
      if (seen.has(each.sha256) || !isNamed(response.responder, each)) continue
      seen.add(each.sha256)
      yield each
    }
}

function isNamed(responder: OcspResponse['responder'], certificate: Certificate): boolean {
  if (responder.by === 'name') return namesEqual(responder.name, certificate.subject)
  // RFC 6960 4.2.1: always SHA-1.
  return createHash('sha1').update(publicKeyOctets(certificate.spki)).digest().equals(responder.keyDigest)
}

function troubleWith(responder: Certificate, question: RevocationQuestion, at: Date): string | undefined {
  const { issuer } = question
  // RFC 6960 4.2.2.2: issued by the very key that issued the certificate in question.
  if (!namesEqual(responder.issuer, issuer.subject) || signatureBy(responder, issuer) !== 'valid')
    return 'whom the issuer did not certify'
  if (responder.extendedKeyUsage?.includes(Oid.ocspSigning) !== true) return 'who may not sign OCSP responses'
  if (responder.keyUsage?.has('digitalSignature') === false) return 'whose key may not sign'
  const [reason] = checkChain({ chain: [responder, issuer], anchored: true, at, purpose: 'any' }).reasons
  if (reason !== undefined) return `but ${reason.message}`
  if (responder.extensions.some((each) => each.oid === noRevocationCheck)) return undefined
  // By lists alone: a responder can't vouch for itself.
  for (const { kind } of crlEvidence({ ...question, certificate: responder, at }))
    if (kind === 'revoked' || kind === 'held') return 'whose certificate was revoked'
  return undefined
}
