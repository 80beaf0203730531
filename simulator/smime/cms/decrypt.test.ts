/** What must not open, and in which words; and the forms that must. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Oid } from '../../asn1/oid.ts'
import * as der from '../../asn1/write.ts'
import { type DecryptFailure, type DecryptionKey, decrypt, encrypt, listRecipients } from './index.ts'
import {
  encryptedContent,
  type GcmChoices,
  keyTransportInfo,
  sealBlocks,
  sealGcm,
  segmentedContent,
  writeEnvelope,
} from './testing/message-builder.ts'
import { type IssuedIdentity, type OpensslPeer, startOpensslPeer } from './testing/openssl-peer.ts'

const text = Buffer.from('Content-Type: text/plain\r\n\r\nThe fox has left the building.\r\n')

let peer: OpensslPeer
let rosa: IssuedIdentity
let ruth: IssuedIdentity
let paul: IssuedIdentity

beforeAll(() => {
  peer = startOpensslPeer()
  rosa = peer.issue('rosa', 'rsa')
  ruth = peer.issue('ruth', 'rsa')
  paul = peer.issue('paul', 'p256')
})
afterAll(() => peer.remove())

function failure(cms: Buffer, ...keys: DecryptionKey[]): DecryptFailure {
  const result = decrypt(cms, keys)
  expect(result).not.toHaveProperty('content')
  if (result.ok) throw new Error('opened')
  return result
}

const malformed = expect.objectContaining({ name: 'LabError', code: expect.stringMatching(/^(cms|asn1)-/) })

describe('the recipient id decides', () => {
  test('a key that the message does not name is not tried, even if it fits', () => {
    const cms = encrypt(text, { recipients: [rosa.certificate], contentCipher: 'aes-256-gcm' })
    const renewed = { certificate: ruth.certificate, privateKey: rosa.privateKey }
    expect(failure(cms, renewed, paul)).toMatchObject({ cause: 'no-matching-recipient', contentCipher: 'aes-256-gcm' })
    expect(failure(cms).recipients).toHaveLength(1)
  })

  test('two certificates with one key identifier: the one whose key it is opens', () => {
    const options = ['subjectKeyIdentifier=00112233']
    const first = peer.issue('twin-1', 'rsa', options)
    const second = peer.issue('twin-2', 'rsa', options)
    for (const contentCipher of ['aes-256-cbc', 'aes-256-gcm'] as const) {
      const recipients = [second.certificate]
      const cms = encrypt(text, { recipients, contentCipher, recipientId: 'key-identifier' })
      expect(decrypt(cms, [first, second])).toMatchObject({ ok: true, key: second, content: text })
    }
  })

  test('the issuer is compared as a name: letters of another case are the same name', () => {
    const cms = encrypt(text, { recipients: [rosa.certificate], contentCipher: 'aes-256-gcm' })
    const at = cms.indexOf(Buffer.concat([Buffer.from('0c0e', 'hex'), Buffer.from('Test Authority')]))
    expect(at).toBeGreaterThan(0)
    cms.write('TEST authority', at + 2)
    expect(decrypt(cms, [rosa])).toMatchObject({ ok: true })
    cms.write('Fest Authority', at + 2)
    expect(failure(cms, rosa).cause).toBe('no-matching-recipient')
  })

  test('shared keys, passwords and choices that nobody knows yet are passed over', () => {
    const shared = ['-secretkey', '000102030405060708090a0b0c0d0e0f', '-secretkeyid', 'c0ffee', '-pwri_password', 'abc']
    const cms = peer.run(
      ['cms', '-encrypt', '-binary', '-outform', 'DER', '-aes-256-cbc', ...shared, '-recip', rosa.certificateFile],
      text,
    )
    expect(decrypt(cms, [rosa])).toMatchObject({ ok: true, content: text })
    expect(
      listRecipients(cms)
        .map((each) => each.type)
        .sort(),
    ).toEqual(['kekri', 'ktri', 'pwri'])

    const contentKey = randomBytes(32)
    const { algorithm, encrypted, mac } = sealGcm(contentKey, text, standardGcm)
    const other = der.context(4, der.oid('1.2.840.113549.1.9.16.13.3'), der.sequence())
    const unheardOf = der.context(9, der.octetString(Buffer.from('?')))
    const brokenKekri = der.context(2, der.integer(4))
    const recipientInfos = [other, unheardOf, brokenKekri, keyTransportInfo(rosa.certificate, contentKey)]
    const mixed = writeEnvelope({
      ...{ type: Oid.authEnvelopedData, recipientInfos, algorithm },
      ...{ content: encryptedContent(encrypted), rest: [der.octetString(mac)] },
    })
    expect(decrypt(mixed, [rosa])).toMatchObject({ ok: true, content: text })
    expect(listRecipients(mixed)).toContainEqual({ type: 'other', ids: [], algorithm: '1.2.840.113549.1.9.16.13.3' })
  })

  test('recipients can be listed without a key, with issuer names in words', () => {
    const cms = encrypt(text, { recipients: [rosa.certificate, paul.certificate], contentCipher: 'aes-128-cbc' })
    const ids = listRecipients(cms).flatMap((each) => each.ids)
    expect(ids).toHaveLength(2)
    for (const id of ids) expect(id).toMatchObject({ issuerText: 'CN=Test Authority,O=Example,C=SE' })
  })
})

/** Processor time of this thread: what others do on the machine does not count. */
function milliseconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(since)
  return (user + system) / 1000
}

const standardGcm: GcmChoices = { nonceLength: 12, statedTagLength: 16, tagLength: 16 }

describe('authenticated encryption', () => {
  function gcmMessage(choices: GcmChoices, attributes: readonly Buffer[] = []): Buffer {
    const contentKey = randomBytes(32)
    const { algorithm, encrypted, mac } = sealGcm(contentKey, text, choices)
    return writeEnvelope({
      type: Oid.authEnvelopedData,
      recipientInfos: [keyTransportInfo(rosa.certificate, contentKey)],
      algorithm,
      content: encryptedContent(encrypted),
      rest: [...attributes, der.octetString(mac)],
    })
  }

  test.each([
    ['12-octet nonce, 16-octet MAC', standardGcm],
    ['16-octet nonce, length left out, so 12 (gnupg)', { nonceLength: 16, statedTagLength: undefined, tagLength: 12 }],
    ['13-octet MAC', { nonceLength: 12, statedTagLength: 13, tagLength: 13 }],
    ['1-octet nonce (RFC 5084 3.2)', { nonceLength: 1, statedTagLength: 16, tagLength: 16 }],
    ['128-octet nonce', { nonceLength: 128, statedTagLength: 16, tagLength: 16 }],
  ])('%s opens', (_, choices) => {
    expect(decrypt(gcmMessage(choices), [rosa])).toMatchObject({ ok: true, content: text, authenticated: true })
  })

  test('a MAC shorter or longer than the parameters say is no MAC', () => {
    for (const [statedTagLength, tagLength] of [
      [16, 12],
      [undefined, 16],
      [14, 13],
    ] as const)
      expect(failure(gcmMessage({ nonceLength: 12, statedTagLength, tagLength }), rosa).cause).toBe('integrity')
    expect(() => decrypt(gcmMessage({ nonceLength: 12, statedTagLength: 4, tagLength: 4 }), [rosa])).toThrow(malformed)
  })

  test('no nonce, and one that OpenSSL has no room for', () => {
    const algorithm = (nonce: Buffer) =>
      der.sequence(der.oid(Oid.aes128Gcm), der.sequence(der.octetString(nonce), der.integer(16)))
    for (const length of [0, 129]) {
      const message = writeEnvelope({
        type: Oid.authEnvelopedData,
        recipientInfos: [keyTransportInfo(rosa.certificate, randomBytes(16))],
        algorithm: algorithm(randomBytes(length)),
        content: encryptedContent(text),
        rest: [der.octetString(randomBytes(16))],
      })
      expect(() => decrypt(message, [rosa])).toThrow(malformed)
    }
  })

  test('the MAC covers the attributes as a SET OF (RFC 5083 2.2)', () => {
    const attribute = der.sequence(der.oid(Oid.contentType), der.setOf(der.oid(Oid.data)))
    const choices = { ...standardGcm, associatedData: der.setOf(attribute) }
    expect(decrypt(gcmMessage(choices, [der.context(1, attribute)]), [rosa])).toMatchObject({ ok: true })
    // Of indefinite length in the message, of definite length under the MAC.
    const indefinite = Buffer.concat([Buffer.of(0xa1, 0x80), attribute, Buffer.of(0, 0)])
    expect(decrypt(gcmMessage(choices, [indefinite]), [rosa])).toMatchObject({ ok: true })
    const changed = der.sequence(der.oid(Oid.contentType), der.setOf(der.oid(Oid.signedData)))
    expect(failure(gcmMessage(choices, [der.context(1, changed)]), rosa).cause).toBe('integrity')
    expect(failure(gcmMessage(choices), rosa).cause).toBe('integrity')
  })

  test('every flipped bit of ciphertext, MAC and nonce is seen, and nothing comes out', () => {
    for (const contentCipher of ['aes-256-gcm', 'chacha20-poly1305'] as const) {
      const cms = encrypt(text, { recipients: [paul.certificate], contentCipher })
      const nonceAt = cms.lastIndexOf(Buffer.from('040c', 'hex')) + 2
      const ends = [cms.length - 1, cms.length - 16, cms.length - 19, cms.length - 18 - text.length, nonceAt]
      for (const at of ends)
        for (let bit = 0; bit < 8; bit++) {
          const changed = Buffer.from(cms)
          changed[at] = (changed[at] ?? 0) ^ (1 << bit)
          expect(failure(changed, paul), `octet ${at}, bit ${bit}`).toMatchObject({ cause: 'integrity', matched: paul })
        }
    }
  })

  test('AES-GCM in EnvelopedData is refused: nothing there would show a change', () => {
    const contentKey = randomBytes(32)
    const { algorithm, encrypted } = sealGcm(contentKey, text, standardGcm)
    const cms = writeEnvelope({
      type: Oid.envelopedData,
      recipientInfos: [keyTransportInfo(rosa.certificate, contentKey)],
      algorithm,
      content: encryptedContent(encrypted),
    })
    expect(failure(cms, rosa)).toMatchObject({ cause: 'algorithm-unsupported', message: /no authentication tag/ })
    expect(failure(cms, paul).cause).toBe('no-matching-recipient')
  })

  test('AES-CBC in AuthEnvelopedData is refused', () => {
    const contentKey = randomBytes(32)
    const { algorithm, encrypted } = sealBlocks(contentKey, Buffer.alloc(32, 32))
    const cms = writeEnvelope({
      type: Oid.authEnvelopedData,
      recipientInfos: [keyTransportInfo(rosa.certificate, contentKey)],
      algorithm,
      content: encryptedContent(encrypted),
      rest: [der.octetString(randomBytes(16))],
    })
    expect(failure(cms, rosa)).toMatchObject({ cause: 'algorithm-unsupported', message: /authenticates nothing/ })
  })
})

describe('block ciphers', () => {
  function cbcMessage(padded: Buffer, cut = 0): Buffer {
    const contentKey = randomBytes(32)
    const { algorithm, encrypted } = sealBlocks(contentKey, padded)
    return writeEnvelope({
      type: Oid.envelopedData,
      recipientInfos: [keyTransportInfo(rosa.certificate, contentKey)],
      algorithm,
      content: encryptedContent(encrypted.subarray(0, encrypted.length - cut)),
    })
  }

  test.each([
    ['00', '61616161616161616161616161616100'],
    ['17 of 16', '61616161616161616161616161616111'],
    ['uneven', '61616161616161616161616161020304'],
  ])('padding %s is an integrity failure', (_, hex) => {
    expect(failure(cbcMessage(Buffer.from(hex, 'hex')), rosa).cause).toBe('integrity')
  })

  test('a cut ciphertext, or none', () => {
    expect(failure(cbcMessage(Buffer.alloc(32, 16), 5), rosa).cause).toBe('integrity')
    expect(failure(cbcMessage(Buffer.alloc(16, 16), 16), rosa).cause).toBe('integrity')
    expect(decrypt(cbcMessage(Buffer.alloc(16, 16)), [rosa])).toMatchObject({ ok: true, content: Buffer.alloc(0) })
  })

  test('a wrong RSA key never opens anything, whatever the padding (RFC 3218)', () => {
    const wrong = { certificate: rosa.certificate, privateKey: ruth.privateKey }
    for (let round = 0; round < 300; round++) {
      const cms = encrypt(text, { recipients: [rosa.certificate], contentCipher: 'aes-256-cbc' })
      expect(failure(cms, wrong).cause).toBe('integrity')
    }
  })
})

describe('keys and algorithms that do not go together', () => {
  test('a private key of another kind than the certificate says', () => {
    const cms = encrypt(text, { recipients: [rosa.certificate, paul.certificate], contentCipher: 'aes-256-cbc' })
    const swapped = { certificate: rosa.certificate, privateKey: paul.privateKey }
    expect(failure(cms, swapped)).toMatchObject({ cause: 'key-unusable', matched: swapped })
    expect(failure(cms, { certificate: paul.certificate, privateKey: rosa.privateKey }).cause).toBe('key-unusable')
    // The next key that the message names gets its turn.
    expect(decrypt(cms, [swapped, paul])).toMatchObject({ ok: true, key: paul })
  })

  test('unknown key transport and content ciphers are named', () => {
    const contentKey = randomBytes(32)
    const { algorithm, encrypted } = sealBlocks(contentKey, Buffer.alloc(16, 16))
    const base = { type: Oid.envelopedData, content: encryptedContent(encrypted) }
    const known = keyTransportInfo(rosa.certificate, contentKey)
    const camellia = der.sequence(der.oid('1.2.392.200011.61.1.1.1.4'), der.octetString(randomBytes(16)))
    expect(failure(writeEnvelope({ ...base, recipientInfos: [known], algorithm: camellia }), rosa)).toMatchObject({
      cause: 'algorithm-unsupported',
      contentCipher: '1.2.392.200011.61.1.1.1.4',
    })
    const rsaOid = der.oid(Oid.rsaEncryption)
    const elsewhere = Buffer.from(known)
    elsewhere[elsewhere.indexOf(rsaOid) + rsaOid.length - 1] = 0x55
    expect(failure(writeEnvelope({ ...base, recipientInfos: [elsewhere], algorithm }), rosa)).toMatchObject({
      cause: 'algorithm-unsupported',
      message: /1\.2\.840\.113549\.1\.1\.85/,
    })
  })
})

describe('BER and size', () => {
  test('20 MB in segments of 1000 octets open in well under a second', () => {
    const content = randomBytes(20 << 20)
    const contentKey = randomBytes(32)
    const { algorithm, encrypted, mac } = sealGcm(contentKey, content, standardGcm)
    const cms = writeEnvelope({
      type: Oid.authEnvelopedData,
      recipientInfos: [keyTransportInfo(rosa.certificate, contentKey)],
      algorithm,
      content: segmentedContent(encrypted, 1000),
      rest: [der.octetString(mac)],
    })
    const started = process.threadCpuUsage()
    const result = decrypt(cms, [rosa])
    expect(milliseconds(started)).toBeLessThan(1000)
    expect(result.ok && result.content.equals(content)).toBe(true)
  })

  test('constructed strings within constructed strings, and empty segments', () => {
    const contentKey = randomBytes(32)
    const { algorithm, encrypted, mac } = sealGcm(contentKey, text, standardGcm)
    const nested = der.tlv(0x24, der.octetString(encrypted.subarray(3, 9)), der.octetString(Buffer.alloc(0)))
    const parts = [der.octetString(encrypted.subarray(0, 3)), nested, der.octetString(encrypted.subarray(9))]
    const base = {
      type: Oid.authEnvelopedData,
      recipientInfos: [keyTransportInfo(rosa.certificate, contentKey)],
      algorithm,
      rest: [der.octetString(mac)],
    }
    const cms = writeEnvelope({ ...base, content: der.context(0, ...parts) })
    expect(decrypt(cms, [rosa])).toMatchObject({ ok: true, content: text })
    const foreign = writeEnvelope({ ...base, content: der.context(0, der.utf8String('no octets')) })
    expect(() => decrypt(foreign, [rosa])).toThrow(malformed)
  })

  test('octets behind the message, a cut message and other CMS are errors', () => {
    const cms = encrypt(text, { recipients: [rosa.certificate], contentCipher: 'aes-256-gcm' })
    expect(() => decrypt(Buffer.concat([cms, Buffer.of(0)]), [rosa])).toThrow(malformed)
    expect(() => decrypt(cms.subarray(0, cms.length - 1), [rosa])).toThrow(malformed)
    expect(() => decrypt(Buffer.alloc(0), [rosa])).toThrow(malformed)
    const data = der.sequence(der.oid(Oid.data), der.context(0, der.octetString(text)))
    expect(() => decrypt(data, [rosa])).toThrow(expect.objectContaining({ code: 'cms-wrong-type' }))
  })

  test('ten thousand recipients are enough', () => {
    const info = keyTransportInfo(rosa.certificate, randomBytes(32))
    const { algorithm, encrypted } = sealBlocks(randomBytes(32), Buffer.alloc(16, 16))
    const recipientInfos = Array.from({ length: 10_001 }, () => info)
    const cms = writeEnvelope({
      type: Oid.envelopedData,
      recipientInfos,
      algorithm,
      content: encryptedContent(encrypted),
    })
    expect(() => decrypt(cms, [rosa])).toThrow(expect.objectContaining({ code: 'cms-excessive' }))
    // One name a thousand times over costs sixteen private-key operations, not a thousand.
    const repeated = writeEnvelope({
      type: Oid.envelopedData,
      recipientInfos: recipientInfos.slice(0, 5000),
      algorithm,
      content: encryptedContent(encrypted),
    })
    const started = process.threadCpuUsage()
    expect(failure(repeated, rosa).cause).toBe('integrity')
    expect(milliseconds(started)).toBeLessThan(1000)
  })
})
