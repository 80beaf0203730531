/** Agreements that no command line makes: user keying material, static senders, points that are none. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Oid } from '../../asn1/oid.ts'
import { bits, readOnly, sequence } from '../../asn1/read.ts'
import * as der from '../../asn1/write.ts'
import { readAlgorithm, wrapNamed } from './algorithms.ts'
import { type DecryptFailure, decrypt } from './index.ts'
import { openAgreedKey } from './key-agreement.ts'
import { wrapKey } from './key-wrap.ts'
import { writeIssuerAndSerial } from './recipient-id.ts'
import { encryptedContent, sealGcm, writeEnvelope } from './testing/message-builder.ts'
import { type IssuedIdentity, type OpensslPeer, startOpensslPeer } from './testing/openssl-peer.ts'

const text = Buffer.from('Content-Type: text/plain\r\n\r\nThe gate opens at nine.\r\n')

let peer: OpensslPeer
let paul: IssuedIdentity
let xenia: IssuedIdentity

beforeAll(() => {
  peer = startOpensslPeer()
  paul = peer.issue('paul', 'p256')
  xenia = peer.issue('xenia', 'x25519')
})
afterAll(() => peer.remove())

interface Choices {
  readonly scheme?: string
  readonly ukm?: Buffer
  /** The sender's point as it goes into the message. */
  readonly point?: (genuine: Buffer) => Buffer
  readonly originator?: Buffer
  /** The AlgorithmIdentifier beside the point. */
  readonly originatorAlgorithm?: Buffer
  readonly wrapOid?: string
  /** Parameters of the key wrap. */
  readonly wrapParameters?: readonly Buffer[]
  readonly damage?: boolean
  readonly keyId?: readonly Buffer[]
}

/** An AuthEnvelopedData for one recipient, the agreement done here a second time and by other code. */
function agreedMessage(recipient: IssuedIdentity, choices: Choices): Buffer {
  const montgomery = recipient === xenia
  const contentKey = randomBytes(32)
  const ephemeral = montgomery ? generateKeyPairSync('x25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const [algorithm, genuine] = spki(ephemeral.publicKey)
  const publicKey = createPublicKey({ key: recipient.certificate.spki, format: 'der', type: 'spki' })
  const secret = diffieHellman({ privateKey: ephemeral.privateKey, publicKey })

  const wrapAlgorithm = der.sequence(der.oid(choices.wrapOid ?? Oid.aes256Wrap), ...(choices.wrapParameters ?? []))
  const ukm = choices.ukm === undefined ? [] : [der.octetString(choices.ukm)]
  const entity = ukm.map((each) => der.context(0, each))
  const info = der.sequence(wrapAlgorithm, ...entity, der.context(2, der.octetString(Buffer.from('00000100', 'hex'))))
  const kek = montgomery
    ? Buffer.from(hkdfSync('sha256', secret, choices.ukm ?? Buffer.alloc(0), info.subarray(0, 1024), 32))
    : createHash('sha256').update(secret).update(Buffer.from('00000001', 'hex')).update(info).digest()
  const encryptedKey = wrapKey(wrapNamed('aes-256-wrap'), kek, contentKey)
  if (choices.damage) encryptedKey[9] = (encryptedKey[9] ?? 0) ^ 1

  const point = choices.point?.(genuine) ?? genuine
  const originator =
    choices.originator ?? der.context(1, choices.originatorAlgorithm ?? algorithm, der.bitString(point))
  const scheme = choices.scheme ?? (montgomery ? Oid.dhSinglePassStdDhHkdfSha256 : Oid.dhSinglePassStdDhSha256Kdf)
  const rid =
    choices.keyId === undefined ? writeIssuerAndSerial(recipient.certificate) : der.context(0, ...choices.keyId)
  const kari = der.context(
    1,
    ...[der.integer(3), der.context(0, originator), ...ukm.map((each) => der.context(1, each))],
    der.sequence(der.oid(scheme), wrapAlgorithm),
    der.sequence(der.sequence(rid, der.octetString(encryptedKey))),
  )
  const sealed = sealGcm(contentKey, text, { nonceLength: 12, statedTagLength: 16, tagLength: 16 })
  return writeEnvelope({
    ...{ type: Oid.authEnvelopedData, recipientInfos: [kari], algorithm: sealed.algorithm },
    ...{ content: encryptedContent(sealed.encrypted), rest: [der.octetString(sealed.mac)] },
  })
}

function spki(key: KeyObject): [algorithm: Buffer, point: Buffer] {
  const [algorithm, point] = sequence(readOnly(key.export({ format: 'der', type: 'spki' })), 'spki')
  if (algorithm === undefined) throw new Error('no algorithm')
  return [algorithm.source.subarray(algorithm.start, algorithm.end), bits(point, 'point').bytes]
}

function failure(cms: Buffer, key: IssuedIdentity): DecryptFailure {
  const result = decrypt(cms, [key])
  if (result.ok) throw new Error('opened')
  return result
}

const opened = { ok: true, content: text }

describe('agreements that open', () => {
  test('user keying material goes into the shared info, and openssl agrees', () => {
    const cms = agreedMessage(paul, { ukm: randomBytes(16) })
    expect(decrypt(cms, [paul])).toMatchObject(opened)
    const files = ['-recip', paul.certificateFile, '-inkey', paul.keyFile]
    expect(peer.run(['cms', '-decrypt', '-binary', '-inform', 'DER', ...files], cms)).toEqual(text)
  })

  test('NULL parameters of the key wrap go into the shared info as they came, and openssl agrees', () => {
    const cms = agreedMessage(paul, { wrapParameters: [der.nullValue()] })
    expect(decrypt(cms, [paul])).toMatchObject(opened)
    const files = ['-recip', paul.certificateFile, '-inkey', paul.keyFile]
    expect(peer.run(['cms', '-decrypt', '-binary', '-inform', 'DER', ...files], cms)).toEqual(text)
  })

  test('X25519 with user keying material as HKDF salt (RFC 8418 2.2)', () => {
    expect(decrypt(agreedMessage(xenia, { ukm: randomBytes(32) }), [xenia])).toMatchObject(opened)
  })

  test('cofactor Diffie-Hellman is the same on these curves', () => {
    const cms = agreedMessage(paul, { scheme: Oid.dhSinglePassCofactorDhSha256Kdf })
    expect(decrypt(cms, [paul])).toMatchObject({ ...opened, keyAlgorithm: 'ecdh-p256-sha256kdf' })
  })

  test('a compressed point', () => {
    const compress = (point: Buffer): Buffer =>
      Buffer.concat([Buffer.of(2 + ((point[64] ?? 0) & 1)), point.subarray(1, 33)])
    expect(decrypt(agreedMessage(paul, { point: compress }), [paul])).toMatchObject({
      ...opened,
      keyAlgorithm: 'ecdh-p256-sha256kdf',
    })
  })

  test('the curve left out of the ephemeral key, or NULL in its place (RFC 5753 3.1.1)', () => {
    for (const parameters of [[], [der.nullValue()]]) {
      const originatorAlgorithm = der.sequence(der.oid(Oid.ecPublicKey), ...parameters)
      const cms = agreedMessage(paul, { originatorAlgorithm })
      expect(decrypt(cms, [paul])).toMatchObject({ ...opened, keyAlgorithm: 'ecdh-p256-sha256kdf' })
    }
  })

  test('a shared secret of zeros on P-256: the x coordinate of an honest point', () => {
    const algorithm = der.sequence(der.oid(Oid.ecPublicKey), der.oid(Oid.p256))
    // The private key 1 makes the sender's point the shared one, and 02 00...00 is the point with x = 0.
    const one = der.octetString(Buffer.concat([Buffer.alloc(31), Buffer.of(1)]))
    const pkcs8 = der.sequence(der.integer(0), algorithm, der.octetString(der.sequence(der.integer(1), one)))
    const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
    const wrap = wrapNamed('aes-128-wrap')
    const wrapAlgorithm = readAlgorithm(readOnly(der.sequence(der.oid(wrap.oid))), 'wrap')
    const info = der.sequence(wrapAlgorithm.encoding, der.context(2, der.octetString(Buffer.of(0, 0, 0, 128))))
    const counter = Buffer.of(0, 0, 0, 1)
    const kek = createHash('sha256').update(Buffer.alloc(32)).update(counter).update(info).digest().subarray(0, 16)
    const contentKey = randomBytes(16)
    const agreement = {
      originatorKey: {
        algorithm: readAlgorithm(readOnly(algorithm), 'sender'),
        publicKey: Buffer.concat([Buffer.of(2), Buffer.alloc(32)]),
      },
      userKeyingMaterial: undefined,
      scheme: readAlgorithm(readOnly(der.sequence(der.oid(Oid.dhSinglePassStdDhSha256Kdf))), 'scheme'),
      wrap: wrapAlgorithm,
    }
    const recovery = openAgreedKey(privateKey, agreement, wrapKey(wrap, kek, contentKey), 16)
    expect(recovery).toEqual({ ok: true, contentKey, genuine: true })
  })

  test('a recipient key identifier with its optional date', () => {
    const keyId = der.octetString(paul.certificate.subjectKeyId ?? Buffer.alloc(0))
    const date = der.tlv(24, Buffer.from('20240101000000Z'))
    expect(decrypt(agreedMessage(paul, { keyId: [keyId, date] }), [paul])).toMatchObject(opened)
  })
})

describe('agreements that do not', () => {
  test.each<[string, (genuine: Buffer) => Buffer]>([
    ['a hybrid point', (point) => Buffer.concat([Buffer.of(6 + ((point[64] ?? 0) & 1)), point.subarray(1)])],
    ['a point off the curve', (point) => Buffer.concat([point.subarray(0, 64), Buffer.of((point[64] ?? 0) ^ 1)])],
    ['the point at infinity', () => Buffer.of(0)],
    ['an empty key', () => Buffer.alloc(0)],
    ['a point of another curve', () => spki(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey)[1]],
  ])('%s', (_, point) => {
    expect(failure(agreedMessage(paul, { point }), paul).cause).toBe('integrity')
  })

  test.each([
    ['0', '00'.repeat(32)],
    ['1', `01${'00'.repeat(31)}`],
    ['of order 8', 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'],
    ['p', `ed${'ff'.repeat(30)}7f`],
  ])('X25519 with the low-order point %s: the shared secret is all zero (RFC 7748 6.1)', (_, hex) => {
    const result = failure(agreedMessage(xenia, { point: () => Buffer.from(hex, 'hex') }), xenia)
    expect(result).toMatchObject({ cause: 'integrity', message: /no shared secret/ })
  })

  test('a wrapped key that was changed, and a change of the user keying material', () => {
    expect(failure(agreedMessage(paul, { damage: true }), paul).cause).toBe('integrity')
    const ukm = Buffer.from('0123456789abcdef')
    const cms = agreedMessage(paul, { ukm })
    cms.write('X', cms.indexOf(ukm))
    expect(failure(cms, paul).cause).toBe('integrity')
  })

  test('user keying material without measure', () => {
    for (const recipient of [paul, xenia]) {
      const cms = agreedMessage(recipient, { ukm: randomBytes(600) })
      expect(failure(cms, recipient)).toMatchObject({ cause: 'integrity', message: /at most 512 octets/ })
    }
    const wrapParameters = [der.octetString(randomBytes(2000))]
    expect(failure(agreedMessage(paul, { wrapParameters }), paul).cause).toBe('algorithm-unsupported')
  })

  test('static senders, unknown schemes and unknown wraps are named', () => {
    const unsupported = 'algorithm-unsupported'
    const byKeyId = der.contextPrimitive(0, randomBytes(20))
    expect(failure(agreedMessage(paul, { originator: byKeyId }), paul)).toMatchObject({
      cause: unsupported,
      message: /static/,
    })
    const byIssuer = writeIssuerAndSerial(paul.certificate)
    expect(failure(agreedMessage(paul, { originator: byIssuer }), paul)).toMatchObject({ cause: unsupported })
    const scheme = '1.2.840.113549.1.9.16.3.5'
    expect(failure(agreedMessage(paul, { scheme }), paul)).toMatchObject({ cause: unsupported, message: /16\.3\.5/ })
    const wrapOid = '1.2.840.113549.1.9.16.3.7'
    expect(failure(agreedMessage(paul, { wrapOid }), paul)).toMatchObject({ cause: unsupported, message: /16\.3\.7/ })
  })

  test('an X25519 sender key for an EC recipient', () => {
    const [algorithm, point] = spki(generateKeyPairSync('x25519').publicKey)
    const originator = der.context(1, algorithm, der.bitString(point))
    expect(failure(agreedMessage(paul, { originator }), paul).cause).toBe('integrity')
  })
})
