/** Keys of the content: ECDH (RFC 5753), X25519 (RFC 8418), RSAES-OAEP (RFC 3560). */
import { constants, publicEncrypt, randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { Oid } from '../../asn1/oid.ts'
import { type Asn1Node, bits, children, encoding, isContext, readOnly, sequence, set } from '../../asn1/read.ts'
import * as der from '../../asn1/write.ts'
import { type Identity, publicKeyOf } from '../../pki/index.ts'
import { encrypt } from '../cms/index.ts'
import { encryptedContent, sealBlocks, writeEnvelope } from '../cms/testing/message-builder.ts'
import { type Correspondence, createCorrespondence, text } from '../testing/correspondence.ts'
import { openssl } from '../testing/openssl.ts'
import { pemFiles } from '../testing/people.ts'
import { algorithmParts, onlyRecipient, type RecipientParts } from './testing/cms-parts.ts'
import { algorithm, issuerAndSerial } from './testing/hand-made-signature.ts'
import { enrollWith } from './testing/key-kinds.ts'
import { padded } from './testing/padding.ts'

let world: Correspondence
let bo: Identity
let boRsa: Identity
let boX25519: Identity

beforeAll(async () => {
  world = await createCorrespondence('requirements on keys')
  bo = world.bo
  boRsa = world.boRsa
  boX25519 = await enrollWith(world.people, 'bo', 'x25519')
})

const sealed = (to: Identity): Buffer => encrypt(text, { recipients: [to.certificate], contentCipher: 'aes-256-cbc' })

/** OriginatorPublicKey of a key agreement: algorithm and point. */
function originatorKey({ id }: RecipientParts): { algorithm: Asn1Node | undefined; point: Buffer } {
  const key = id === undefined ? undefined : children(id)[0]
  if (key === undefined || !isContext(key, 1)) throw new Error('an originatorKey wanted')
  const [algorithmNode, point] = children(key)
  return { algorithm: algorithmNode, point: bits(point, 'publicKey').bytes }
}

/** The message with another originatorKey in its only recipient info: `change` gets algorithm and point as they are. */
function withOriginatorKey(
  cms: Buffer,
  change: (algorithm: Buffer, point: Buffer) => readonly [Buffer, Buffer],
): Buffer {
  const { algorithm: algorithmNode, point } = originatorKey(onlyRecipient(cms))
  const [newAlgorithm, newPoint] = change(
    algorithmNode === undefined ? Buffer.alloc(0) : encoding(algorithmNode),
    point,
  )
  const [type, wrapper] = sequence(readOnly(cms), 'ContentInfo').map(encoding)
  const body = sequence(children(readOnly(wrapper ?? Buffer.alloc(0)))[0], 'EnvelopedData')
  const [version, infos, ...rest] = body
  const [info] = set(infos, 'recipientInfos')
  const [infoVersion, , ...others] = (info === undefined ? [] : children(info)).map(encoding)
  const originator = der.context(0, der.context(1, newAlgorithm, der.bitString(newPoint)))
  const newInfo = der.context(1, infoVersion ?? Buffer.alloc(0), originator, ...others)
  const fields = [
    version === undefined ? Buffer.alloc(0) : encoding(version),
    der.setOf(newInfo),
    ...rest.map(encoding),
  ]
  return der.sequence(type ?? Buffer.alloc(0), der.context(0, der.sequence(...fields)))
}

describe('CMS-19 ECDH', () => {
  it('CMS-19 version 3, SHA-256 KDF, a named curve and an uncompressed point in what we make', () => {
    const info = onlyRecipient(sealed(bo))
    const { algorithm: key, point } = originatorKey(info)
    expect(info).toMatchObject({ kind: 'kari', version: 3, algorithm: { oid: Oid.dhSinglePassStdDhSha256Kdf } })
    expect(algorithmParts(key).oid).toBe(Oid.ecPublicKey)
    expect([point[0], point.length]).toEqual([4, 65])
  })

  it.each([
    ['absent', () => algorithm(Oid.ecPublicKey)],
    ['NULL', () => algorithm(Oid.ecPublicKey, der.nullValue())],
    ['the named curve', () => algorithm(Oid.ecPublicKey, der.oid(Oid.p256))],
  ])('CMS-19 parameters of the sender key that are %s are read', (_, make) => {
    const cms = withOriginatorKey(sealed(bo), (__, point) => [make(), point])
    expect(world.open(cms)).toMatchObject({ outcome: 'opened', content: { bytes: text } })
  })

  it.each<[string, (point: Buffer) => Buffer]>([
    ['is hybrid', (point) => Buffer.concat([Buffer.of(6 | ((point[64] ?? 0) & 1)), point.subarray(1)])],
    ['is off the curve', (point) => Buffer.concat([point.subarray(0, 64), Buffer.of((point[64] ?? 0) ^ 1)])],
    ['is at infinity', () => Buffer.of(0)],
    ['is of another curve', () => Buffer.concat([Buffer.of(4), randomBytes(96)])],
    ['is cut short', (point) => point.subarray(0, 64)],
    ['is empty', () => Buffer.alloc(0)],
  ])('CMS-19 a sender key whose point %s opens nothing', (_, change) => {
    const opened = world.open(withOriginatorKey(sealed(bo), (key, point) => [key, change(point)]))
    expect(opened.outcome).toBe('closed')
    expect(opened.content).toBeUndefined()
  })

  it.each(['sha1', 'sha224', 'sha256', 'sha384', 'sha512'])('CMS-19 OpenSSL with the KDF over %s', (hash) => {
    const args = ['cms', '-encrypt', '-aes-128-cbc', '-binary', '-in', 'msg', '-outform', 'DER', '-out', 'out']
    const made = openssl([...args, '-recip', 'bo.pem', '-keyopt', `ecdh_kdf_md:${hash}`], {
      ...pemFiles('bo', bo),
      msg: text,
    })
    expect(made.stderr).toBe('')
    expect(world.open(made.out)).toMatchObject({
      outcome: 'opened',
      recipients: [{ algorithm: `ecdh-p256-${hash}kdf` }],
    })
  })
})

describe('CMS-20 X25519', () => {
  it('CMS-20 has HKDF, and a fresh ephemeral key for each content', () => {
    const infos = Array.from({ length: 20 }, () => onlyRecipient(sealed(boX25519)))
    for (const info of infos)
      expect(info).toMatchObject({ kind: 'kari', version: 3, algorithm: { oid: Oid.dhSinglePassStdDhHkdfSha256 } })
    expect(infos.map((info) => algorithmParts(originatorKey(info).algorithm).oid)).toEqual(infos.map(() => Oid.x25519))
    expect(new Set(infos.map((info) => originatorKey(info).point.toString('hex'))).size).toBe(infos.length)
    const ecdh = Array.from({ length: 20 }, () => originatorKey(onlyRecipient(sealed(bo))).point.toString('hex'))
    expect(new Set(ecdh).size).toBe(ecdh.length)
  })

  /** RFC 7748 6.1: points of low order, which give zero with every key. */
  it.each([
    ['0', Buffer.alloc(32)],
    ['1', Buffer.concat([Buffer.of(1), Buffer.alloc(31)])],
    ['of order 8', Buffer.from('e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800', 'hex')],
    ['p - 1', Buffer.concat([Buffer.of(0xec), Buffer.alloc(30, 0xff), Buffer.of(0x7f)])],
  ])('CMS-20 a sender key that is %s yields no secret, and opens nothing', (_, point) => {
    const opened = world.open(
      withOriginatorKey(sealed(boX25519), (key) => [key, point]),
      [boX25519],
    )
    expect(opened).toMatchObject({ outcome: 'closed', cause: 'integrity' })
    expect(opened.message).toContain('no shared secret')
  })
})

describe('CMS-21 OAEP', () => {
  it.each([
    ['rsa-oaep-sha1', undefined],
    ['rsa-oaep-sha256', Oid.sha256],
    ['rsa-oaep-sha512', Oid.sha512],
  ] as const)('CMS-21 %s says what it is, defaults left out', (keyTransport, hash) => {
    const cms = encrypt(text, { recipients: [boRsa.certificate], contentCipher: 'aes-256-cbc', keyTransport })
    const fields = sequence(onlyRecipient(cms).algorithm.parameters, 'RSAES-OAEP-params').map(
      (each) => children(each)[0],
    )
    const [named, mask] = fields.map(algorithmParts)
    expect(named?.oid).toBe(hash)
    expect(mask?.oid).toBe(hash === undefined ? undefined : Oid.mgf1)
    expect(mask === undefined ? undefined : algorithmParts(mask.parameters).oid).toBe(hash)
    expect(world.open(cms)).toMatchObject({ outcome: 'opened', recipients: [{ algorithm: keyTransport }] })
  })

  it.each([
    ['rsa-oaep-sha1', []],
    ['rsa-oaep-sha256', ['rsa_oaep_md:sha256', 'rsa_mgf1_md:sha256']],
    ['rsa-oaep-sha256-mgf1-sha1', ['rsa_oaep_md:sha256', 'rsa_mgf1_md:sha1']],
    ['rsa-oaep-sha1-mgf1-sha512', ['rsa_oaep_md:sha1', 'rsa_mgf1_md:sha512']],
    ['rsa-oaep-sha384-label', ['rsa_oaep_md:sha384', 'rsa_mgf1_md:sha384', 'rsa_oaep_label:0102']],
  ])('CMS-21 %s of OpenSSL is opened', (name, choices) => {
    const args = ['cms', '-encrypt', '-aes-128-cbc', '-binary', '-in', 'msg', '-outform', 'DER', '-out', 'out']
    const options = ['rsa_padding_mode:oaep', ...choices].flatMap((each) => ['-keyopt', each])
    const made = openssl([...args, '-recip', 'bo.pem', ...options], { ...pemFiles('bo', boRsa), msg: text })
    expect(made.stderr).toBe('')
    expect(world.open(made.out)).toMatchObject({
      outcome: 'opened',
      content: { bytes: text },
      recipients: [{ algorithm: name }],
    })
  })

  it('CMS-21 a label or a hash that is not the one that was used opens nothing', () => {
    const contentKey = randomBytes(32)
    const key = { key: publicKeyOf(boRsa.certificate), padding: constants.RSA_PKCS1_OAEP_PADDING }
    const encryptedKey = publicEncrypt({ ...key, oaepHash: 'sha256', oaepLabel: Buffer.from('one') }, contentKey)
    const labeled = (label: string, hash: string): Buffer => {
      const digest = algorithm(hash, der.nullValue())
      const parameters = der.sequence(
        der.context(0, digest),
        der.context(1, algorithm(Oid.mgf1, digest)),
        der.context(2, algorithm(Oid.pSpecified, der.octetString(Buffer.from(label)))),
      )
      const info = der.sequence(
        ...[der.integer(0), issuerAndSerial(boRsa.certificate)],
        ...[algorithm(Oid.rsaesOaep, parameters), der.octetString(encryptedKey)],
      )
      const { algorithm: cipher, encrypted } = sealBlocks(contentKey, padded(text))
      return writeEnvelope({
        type: Oid.envelopedData,
        recipientInfos: [info],
        algorithm: cipher,
        content: encryptedContent(encrypted),
      })
    }
    expect(world.open(labeled('one', Oid.sha256))).toMatchObject({ outcome: 'opened', content: { bytes: text } })
    for (const wrong of [labeled('two', Oid.sha256), labeled('', Oid.sha256), labeled('one', Oid.sha384)])
      expect(world.open(wrong)).toMatchObject({ outcome: 'closed', cause: 'integrity' })
  })
})
