/** Encryption: EnvelopedData (RFC 5652 6) for CBC, AuthEnvelopedData (RFC 5083) for AEAD, to RSA, EC and X25519 certificates. */
import { randomBytes } from 'node:crypto'
import { Oid, oidName } from '../../asn1/oid.ts'
import * as der from '../../asn1/write.ts'
import { LabError } from '../../error.ts'
import { type Certificate, publicKeyOf } from '../../pki/certificate.ts'
import {
  type CipherSpec,
  type ContentCipher,
  cipherNamed,
  type DigestName,
  type KeyTransport,
  wrapNamed,
} from './algorithms.ts'
import { encryptContent } from './content-encryption.ts'
import { wrap, writeContentInfo } from './content-info.ts'
import { agreeKey } from './key-agreement.ts'
import { transportKey } from './key-transport.ts'
import { requireKeyIdentifier, writeIssuerAndSerial } from './recipient-id.ts'

export interface EncryptOptions {
  /** The sender's own certificate too, if the sender is to read it again (RFC 8551 3.3). */
  readonly recipients: readonly Certificate[]
  readonly contentCipher: ContentCipher
  /** For RSA certificates; 'rsa-v1.5' when absent, as every mail program opens it. */
  readonly keyTransport?: KeyTransport
  readonly recipientId?: 'issuer-and-serial' | 'key-identifier'
  /** For EC and X25519 certificates; 'sha256' when absent. */
  readonly kdfHash?: DigestName
}

/**
 * Encrypts `content` to every recipient with one fresh content key.
 *
 * @throws LabError 'recipient-missing', 'recipient-unusable', 'algorithm-unsupported'
 */
export function encrypt(content: Uint8Array, options: EncryptOptions): Buffer {
  const spec = cipherNamed(options.contentCipher)
  if (spec?.wrap === undefined)
    throw new LabError('algorithm-unsupported', `content cipher '${options.contentCipher}' is not for sending`)
  const recipients = distinct(options.recipients)
  if (recipients.length === 0) throw new LabError('recipient-missing', 'at least one recipient certificate wanted')

  const contentKey = randomBytes(spec.keyLength)
  const infos = recipients.map((each) => writeRecipientInfo(each, spec, contentKey, options))
  const sealed = encryptContent(spec, contentKey, content)
  contentKey.fill(0)
  const encryptedContentInfo = wrap(0x30, [der.oid(Oid.data), sealed.algorithm, ...wrap(0x80, sealed.parts)])
  const recipientInfos = der.setOf(...infos.map((each) => each.encoding))
  if (sealed.mac !== undefined) {
    const fields = [der.integer(0), recipientInfos, ...encryptedContentInfo, der.octetString(sealed.mac)]
    return writeContentInfo(Oid.authEnvelopedData, wrap(0x30, fields))
  }
  // RFC 5652 6.1: 0 when every recipient info is version 0, else 2.
  const version = infos.every((each) => each.version === 0) ? 0 : 2
  return writeContentInfo(
    Oid.envelopedData,
    wrap(0x30, [der.integer(version), recipientInfos, ...encryptedContentInfo]),
  )
}

function distinct(certificates: readonly Certificate[]): Certificate[] {
  return [...new Map(certificates.map((each) => [each.sha256, each])).values()]
}

interface WrittenRecipient {
  readonly version: number
  readonly encoding: Buffer
}

function writeRecipientInfo(
  certificate: Certificate,
  spec: CipherSpec,
  contentKey: Buffer,
  options: EncryptOptions,
): WrittenRecipient {
  switch (certificate.publicKeyAlgorithm) {
    case Oid.rsaEncryption:
      requireUsage(certificate, 'keyEncipherment')
      return writeKeyTransport(certificate, contentKey, options)
    case Oid.ecPublicKey:
    case Oid.x25519:
    case Oid.x448:
      requireUsage(certificate, 'keyAgreement')
      return writeKeyAgreement(certificate, spec, contentKey, options)
    default:
      throw new LabError(
        'recipient-unusable',
        `'${certificate.subjectText}' holds a key of type ${oidName(certificate.publicKeyAlgorithm)}, which can't encrypt`,
      )
  }
}

/** RFC 5652 6.2.1 and 6.2.2: a certificate that says what its key is for must say this. */
function requireUsage(certificate: Certificate, usage: 'keyEncipherment' | 'keyAgreement'): void {
  if (certificate.keyUsage === undefined || certificate.keyUsage.has(usage)) return
  const stated = [...certificate.keyUsage].join(', ')
  throw new LabError('recipient-unusable', `'${certificate.subjectText}': key usage ${usage} wanted, got ${stated}`, {
    hint: "choose the recipient's encryption certificate",
  })
}

/** KeyTransRecipientInfo: version 0 with issuer and serial number, 2 with a key identifier (RFC 5652 6.2.1). */
function writeKeyTransport(certificate: Certificate, contentKey: Buffer, options: EncryptOptions): WrittenRecipient {
  const byKeyId = options.recipientId === 'key-identifier'
  const rid = byKeyId ? der.contextPrimitive(0, requireKeyIdentifier(certificate)) : writeIssuerAndSerial(certificate)
  const transport = options.keyTransport ?? 'rsa-v1.5'
  const { algorithm, encryptedKey } = transportKey(publicKeyOf(certificate), transport, contentKey)
  const version = byKeyId ? 2 : 0
  return { version, encoding: der.sequence(der.integer(version), rid, algorithm, der.octetString(encryptedKey)) }
}

/** KeyAgreeRecipientInfo: always version 3; each recipient gets an ephemeral key of its own. */
function writeKeyAgreement(
  certificate: Certificate,
  spec: CipherSpec,
  contentKey: Buffer,
  options: EncryptOptions,
): WrittenRecipient {
  if (spec.wrap === undefined) throw new LabError('algorithm-unsupported', `${spec.name} has no key wrap`)
  const rid =
    options.recipientId === 'key-identifier'
      ? der.context(0, der.octetString(requireKeyIdentifier(certificate)))
      : writeIssuerAndSerial(certificate)
  const hash = options.kdfHash ?? 'sha256'
  const agreed = agreeKey(publicKeyOf(certificate), hash, wrapNamed(spec.wrap), contentKey)
  const originator = der.context(0, der.context(1, ...agreed.originatorKey))
  const encryptedKeys = der.sequence(der.sequence(rid, der.octetString(agreed.encryptedKey)))
  return { version: 3, encoding: der.context(1, der.integer(3), originator, agreed.algorithm, encryptedKeys) }
}
