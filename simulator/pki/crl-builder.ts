/**
 * Builds and signs revocation lists (RFC 5280 5.1). Encoded here, not by @peculiar/x509: that writes an empty
 * crlEntryExtensions into each entry without a reason, which RFC 5280 5.1 does not allow, and searches all entries
 * for each one added.
 */
import type { KeyObject } from 'node:crypto'
import { Oid } from '../asn1/oid.ts'
import { Tag } from '../asn1/read.ts'
import * as write from '../asn1/write.ts'
import { type CertificateRevocationList, parseCrl, type RevocationReason, revocationReasonCode } from './crl.ts'
import { signerFor } from './signing-algorithm.ts'

export interface CrlRequest {
  /** DER of the Name. */
  readonly issuer: Buffer
  readonly issuerKeyId: Buffer | undefined
  readonly thisUpdate: Date
  readonly nextUpdate: Date
  /** Must rise from list to list (RFC 5280 5.2.3). */
  readonly number: number
  readonly entries: readonly { readonly serial: Buffer; readonly at: Date; readonly reason: RevocationReason }[]
}

/** @throws LabError 'signing-key-unsupported' */
export function buildCrl(request: CrlRequest, privateKey: KeyObject): CertificateRevocationList {
  const { algorithm, sign } = signerFor(privateKey)
  const tbs = write.sequence(
    write.integer(1),
    algorithm,
    request.issuer,
    write.time(request.thisUpdate),
    write.time(request.nextUpdate),
    // An empty list is told by leaving the field out (RFC 5280 5.1.2.6).
    ...(request.entries.length === 0 ? [] : [write.sequence(Buffer.concat(request.entries.map(encodeEntry)))]),
    write.context(0, write.sequence(...encodeExtensions(request))),
  )
  return parseCrl(write.sequence(tbs, algorithm, write.bitString(sign(tbs))))
}

function encodeEntry({ serial, at, reason }: CrlRequest['entries'][number]): Buffer {
  const fields = [write.tlv(Tag.Integer, serial), write.time(at)]
  // RFC 5280 5.3.1: an unspecified reason is told by leaving it out.
  if (reason === 'unspecified') return write.sequence(...fields)
  const code = write.tlv(Tag.Enumerated, Buffer.of(revocationReasonCode(reason)))
  return write.sequence(...fields, write.sequence(encodeExtension(Oid.reasonCode, code)))
}

function encodeExtensions({ issuerKeyId, number }: CrlRequest): Buffer[] {
  const crlNumber = encodeExtension(Oid.crlNumber, write.integer(number))
  if (issuerKeyId === undefined) return [crlNumber]
  const keyId = write.sequence(write.contextPrimitive(0, issuerKeyId))
  return [encodeExtension(Oid.authorityKeyIdentifier, keyId), crlNumber]
}

function encodeExtension(type: string, value: Buffer): Buffer {
  return write.sequence(write.oid(type), write.octetString(value))
}
