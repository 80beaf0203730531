/** AuthEnvelopedData (RFC 5083) with AES-GCM (RFC 5084). */
import { constants, privateDecrypt, randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { Oid } from '../../asn1/oid.ts'
import { octets, sequence, smallInteger } from '../../asn1/read.ts'
import * as der from '../../asn1/write.ts'
import type { Identity } from '../../pki/index.ts'
import { type ContentCipher, encrypt } from '../cms/index.ts'
import {
  encryptedContent,
  type GcmChoices,
  keyTransportInfo,
  sealGcm,
  writeEnvelope,
} from '../cms/testing/message-builder.ts'
import type { OpenedMessage } from '../open-message.ts'
import { type Correspondence, createCorrespondence, text } from '../testing/correspondence.ts'
import { envelopeParts } from './testing/cms-parts.ts'
import { attribute, contentTypeAttribute } from './testing/hand-made-signature.ts'

let world: Correspondence
let bo: Identity

beforeAll(async () => {
  world = await createCorrespondence('requirements on AuthEnvelopedData')
  bo = world.boRsa
})

const ours = (contentCipher: ContentCipher = 'aes-256-gcm'): Buffer =>
  encrypt(text, { recipients: [bo.certificate], contentCipher })

interface Choices extends Partial<GcmChoices> {
  readonly type?: string
  /** The authAttrs [1] as sent; what is authenticated stands in `associatedData`. */
  readonly attributes?: Buffer
  readonly withoutMac?: boolean
}

function byHand({ type = Oid.authEnvelopedData, attributes, withoutMac = false, ...gcm }: Choices = {}): Buffer {
  const contentKey = randomBytes(32)
  const { algorithm, encrypted, mac } = sealGcm(contentKey, text, {
    ...{ nonceLength: 12, statedTagLength: 16, tagLength: 16 },
    ...gcm,
  })
  return writeEnvelope({
    type,
    recipientInfos: [keyTransportInfo(bo.certificate, contentKey)],
    algorithm,
    content: encryptedContent(encrypted),
    rest: [...(attributes === undefined ? [] : [attributes]), ...(withoutMac ? [] : [der.octetString(mac)])],
  })
}

function expectNothingShown(opened: OpenedMessage): void {
  expect(opened).toMatchObject({ outcome: 'closed', signature: { status: 'unsigned' } })
  expect(opened.content).toBeUndefined()
  expect(JSON.stringify(opened)).not.toContain('Archiv')
}

describe('CMS-15 version and attributes', () => {
  const attributes = [contentTypeAttribute, attribute('1.3.6.1.4.1.99999.9', der.utf8String('kept'))]
  const associatedData = der.setOf(...attributes)
  /** The SET OF with another tag: [1] IMPLICIT. */
  const sent = (set: Buffer): Buffer => Buffer.concat([Buffer.of(0xa1), set.subarray(1)])

  it('CMS-15 version 0, id-data and no attributes in what we make', () => {
    expect(envelopeParts(ours())).toMatchObject({ type: Oid.authEnvelopedData, version: 0, contentType: Oid.data })
    expect(envelopeParts(ours()).mac).toHaveLength(16)
    expect(ours().includes(der.oid(Oid.messageDigest))).toBe(false)
  })

  it('CMS-15 attributes are authenticated as a SET OF', () => {
    expect(world.open(byHand({ associatedData, attributes: sent(associatedData) }))).toMatchObject({
      outcome: 'opened',
      content: { bytes: text },
    })
  })

  it('CMS-15 attributes that were changed, taken away, added, or authenticated as [1], are refused', () => {
    const changed = Buffer.from(associatedData.toString('latin1').replace('kept', 'kilt'), 'latin1')
    expect(changed).not.toEqual(associatedData)
    for (const damaged of [
      byHand({ associatedData, attributes: sent(changed) }),
      byHand({ associatedData }),
      byHand({ attributes: sent(associatedData) }),
      byHand({ associatedData: sent(associatedData), attributes: sent(associatedData) }),
    ])
      expectNothingShown(world.open(damaged))
  })
})

describe('CMS-16 where integrity fails', () => {
  it('CMS-16 nothing is released: each part changed by one bit', () => {
    const cms = ours()
    const parts = envelopeParts(cms)
    const nonce = octets(sequence(parts.cipher.parameters, 'GCMParameters')[0], 'nonce')
    expect(world.open(cms).content?.bytes).toEqual(text)
    for (const part of [parts.encrypted, parts.mac ?? Buffer.alloc(0), nonce])
      for (const offset of [0, part.length - 1]) {
        const damaged = Buffer.from(cms)
        const at = cms.indexOf(part) + offset
        damaged.writeUInt8(damaged.readUInt8(at) ^ 0x20, at)
        expectNothingShown(world.open(damaged))
      }
  })

  it('CMS-16 nothing is released: content or MAC cut short', () => {
    const contentKey = randomBytes(32)
    const { algorithm, encrypted, mac } = sealGcm(contentKey, text, {
      nonceLength: 12,
      statedTagLength: 16,
      tagLength: 16,
    })
    const sealed = (content: Buffer, tag: Buffer): OpenedMessage =>
      world.open(
        writeEnvelope({
          type: Oid.authEnvelopedData,
          recipientInfos: [keyTransportInfo(bo.certificate, contentKey)],
          algorithm,
          content: encryptedContent(content),
          rest: [der.octetString(tag)],
        }),
      )
    expect(sealed(encrypted, mac).content?.bytes).toEqual(text)
    for (const opened of [
      sealed(encrypted.subarray(0, -1), mac),
      sealed(encrypted, mac.subarray(0, 12)),
      sealed(encrypted, mac.subarray(0, 4)),
      sealed(encrypted, Buffer.alloc(0)),
    ])
      expectNothingShown(opened)
  })
})

describe('CMS-17 GCM parameters', () => {
  it('CMS-17 are a nonce of 12 octets, never the same, and the length of the MAC', () => {
    const nonces = Array.from({ length: 200 }, () => {
      const [nonce, length] = sequence(envelopeParts(ours('aes-128-gcm')).cipher.parameters, 'GCMParameters')
      expect(smallInteger(length, 'aes-ICVlen')).toBe(16)
      return octets(nonce, 'nonce')
    })
    expect(new Set(nonces.map((each) => each.length))).toEqual(new Set([12]))
    expect(new Set(nonces.map((each) => each.toString('hex'))).size).toBe(nonces.length)
  })

  it('CMS-17 and the key is a fresh one each time, even for the same text to the same recipient', () => {
    const padding = constants.RSA_PKCS1_PADDING
    const contentKeys = Array.from({ length: 50 }, () => {
      const [info] = envelopeParts(ours()).recipients
      const encryptedKey = octets(info?.keys, 'encryptedKey')
      return privateDecrypt({ key: bo.privateKey, padding }, encryptedKey).toString('hex')
    })
    expect(new Set(contentKeys.map((each) => each.length))).toEqual(new Set([64]))
    expect(new Set(contentKeys).size).toBe(contentKeys.length)
  })

  it.each([
    ['absent, so 12', undefined, 12, 12],
    ['12', 12, 12, 12],
    ['13', 13, 13, 12],
    ['16', 16, 16, 12],
    ['absent, nonce of 16 octets as GnuPG has it', undefined, 12, 16],
  ])('CMS-17 an ICV length that is %s is read', (_, statedTagLength, tagLength, nonceLength) => {
    const opened = world.open(byHand({ statedTagLength, tagLength, nonceLength }))
    expect(opened).toMatchObject({ outcome: 'opened', content: { bytes: text } })
  })

  it('CMS-17 an ICV length below 12, or unlike that of the MAC, is refused', () => {
    expectNothingShown(world.open(byHand({ statedTagLength: 4, tagLength: 4 })))
    expectNothingShown(world.open(byHand({ statedTagLength: 12, tagLength: 16 })))
    expectNothingShown(world.open(byHand({ statedTagLength: undefined, tagLength: 16 })))
  })
})

describe('CMS-18 GCM without authentication', () => {
  it.each(['aes-128-gcm', 'aes-192-gcm', 'aes-256-gcm', 'chacha20-poly1305'] as const)(
    'CMS-18 %s is never made so',
    (cipher) => {
      expect(envelopeParts(ours(cipher)).type).toBe(Oid.authEnvelopedData)
      expect(envelopeParts(ours('aes-256-cbc')).type).toBe(Oid.envelopedData)
    },
  )

  it('CMS-18 is refused where it comes', () => {
    const opened = world.open(byHand({ type: Oid.envelopedData, withoutMac: true }))
    expectNothingShown(opened)
    expect(opened.cause).toBe('algorithm-unsupported')
  })
})
