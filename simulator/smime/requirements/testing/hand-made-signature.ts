/** SignedData (RFC 5652 5.1) put together by hand, every field as a test wants it, and genuinely signed over that. */
import { createHash, type KeyObject, sign } from 'node:crypto'
import { Oid } from '../../../asn1/oid.ts'
import { Tag } from '../../../asn1/read.ts'
import * as der from '../../../asn1/write.ts'
import type { Certificate, Identity } from '../../../pki/index.ts'

export interface SignatureChoices {
  /** In the order given; contentType and messageDigest if left out. */
  readonly attributes?: readonly Buffer[]
  readonly unsigned?: readonly Buffer[]
  readonly version?: number
  readonly signerVersion?: number
  readonly contentType?: string
  readonly detached?: boolean
  /** The octets that stand for eContent; an OCTET STRING of the content if left out. */
  readonly eContent?: Buffer
  /** DER of the CertificateChoices; the signer's certificate if left out. */
  readonly certificates?: readonly Buffer[]
  /** DER of the RevocationInfoChoices. */
  readonly revocation?: readonly Buffer[]
  readonly sid?: Buffer
  readonly digestAlgorithm?: Buffer
  readonly signatureAlgorithm?: Buffer
  /** Instead of SHA-256 with the signer's key over the attributes as SET OF. */
  readonly makeSignature?: (key: KeyObject, attributes: Buffer) => Buffer
  /** The [0] of the attributes as it goes into the message, where it is not what was signed. */
  readonly sentAttributes?: Buffer
}

export const attribute = (type: string, ...values: readonly Buffer[]): Buffer =>
  der.sequence(der.oid(type), der.setOf(...values))

export const contentTypeAttribute = attribute(Oid.contentType, der.oid(Oid.data))

export const digestAttribute = (content: Uint8Array, hash = 'sha256'): Buffer =>
  attribute(Oid.messageDigest, der.octetString(createHash(hash).update(content).digest()))

export const algorithm = (dotted: string, ...parameters: readonly Buffer[]): Buffer =>
  der.sequence(der.oid(dotted), ...parameters)

export const issuerAndSerial = ({ issuer, serial }: Certificate): Buffer =>
  der.sequence(issuer, der.tlv(Tag.Integer, serial))

export function handMadeSignature(signer: Identity, content: Buffer, choices: SignatureChoices = {}): Buffer {
  const { certificate, privateKey } = signer
  const attributes = choices.attributes ?? [contentTypeAttribute, digestAttribute(content)]
  const covered = der.tlv(0x31, ...attributes)
  const make = choices.makeSignature ?? ((key, octets) => sign('sha256', octets, key))
  const digestAlgorithm = choices.digestAlgorithm ?? algorithm(Oid.sha256)
  const isRsa = privateKey.asymmetricKeyType === 'rsa'
  const signatureAlgorithm =
    choices.signatureAlgorithm ??
    (isRsa ? algorithm(Oid.rsaEncryption, der.nullValue()) : algorithm(Oid.ecdsaWithSha256))
  const signerInfo = der.sequence(
    der.integer(choices.signerVersion ?? 1),
    choices.sid ?? issuerAndSerial(certificate),
    digestAlgorithm,
    choices.sentAttributes ?? der.context(0, ...attributes),
    signatureAlgorithm,
    der.octetString(make(privateKey, covered)),
    ...(choices.unsigned === undefined ? [] : [der.context(1, ...choices.unsigned)]),
  )
  const eContent = choices.detached === true ? [] : [der.context(0, choices.eContent ?? der.octetString(content))]
  const body = der.sequence(
    der.integer(choices.version ?? 1),
    der.setOf(digestAlgorithm),
    der.sequence(der.oid(choices.contentType ?? Oid.data), ...eContent),
    der.context(0, ...(choices.certificates ?? [certificate.der])),
    ...(choices.revocation === undefined ? [] : [der.context(1, ...choices.revocation)]),
    der.setOf(signerInfo),
  )
  return der.sequence(der.oid(Oid.signedData), der.context(0, body))
}
