/** Builds and signs OCSP responses about one certificate (RFC 6960 4.2.1). */
import { createHash } from 'node:crypto'
import { Oid } from '../asn1/oid.ts'
import { Tag } from '../asn1/read.ts'
import * as write from '../asn1/write.ts'
import type { Certificate, Identity } from './certificate.ts'
import type { HashName } from './hash-algorithm.ts'
import { basicResponseType, type OcspResponse, type OcspStatus, parseOcspResponse, publicKeyOctets } from './ocsp.ts'
import { revocationReasonCode } from './revocation-reason.ts'
import { signerFor } from './signing-algorithm.ts'

export interface OcspAnswerRequest {
  readonly certificate: Certificate
  readonly issuer: Certificate
  readonly status: OcspStatus
  readonly thisUpdate: Date
  /** Undefined: newer word can be had at any time. */
  readonly nextUpdate: Date | undefined
  readonly producedAt: Date
  /** Over the issuer's name and key. */
  readonly hash: HashName
  readonly responder: Identity
  readonly responderId: 'name' | 'key'
}

/** @throws LabError 'signing-key-unsupported' */
export function buildOcspResponse(request: OcspAnswerRequest): OcspResponse {
  const { issuer, responder } = request
  const { algorithm, sign } = signerFor(responder.privateKey)
  const data = write.sequence(
    encodeResponderId(request),
    generalizedTime(request.producedAt),
    write.sequence(encodeAnswer(request)),
  )
  // The issuer's own certificate is at hand wherever its certificates are checked.
  const isDelegated = responder.certificate.sha256 !== issuer.sha256
  const basic = write.sequence(
    data,
    algorithm,
    write.bitString(sign(data)),
    ...(isDelegated ? [write.context(0, write.sequence(responder.certificate.der))] : []),
  )
  const bytes = write.sequence(write.oid(basicResponseType), write.octetString(basic))
  return parseOcspResponse(write.sequence(enumerated(0), write.context(0, bytes)))
}

function encodeResponderId({ responder, responderId }: OcspAnswerRequest): Buffer {
  const { subject, spki } = responder.certificate
  if (responderId === 'name') return write.context(1, subject)
  return write.context(2, write.octetString(createHash('sha1').update(publicKeyOctets(spki)).digest()))
}

function encodeAnswer({ certificate, issuer, status, thisUpdate, nextUpdate, hash }: OcspAnswerRequest): Buffer {
  const digest = (octets: Buffer): Buffer => write.octetString(createHash(hash).update(octets).digest())
  const id = write.sequence(
    write.sequence(write.oid(Oid[hash]), write.nullValue()),
    digest(certificate.issuer),
    digest(publicKeyOctets(issuer.spki)),
    write.tlv(Tag.Integer, certificate.serial),
  )
  return write.sequence(
    id,
    encodeStatus(status),
    generalizedTime(thisUpdate),
    ...(nextUpdate === undefined ? [] : [write.context(0, generalizedTime(nextUpdate))]),
  )
}

function encodeStatus(status: OcspStatus): Buffer {
  if (status.kind === 'good') return write.contextPrimitive(0, Buffer.alloc(0))
  if (status.kind === 'unknown') return write.contextPrimitive(2, Buffer.alloc(0))
  const { revokedAt, reason } = status.entry
  // As in lists, an unspecified reason is told by leaving it out.
  const code = reason === 'unspecified' ? [] : [write.context(0, enumerated(revocationReasonCode(reason)))]
  return write.context(1, generalizedTime(revokedAt), ...code)
}

function enumerated(value: number): Buffer {
  return write.tlv(Tag.Enumerated, Buffer.of(value))
}

/** RFC 6960 has no UTCTime. */
function generalizedTime(value: Date): Buffer {
  return write.tlv(Tag.GeneralizedTime, Buffer.from(`${value.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`))
}
