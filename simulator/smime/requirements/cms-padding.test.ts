/**
 * Keys that do not come out (RFC 5652 6.3, RFC 3218): who may send many messages and watch the answers must not learn which
 * of them were well padded.
 */
import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { Oid } from '../../asn1/oid.ts'
import * as der from '../../asn1/write.ts'
import { type Identity, publicKeyOf } from '../../pki/index.ts'
import { decrypt } from '../cms/index.ts'
import { transportKey } from '../cms/key-transport.ts'
import { encryptedContent, sealBlocks, writeEnvelope } from '../cms/testing/message-builder.ts'
import { type Correspondence, createCorrespondence, text } from '../testing/correspondence.ts'
import { algorithm, issuerAndSerial } from './testing/hand-made-signature.ts'
import { padded } from './testing/padding.ts'

let world: Correspondence
let boRsa: Identity

beforeAll(async () => {
  world = await createCorrespondence('requirements on padding')
  boRsa = world.boRsa
})

describe('CMS-11 keys that do not come out', () => {
  const withEncryptedKey = (encryptedKey: Buffer, contentKey: Buffer, plain: Buffer): Buffer => {
    const { algorithm: cipher, encrypted } = sealBlocks(contentKey, plain)
    const info = der.sequence(
      ...[der.integer(0), issuerAndSerial(boRsa.certificate)],
      ...[algorithm(Oid.rsaEncryption, der.nullValue()), der.octetString(encryptedKey)],
    )
    return writeEnvelope({
      type: Oid.envelopedData,
      recipientInfos: [info],
      algorithm: cipher,
      content: encryptedContent(encrypted),
    })
  }
  const sealedKey = (key: Buffer) => transportKey(publicKeyOf(boRsa.certificate), 'rsa-v1.5', key).encryptedKey

  it('CMS-11 look alike, whatever was wrong with key or padding', () => {
    const key = randomBytes(32)
    const noPadding = Buffer.concat([text, Buffer.alloc(16 - (text.length % 16))])
    const damaged = [
      withEncryptedKey(Buffer.concat([Buffer.of(0), randomBytes(255)]), key, padded(text)),
      withEncryptedKey(sealedKey(randomBytes(31)), key, padded(text)),
      withEncryptedKey(sealedKey(randomBytes(0)), key, padded(text)),
      withEncryptedKey(sealedKey(key), key, noPadding),
      // The padding fits, what stands before it is no mail: as one wrong key in 256 makes it.
      withEncryptedKey(sealedKey(key), key, padded(randomBytes(64).fill(0xff))),
    ]
    const answers = damaged.map((each) => {
      const { outcome, cause, message, content: shown, layers } = world.open(each)
      return {
        outcome,
        cause,
        message,
        shown,
        layers: layers.map(({ kind, algorithms }) => ({ kind, algorithms })),
      }
    })
    for (const answer of answers) {
      expect(answer).toMatchObject({ outcome: 'closed', cause: 'integrity', shown: undefined })
      expect(answer).toEqual(answers[0])
    }
  })

  it('CMS-11 look alike too where the content is said to be no mail', () => {
    const key = randomBytes(32)
    const [wrong, right] = [randomBytes(256).fill(0, 0, 1), sealedKey(key)].map((encryptedKey) => {
      const cms = withEncryptedKey(encryptedKey, key, padded(text))
      cms.writeUInt8(2, cms.lastIndexOf(der.oid(Oid.data)) + der.oid(Oid.data).length - 1)
      const { outcome, cause, message, layers } = world.open(cms)
      return { outcome, cause, message, algorithms: layers.map(({ algorithms }) => algorithms) }
    })
    expect(right).toMatchObject({ outcome: 'closed', cause: 'malformed' })
    expect(wrong).toEqual(right)
  })

  it('CMS-11 never open anything by luck, in a thousand messages', () => {
    for (let at = 0; at < 1000; at++) {
      const result = decrypt(
        withEncryptedKey(Buffer.concat([Buffer.of(0), randomBytes(255)]), randomBytes(32), padded(text)),
        [boRsa],
      )
      if (result.ok) throw new Error(`opened at ${at}`)
      expect(result.cause).toBe('integrity')
    }
  })
})
