/** EnvelopedData (RFC 5652 6): versions, recipients, keys that do not fit, and BER. */
import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { Oid } from '../../asn1/oid.ts'
import { content, isContext, isUniversal, Tag } from '../../asn1/read.ts'
import * as der from '../../asn1/write.ts'
import { certificateToPem, type Identity } from '../../pki/index.ts'
import { encrypt, listRecipients } from '../cms/index.ts'
import {
  encryptedContent,
  keyTransportInfo,
  sealBlocks,
  segmentedContent,
  writeEnvelope,
} from '../cms/testing/message-builder.ts'
import { type Correspondence, createCorrespondence, text } from '../testing/correspondence.ts'
import { openssl } from '../testing/openssl.ts'
import { pemFiles } from '../testing/people.ts'
import { envelopeParts } from './testing/cms-parts.ts'
import { opaqueMessage } from './testing/hand-made-message.ts'
import { algorithm, handMadeSignature } from './testing/hand-made-signature.ts'
import { startNssPeer } from './testing/nss-peer.ts'
import { padded } from './testing/padding.ts'

let world: Correspondence
/** P-256 and RSA. */
let bo: Identity
let boRsa: Identity

beforeAll(async () => {
  world = await createCorrespondence('requirements on EnvelopedData')
  bo = world.bo
  boRsa = world.boRsa
})

function byHand(recipientInfos: (contentKey: Buffer) => readonly Buffer[], plain = padded(text)): Buffer {
  const contentKey = randomBytes(32)
  const { algorithm: cipher, encrypted } = sealBlocks(contentKey, plain)
  const content = encryptedContent(encrypted)
  return writeEnvelope({
    type: Oid.envelopedData,
    recipientInfos: recipientInfos(contentKey),
    algorithm: cipher,
    content,
  })
}

const toBo = (contentKey: Buffer): Buffer => keyTransportInfo(boRsa.certificate, contentKey)

describe('CMS-07 version and recipients', () => {
  it.each([
    ['RSA by issuer and serial number', () => [boRsa], 'issuer-and-serial', 0],
    ['RSA by key identifier', () => [boRsa], 'key-identifier', 2],
    ['ECDH', () => [bo], 'issuer-and-serial', 2],
    ['both', () => [boRsa, bo], 'issuer-and-serial', 2],
  ] as const)('CMS-07 is right for %s', (_, to, recipientId, version) => {
    const recipients = to().map(({ certificate }) => certificate)
    expect(envelopeParts(encrypt(text, { recipients, contentCipher: 'aes-256-cbc', recipientId })).version).toBe(
      version,
    )
  })

  it('CMS-07 nothing is encrypted to nobody, and what names nobody stays closed', () => {
    expect(() => encrypt(text, { recipients: [], contentCipher: 'aes-256-cbc' })).toThrow(
      expect.objectContaining({ code: 'recipient-missing' }),
    )
    expect(world.open(byHand(() => []))).toMatchObject({ outcome: 'closed', cause: 'no-matching-key', recipients: [] })
  })

  it.each([1, 2, 3, 4, 9])('CMS-07 version %i where 0 belongs is let pass', (version) => {
    const cms = byHand((key) => [toBo(key)])
    const at = cms.indexOf(Buffer.of(Tag.Integer, 1, 0))
    cms[at + 2] = version
    expect(envelopeParts(cms).version).toBe(version)
    expect(world.open(cms)).toMatchObject({ outcome: 'opened', content: { bytes: text } })
  })
})

describe('CMS-08 key transport', () => {
  it.each([
    ['issuer-and-serial', 0],
    ['key-identifier', 2],
  ] as const)('CMS-08 by %s has version %i, and is opened by OpenSSL and NSS', (recipientId, version) => {
    const recipients = [boRsa.certificate]
    const cms = encrypt(text, { recipients, contentCipher: 'aes-128-cbc', recipientId })
    const [info] = envelopeParts(cms).recipients
    expect(info).toMatchObject({ kind: 'ktri', version })
    if (recipientId === 'key-identifier') {
      expect(isContext(info?.id, 0)).toBe(true)
      expect(info?.id === undefined ? undefined : content(info.id)).toEqual(boRsa.certificate.subjectKeyId)
    } else expect(isUniversal(info?.id, Tag.Sequence)).toBe(true)
    const args = [
      'cms',
      '-decrypt',
      '-inform',
      'DER',
      '-in',
      'cms',
      '-recip',
      'bo.pem',
      '-inkey',
      'bo.key',
      '-out',
      'out',
    ]
    expect(openssl(args, { ...pemFiles('bo', boRsa), cms })).toMatchObject({ ok: true, out: text })
    const nss = startNssPeer(boRsa)
    try {
      expect(nss.decrypt(cms)).toEqual(text)
    } finally {
      nss.remove()
    }
  })

  it('CMS-08 is read from OpenSSL and NSS, either way', () => {
    const files = { ...pemFiles('bo', boRsa), msg: text }
    for (const options of [[], ['-keyid']]) {
      const args = [
        'cms',
        '-encrypt',
        '-aes-128-cbc',
        '-binary',
        ...options,
        '-in',
        'msg',
        '-outform',
        'DER',
        '-out',
        'out',
      ]
      const made = openssl([...args, '-recip', 'bo.pem'], files)
      expect(listRecipients(made.out)[0]?.ids[0]?.kind).toBe(
        options.length > 0 ? 'key-identifier' : 'issuer-and-serial',
      )
      expect(world.open(made.out)).toMatchObject({ outcome: 'opened', content: { bytes: text } })
    }
    const nss = startNssPeer(boRsa)
    try {
      expect(world.open(nss.encrypt(text, 'bo@example.test'))).toMatchObject({
        outcome: 'opened',
        content: { bytes: text },
      })
    } finally {
      nss.remove()
    }
  })
})

it('CMS-09 a certificate that is not for encrypting gets nothing encrypted to it; one that does not say may', async () => {
  const { people } = world
  const cases = [
    [await people.enroll('bo', { key: 'rsa-2048', keyUsage: ['digitalSignature'] }), false],
    [await people.enroll('bo', { key: 'rsa-2048', keyUsage: ['keyAgreement'] }), false],
    [await people.enroll('bo', { key: 'p-256', keyUsage: ['digitalSignature', 'keyEncipherment'] }), false],
    [await people.enroll('bo', { key: 'rsa-2048', keyUsage: ['keyEncipherment'] }), true],
    [await people.enroll('bo', { key: 'p-256', keyUsage: ['keyAgreement'] }), true],
    [await people.enroll('bo', { key: 'rsa-2048', keyUsage: [] }), true],
  ] as const
  for (const [{ certificate }, usable] of cases) {
    const make = () => encrypt(text, { recipients: [certificate], contentCipher: 'aes-256-cbc' })
    if (usable) expect(make().length).toBeGreaterThan(text.length)
    else expect(make).toThrow(expect.objectContaining({ code: 'recipient-unusable' }))
  }
})

describe('CMS-10 recipients of other kinds', () => {
  const unknown = [
    [
      'kekri',
      der.context(
        2,
        der.integer(4),
        der.sequence(der.octetString(Buffer.from('id'))),
        algorithm(Oid.aes256Wrap),
        der.octetString(randomBytes(40)),
      ),
    ],
    [
      'pwri',
      der.context(
        3,
        der.integer(0),
        algorithm('1.2.840.113549.1.9.16.3.9', algorithm(Oid.aes256Cbc)),
        der.octetString(randomBytes(48)),
      ),
    ],
    ['ori', der.context(4, der.oid('1.2.840.113549.1.9.16.13.3'), der.sequence(der.utf8String('KEM')))],
    ['a choice that is not there yet', der.context(9, der.utf8String('?'))],
  ] as const

  it.each(unknown)('CMS-10 %s is passed over, in front and behind', (_, other) => {
    for (const order of [(own: Buffer) => [other, own], (own: Buffer) => [own, other]]) {
      const opened = world.open(byHand((key) => order(toBo(key))))
      expect(opened).toMatchObject({ outcome: 'opened', content: { bytes: text } })
      expect(opened.recipients).toHaveLength(2)
    }
    expect(world.open(byHand(() => [other]))).toMatchObject({ outcome: 'closed', cause: 'no-matching-key' })
  })

  it('CMS-10 a password and a shared key of OpenSSL beside our own', () => {
    const args = ['cms', '-encrypt', '-aes-256-cbc', '-binary', '-in', 'msg', '-outform', 'DER', '-out', 'out']
    const others = ['-pwri_password', 'abc', '-secretkey', '00112233445566778899aabbccddeeff', '-secretkeyid', 'aa']
    const made = openssl([...args, ...others, '-recip', 'bo.pem'], {
      'bo.pem': certificateToPem(boRsa.certificate),
      msg: text,
    })
    expect(new Set(listRecipients(made.out).map(({ type }) => type))).toEqual(new Set(['ktri', 'kekri', 'pwri']))
    expect(world.open(made.out)).toMatchObject({ outcome: 'opened', content: { bytes: text } })
  })
})

describe('CMS-12 BER', () => {
  it('CMS-12 OpenSSL streams: indefinite lengths all the way', () => {
    const files = { ...pemFiles('bo', boRsa), ...pemFiles('alva', world.alva), msg: text }
    const options = ['-binary', '-stream', '-in', 'msg', '-outform', 'DER', '-out', 'out']
    const sealed = openssl(['cms', '-encrypt', '-aes-256-cbc', ...options, '-recip', 'bo.pem'], files).out
    const signed = openssl(
      ['cms', '-sign', '-nodetach', '-signer', 'alva.pem', '-inkey', 'alva.key', ...options],
      files,
    ).out
    for (const each of [sealed, signed]) expect(each.subarray(0, 2)).toEqual(Buffer.of(0x30, 0x80))
    expect(world.open(sealed)).toMatchObject({ outcome: 'opened', content: { bytes: text } })
    expect(world.open(signed)).toMatchObject({ outcome: 'clear', content: { bytes: text } })
    expect(world.open(signed).layers).toMatchObject([{ kind: 'signed-opaque' }])
  })

  it.each([1, 7, 1000])('CMS-12 content in segments of %i octets, encrypted and signed', (size) => {
    const long = Buffer.concat([text, Buffer.from('x\r\n'.repeat(500))])
    const contentKey = randomBytes(32)
    const { algorithm: cipher, encrypted } = sealBlocks(contentKey, padded(long))
    const content = segmentedContent(encrypted, size)
    const cms = writeEnvelope({
      type: Oid.envelopedData,
      recipientInfos: [toBo(contentKey)],
      algorithm: cipher,
      content,
    })
    expect(world.open(cms)).toMatchObject({ outcome: 'opened', content: { bytes: long } })

    const segments: Buffer[] = [Buffer.of(0x24, 0x80)]
    for (let at = 0; at < long.length; at += size) segments.push(der.octetString(long.subarray(at, at + size)))
    const eContent = Buffer.concat([...segments, Buffer.of(0, 0)])
    const signed = world.open(opaqueMessage(handMadeSignature(world.alva, long, { eContent })))
    expect(signed).toMatchObject({ signature: { status: 'valid' }, content: { bytes: long } })
  })

  it('CMS-12 a length that is not there, or not ended, is malformed', () => {
    const cms = byHand((key) => [toBo(key)])
    const unended = Buffer.concat([Buffer.of(0x30, 0x80), cms.subarray(4)])
    for (const broken of [unended, cms.subarray(0, -1), Buffer.concat([cms, Buffer.of(0)])])
      expect(world.open(broken)).toMatchObject({ outcome: 'closed', cause: 'malformed' })
  })
})
