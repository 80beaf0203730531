/** SMIMEEncryptionKeyPreference (RFC 8551 2.5.3): the certificate to which the signer wants answers encrypted. */
import { type Asn1Node, children, isContext, Tag } from '../../asn1/read.ts'
import * as der from '../../asn1/write.ts'
import type { Certificate } from '../../pki/certificate.ts'
import { malformed } from './malformed.ts'
import { issuerAndSerialOf, type RecipientId, readKeyIdentifier } from './recipient-id.ts'

const what = 'encryptionKeyPreference'

/** issuerAndSerialNumber [0], recipientKeyId [1] or subjectAltKeyIdentifier [2], all IMPLICIT. */
export function readKeyPreference(value: Asn1Node): RecipientId {
  if (isContext(value, 0)) return issuerAndSerialOf(children(value), what)
  if (isContext(value, 1)) return readKeyIdentifier(children(value)[0], what)
  if (isContext(value, 2)) return readKeyIdentifier(value, what)
  throw malformed(`${what}: [0], [1] or [2] wanted`)
}

export function writeKeyPreference(certificate: Certificate): Buffer {
  return der.context(0, certificate.issuer, der.tlv(Tag.Integer, certificate.serial))
}
