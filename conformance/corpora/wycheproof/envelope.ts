/** EnvelopedData around what a vector gives, so that a primitive is asked the way a hostile message would ask it. */
import { createCipheriv } from 'node:crypto'
import { Oid } from '../../../simulator/asn1/oid.ts'
import * as der from '../../../simulator/asn1/write.ts'
import type { Certificate } from '../../../simulator/pki/certificate.ts'
import { standInFor } from '../stand-in.ts'

/** The content key that every envelope is written under: 128 bits. */
export const contentKey = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex')

export const text = Buffer.from('Content-Type: text/plain\r\n\r\nthe text\r\n')

const keyId = Buffer.from('wycheproof')
const version = (number: number): Buffer => der.integer(number)

/** KeyTransRecipientInfo (RFC 5652 6.2.1) with `encryptedKey` as it stands. */
export function transportEnvelope(encryptedKey: Buffer): Buffer {
  const algorithm = der.sequence(der.oid(Oid.rsaEncryption), der.nullValue())
  return envelope(der.sequence(version(2), der.contextPrimitive(0, keyId), algorithm, der.octetString(encryptedKey)))
}

/** KeyAgreeRecipientInfo (RFC 5652 6.2.2) with the ephemeral key as it stands: the content of an OriginatorPublicKey. */
export function agreementEnvelope(scheme: string, wrap: Buffer, originatorKey: Buffer, wrapped: Buffer): Buffer {
  const recipient = der.sequence(der.context(0, der.octetString(keyId)), der.octetString(wrapped))
  return envelope(
    der.context(
      1,
      version(3),
      der.context(0, der.context(1, originatorKey)),
      der.sequence(der.oid(scheme), wrap),
      der.sequence(recipient),
    ),
  )
}

function envelope(recipientInfo: Buffer): Buffer {
  const iv = Buffer.alloc(16)
  const cipher = createCipheriv('aes-128-cbc', contentKey, iv)
  const encrypted = Buffer.concat([cipher.update(text), cipher.final()])
  const encryptedContent = der.sequence(
    der.oid(Oid.data),
    der.sequence(der.oid(Oid.aes128Cbc), der.octetString(iv)),
    der.contextPrimitive(0, encrypted),
  )
  const enveloped = der.sequence(version(2), der.setOf(recipientInfo), encryptedContent)
  return der.sequence(der.oid(Oid.envelopedData), der.context(0, enveloped))
}

/** Stands for the recipient of these envelopes, whatever the vector's key is. */
export const recipient: Certificate = standInFor({ kind: 'key-identifier', keyId: keyId.toString('hex') })
