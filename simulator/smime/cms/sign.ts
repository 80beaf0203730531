/** Signing (RFC 5652 5, RFC 8551 2.5): one SignerInfo a signer, its attributes in DER. */
import { hash } from 'node:crypto'
import { Oid } from '../../asn1/oid.ts'
import { Tag } from '../../asn1/read.ts'
import * as der from '../../asn1/write.ts'
import { LabError } from '../../error.ts'
import type { Certificate, Identity } from '../../pki/certificate.ts'
import { type DigestName, writeDigest } from './algorithms.ts'
import { writeAttribute } from './attributes.ts'
import { wrap, writeContentInfo } from './content-info.ts'
import { writeKeyPreference } from './key-preference.ts'
import { writeIssuerAndSerial } from './recipient-id.ts'
import { chooseSignature, makeSignature, type SignatureCheck, writeSignatureAlgorithm } from './signature-algorithm.ts'
import { writeSigningCertificate } from './signing-certificate.ts'
import { writeCapabilities } from './smime-capabilities.ts'

export interface SignOptions {
  readonly signers: readonly Identity[]
  /** Embedded besides those of the signers: the issuers up to the root (RFC 8550 2.3). */
  readonly certificates?: readonly Certificate[]
  readonly detached: boolean
  /** 'sha256' when absent; Ed25519 uses SHA-512 always (RFC 8419 3.1). */
  readonly digest?: DigestName
  readonly signingTime: Date
  /** RSASSA-PSS instead of RSA v1.5. */
  readonly pss?: boolean
  /** Where answers are to be encrypted to: EncryptionKeyPreference (RFC 8551 2.5.3). */
  readonly encryptionCertificate?: Certificate
}

/**
 * Signs `content` as it is: canonicalise text before (RFC 8551 3.1.1).
 *
 * @throws LabError 'signer-missing', 'signer-unusable'
 */
export function sign(content: Uint8Array, options: SignOptions): Buffer {
  if (options.signers.length === 0) throw new LabError('signer-missing', 'at least one signer wanted')
  const signers = options.signers.map(({ certificate, privateKey }) => {
    const check = chooseSignature(privateKey, options.digest ?? 'sha256', options.pss ?? false)
    return { certificate, privateKey, check }
  })
  const digests = new Map<DigestName, Buffer>()
  const digestContent = (name: DigestName): Buffer => {
    const digest = digests.get(name) ?? hash(name, content, 'buffer')
    digests.set(name, digest)
    return digest
  }
  const signerInfos = signers.map(({ certificate, privateKey, check }) => {
    const attributes = signedAttributes(digestContent(check.digest), certificate, options)
    const signature = makeSignature(privateKey, check, attributes)
    return writeSignerInfo(certificate, check, attributes, signature)
  })
  const encapsulated = options.detached
    ? [der.sequence(der.oid(Oid.data))]
    : wrap(0x30, [der.oid(Oid.data), ...wrap(0xa0, wrap(Tag.OctetString, [content]))])
  const embedded = new Map<string, Buffer>()
  for (const { certificate } of signers) embedded.set(certificate.sha256, certificate.der)
  for (const certificate of options.certificates ?? []) embedded.set(certificate.sha256, certificate.der)

  return writeContentInfo(
    Oid.signedData,
    wrap(0x30, [
      // RFC 5652 5.1: 1, as the content is id-data, and certificates and signer ids are of the oldest kind.
      der.integer(1),
      der.setOf(...[...digests.keys()].map(writeDigest)),
      ...encapsulated,
      der.context(0, ...[...embedded.values()].sort(Buffer.compare)),
      der.setOf(...signerInfos),
    ]),
  )
}

// The same in every signature.
const contentTypeData = writeAttribute(Oid.contentType, der.oid(Oid.data))
const capabilities = writeAttribute(Oid.smimeCapabilities, writeCapabilities())

interface SignerParts {
  readonly id: Buffer
  readonly signingCertificate: Buffer
}

const knownSigners = new WeakMap<Certificate, SignerParts>()

/** The same in every signature by one certificate: hashing and encoding them anew takes longer than an ECDSA signature leaves. */
function signerParts(certificate: Certificate): SignerParts {
  const known = knownSigners.get(certificate)
  if (known !== undefined) return known
  const parts = {
    id: writeIssuerAndSerial(certificate),
    signingCertificate: writeAttribute(Oid.signingCertificateV2, writeSigningCertificate(certificate)),
  }
  knownSigners.set(certificate, parts)
  return parts
}

/** DER of the SET OF, which is what gets signed (RFC 5652 5.4). */
function signedAttributes(digest: Buffer, certificate: Certificate, options: SignOptions): Buffer {
  const attributes = [
    contentTypeData,
    writeAttribute(Oid.messageDigest, der.octetString(digest)),
    writeAttribute(Oid.signingTime, der.time(options.signingTime)),
    capabilities,
    signerParts(certificate).signingCertificate,
  ]
  if (options.encryptionCertificate !== undefined)
    attributes.push(writeAttribute(Oid.encryptionKeyPreference, writeKeyPreference(options.encryptionCertificate)))
  return der.setOf(...attributes)
}

function writeSignerInfo(
  certificate: Certificate,
  check: SignatureCheck,
  attributes: Buffer,
  signature: Buffer,
): Buffer {
  // [0] IMPLICIT replaces the identifier octet of the SET OF, and nothing else.
  const implicit = Buffer.from(attributes)
  implicit[0] = 0xa0
  return der.sequence(
    der.integer(1),
    signerParts(certificate).id,
    writeDigest(check.digest),
    implicit,
    writeSignatureAlgorithm(check),
    der.octetString(signature),
  )
}
