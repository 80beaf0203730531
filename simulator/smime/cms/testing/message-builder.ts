/** Envelopes put together by hand for the tests: every field as the test wants it, right or wrong. */
import { createCipheriv, randomBytes } from 'node:crypto'
import { Oid } from '../../../asn1/oid.ts'
import * as der from '../../../asn1/write.ts'
import type { Certificate } from '../../../pki/certificate.ts'
import { publicKeyOf } from '../../../pki/certificate.ts'
import { transportKey } from '../key-transport.ts'
import { writeIssuerAndSerial } from '../recipient-id.ts'

/** A ktri by RSA v1.5 for `contentKey`. */
export function keyTransportInfo(certificate: Certificate, contentKey: Buffer): Buffer {
  const { algorithm, encryptedKey } = transportKey(publicKeyOf(certificate), 'rsa-v1.5', contentKey)
  return der.sequence(der.integer(0), writeIssuerAndSerial(certificate), algorithm, der.octetString(encryptedKey))
}

export interface EnvelopeFields {
  readonly type: string
  readonly recipientInfos: readonly Buffer[]
  /** DER of the content encryption AlgorithmIdentifier. */
  readonly algorithm: Buffer
  /** The whole [0]; use `encryptedContent` for the usual form. */
  readonly content: Buffer
  /** What stands behind the EncryptedContentInfo: authAttrs, mac. */
  readonly rest?: readonly Buffer[]
}

export function writeEnvelope(fields: EnvelopeFields): Buffer {
  const inner = der.sequence(der.oid(Oid.data), fields.algorithm, fields.content)
  const parts = [der.integer(0), der.setOf(...fields.recipientInfos), inner, ...(fields.rest ?? [])]
  return der.sequence(der.oid(fields.type), der.context(0, der.sequence(...parts)))
}

/** [0] primitive. */
export const encryptedContent = (bytes: Uint8Array): Buffer => der.contextPrimitive(0, bytes)

/** [0] of indefinite length in segments of `size` octets, as Bouncy Castle writes it. */
export function segmentedContent(bytes: Buffer, size: number): Buffer {
  const parts: Buffer[] = [Buffer.of(0xa0, 0x80)]
  for (let at = 0; at < bytes.length; at += size) parts.push(der.octetString(bytes.subarray(at, at + size)))
  return Buffer.concat([...parts, Buffer.of(0, 0)])
}

export interface GcmChoices {
  readonly nonceLength: number
  /** Undefined: left out of the parameters, which means 12. */
  readonly statedTagLength: number | undefined
  readonly tagLength: number
  readonly associatedData?: Buffer
}

/** AES-256-GCM with freely chosen parameters. */
export function sealGcm(contentKey: Buffer, content: Buffer, choices: GcmChoices) {
  const nonce = randomBytes(choices.nonceLength)
  const cipher = createCipheriv('aes-256-gcm', contentKey, nonce, { authTagLength: choices.tagLength })
  if (choices.associatedData !== undefined) cipher.setAAD(choices.associatedData)
  const encrypted = Buffer.concat([cipher.update(content), cipher.final()])
  const length = choices.statedTagLength === undefined ? [] : [der.integer(choices.statedTagLength)]
  const algorithm = der.sequence(der.oid(Oid.aes256Gcm), der.sequence(der.octetString(nonce), ...length))
  return { algorithm, encrypted, mac: cipher.getAuthTag() }
}

/** AES-256-CBC of octets that the caller has padded, or not. */
export function sealBlocks(contentKey: Buffer, padded: Buffer) {
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-256-cbc', contentKey, iv).setAutoPadding(false)
  const encrypted = Buffer.concat([cipher.update(padded), cipher.final()])
  return { algorithm: der.sequence(der.oid(Oid.aes256Cbc), der.octetString(iv)), encrypted }
}
