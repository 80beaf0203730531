/** Encryption in both directions against openssl, and between our own two sides where openssl has no such algorithm. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type ContentCipher,
  contentKind,
  type DecryptResult,
  type DigestName,
  decrypt,
  encrypt,
  type KeyTransport,
  listRecipients,
} from './index.ts'
import { type IssuedIdentity, type OpensslPeer, startOpensslPeer } from './testing/openssl-peer.ts'

const text = Buffer.from('Content-Type: text/plain\r\n\r\nMeet me at the old mill.\r\n')

let peer: OpensslPeer
let rsa: IssuedIdentity
let rsaOld: IssuedIdentity
let p256: IssuedIdentity
let p384: IssuedIdentity
let p521: IssuedIdentity
let x25519: IssuedIdentity
let x448: IssuedIdentity

beforeAll(() => {
  peer = startOpensslPeer()
  rsa = peer.issue('rosa', 'rsa', ['keyUsage=keyEncipherment'])
  rsaOld = peer.issue('rosa-2019', 'rsa')
  p256 = peer.issue('paul', 'p256', ['keyUsage=keyAgreement'])
  p384 = peer.issue('petra', 'p384')
  p521 = peer.issue('pedro', 'p521')
  x25519 = peer.issue('xenia', 'x25519')
  x448 = peer.issue('xaver', 'x448')
})
afterAll(() => peer.remove())

const opensslEncrypt = (recipient: IssuedIdentity, ...options: string[]): Buffer =>
  peer.run(
    [
      'cms',
      '-encrypt',
      '-binary',
      '-outform',
      'DER',
      ...options.filter((each) => !each.startsWith('+')),
      '-recip',
      recipient.certificateFile,
      ...options.filter((each) => each.startsWith('+')).flatMap((each) => ['-keyopt', each.slice(1)]),
    ],
    text,
  )

const opensslDecrypt = (cms: Buffer, recipient: IssuedIdentity): Buffer =>
  peer.run(
    ['cms', '-decrypt', '-binary', '-inform', 'DER', '-recip', recipient.certificateFile, '-inkey', recipient.keyFile],
    cms,
  )

function opened(cms: Buffer, ...keys: IssuedIdentity[]): DecryptResult {
  const result = decrypt(cms, keys)
  if (!result.ok) throw new Error(`${result.cause}: ${result.message}`)
  expect(result.content).toEqual(text)
  return result
}

describe('what openssl encrypts, we open', () => {
  test.each(['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc', 'des-ede3-cbc'])('RSA v1.5 and %s', (cipher) => {
    const result = opened(opensslEncrypt(rsa, `-${cipher.replace('des-ede3-cbc', 'des3')}`), rsa)
    expect(result).toMatchObject({ keyAlgorithm: 'rsa-v1.5', contentCipher: cipher, authenticated: false })
  })

  test.each(['aes-128-gcm', 'aes-192-gcm', 'aes-256-gcm'])('RSA v1.5 and %s', (cipher) => {
    const cms = opensslEncrypt(rsa, `-${cipher}`)
    expect(contentKind(cms)).toBe('auth-enveloped-data')
    expect(opened(cms, rsa)).toMatchObject({ contentCipher: cipher, authenticated: true })
  })

  test.each([
    ['sha1', 'sha1'],
    ['sha256', 'sha256'],
    ['sha384', 'sha384'],
    ['sha512', 'sha512'],
    ['sha256', 'sha1'],
    ['sha1', 'sha256'],
    ['sha512', 'sha256'],
  ])('OAEP with %s and MGF1 over %s', (hash, mgf) => {
    const cms = opensslEncrypt(
      rsa,
      '-aes-256-gcm',
      '+rsa_padding_mode:oaep',
      `+rsa_oaep_md:${hash}`,
      `+rsa_mgf1_md:${mgf}`,
    )
    const suffix = hash === mgf ? '' : `-mgf1-${mgf}`
    expect(opened(cms, rsa).keyAlgorithm).toBe(`rsa-oaep-${hash}${suffix}`)
  })

  test.each([
    ['sha256', 'sha256'],
    ['sha256', 'sha1'],
  ])('OAEP with a label, %s and MGF1 over %s', (hash, mgf) => {
    const label = '+rsa_oaep_label:6d61696c'
    const cms = opensslEncrypt(
      rsa,
      '-aes128',
      '+rsa_padding_mode:oaep',
      `+rsa_oaep_md:${hash}`,
      `+rsa_mgf1_md:${mgf}`,
      label,
    )
    expect(opened(cms, rsa).keyAlgorithm).toMatch(/-label$/)
  })

  test.each(['sha1', 'sha224', 'sha256', 'sha384', 'sha512'])(
    'ECDH on every curve with the X9.63 KDF over %s',
    (hash) => {
      for (const [curve, key] of [
        ['p256', p256],
        ['p384', p384],
        ['p521', p521],
      ] as const) {
        const cms = opensslEncrypt(key, '-aes-256-cbc', `+ecdh_kdf_md:${hash}`)
        expect(opened(cms, key).keyAlgorithm).toBe(`ecdh-${curve}-${hash}kdf`)
      }
    },
  )

  test('ECDH with cofactor, and with each key wrap', () => {
    expect(opened(opensslEncrypt(p256, '-aes-128-cbc', '+ecdh_cofactor_mode:1'), p256).recipients[0]?.keyWrap).toBe(
      'aes-128-wrap',
    )
    expect(opened(opensslEncrypt(p256, '-aes-192-cbc'), p256).recipients[0]?.keyWrap).toBe('aes-192-wrap')
    expect(opened(opensslEncrypt(p256, '-des3'), p256).recipients[0]?.keyWrap).toBe('3des-wrap')
    expect(opened(opensslEncrypt(p256, '-aes-256-gcm'), p256)).toMatchObject({ authenticated: true })
  })

  test('recipients named by key identifier', () => {
    for (const key of [rsa, p256]) {
      const result = opened(opensslEncrypt(key, '-keyid', '-aes-256-cbc'), rsaOld, key)
      expect(result.key).toBe(key)
      expect(result.recipients[0]?.ids).toEqual([
        { kind: 'key-identifier', keyId: key.certificate.subjectKeyId?.toString('hex') },
      ])
    }
  })

  test.each([
    ['RC2-40', '-rc2-40'],
    ['RC2-64', '-rc2-64'],
    ['RC2-128', '-rc2-cbc'],
    ['single DES', '-des-cbc'],
  ])('%s from an old archive', (_, cipher) => {
    const cms = opensslEncrypt(rsa, '-provider', 'legacy', '-provider', 'default', cipher)
    expect(opened(cms, rsa).contentCipher).toBe(cipher === '-des-cbc' ? 'des-cbc' : 'rc2-cbc')
  })

  test('BER of indefinite length (-stream)', () => {
    const cms = opensslEncrypt(rsa, '-aes-256-cbc', '-stream')
    expect(cms.subarray(0, 2).toString('hex')).toBe('3080')
    opened(cms, rsa)
  })
})

describe('what we encrypt, openssl opens', () => {
  test.each<ContentCipher>(['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc', 'des-ede3-cbc', 'aes-128-gcm', 'aes-256-gcm'])(
    '%s to RSA and EC, by both kinds of id',
    (contentCipher) => {
      const recipients = [rsaOld.certificate, p384.certificate, rsa.certificate, p256.certificate, p521.certificate]
      for (const [recipientId, keys] of [
        ['issuer-and-serial', [rsa, p256]],
        ['key-identifier', [rsa, p384, p521]],
      ] as const) {
        const cms = encrypt(text, { recipients, contentCipher, recipientId })
        for (const key of keys) expect(opensslDecrypt(cms, key)).toEqual(text)
        for (const key of [rsaOld, ...keys]) expect(opened(cms, key).key).toBe(key)
      }
    },
  )

  test.each<KeyTransport>(['rsa-v1.5', 'rsa-oaep-sha1', 'rsa-oaep-sha256', 'rsa-oaep-sha384', 'rsa-oaep-sha512'])(
    'key transport %s',
    (keyTransport) => {
      const cms = encrypt(text, { recipients: [rsa.certificate], contentCipher: 'aes-256-gcm', keyTransport })
      expect(opensslDecrypt(cms, rsa)).toEqual(text)
      expect(listRecipients(cms)).toMatchObject([{ type: 'ktri', algorithm: keyTransport }])
      opened(cms, rsa)
    },
  )

  test.each<DigestName>(['sha1', 'sha224', 'sha256', 'sha384', 'sha512'])('ECDH with the KDF over %s', (kdfHash) => {
    const cms = encrypt(text, { recipients: [p256.certificate], contentCipher: 'aes-128-cbc', kdfHash })
    expect(opensslDecrypt(cms, p256)).toEqual(text)
    expect(listRecipients(cms)).toMatchObject([{ algorithm: `ecdh-p256-${kdfHash}kdf`, keyWrap: 'aes-128-wrap' }])
  })

  test('an empty message', () => {
    for (const contentCipher of ['aes-256-cbc', 'aes-256-gcm'] as const) {
      const cms = encrypt(Buffer.alloc(0), { recipients: [rsa.certificate], contentCipher })
      expect(opensslDecrypt(cms, rsa)).toHaveLength(0)
      expect(decrypt(cms, [rsa])).toMatchObject({ ok: true, content: Buffer.alloc(0) })
    }
  })
})

describe('what openssl 3.0 does not know', () => {
  test('X25519 and X448 with HKDF (RFC 8418), a fresh ephemeral key each time', () => {
    const recipients = [x25519.certificate, x448.certificate]
    for (const kdfHash of ['sha256', 'sha384', 'sha512'] as const) {
      const cms = encrypt(text, { recipients, contentCipher: 'aes-256-gcm', kdfHash })
      expect(opened(cms, x25519).keyAlgorithm).toBe(`x25519-hkdf-${kdfHash}`)
      expect(opened(cms, x448).keyAlgorithm).toBe(`x448-hkdf-${kdfHash}`)
    }
    const options = { recipients: [x25519.certificate], contentCipher: 'aes-256-gcm' } as const
    expect(ephemeralKey(encrypt(text, options))).not.toEqual(ephemeralKey(encrypt(text, options)))
  })

  test('ChaCha20-Poly1305 (RFC 8103)', () => {
    const cms = encrypt(text, { recipients: [rsa.certificate, p256.certificate], contentCipher: 'chacha20-poly1305' })
    expect(contentKind(cms)).toBe('auth-enveloped-data')
    expect(opened(cms, p256)).toMatchObject({ contentCipher: 'chacha20-poly1305', authenticated: true })
  })
})

/** The BIT STRING of 32 octets behind id-X25519 (2b656e). */
function ephemeralKey(cms: Buffer): Buffer {
  const at = cms.indexOf(Buffer.from('06032b656e032100', 'hex'))
  expect(at).toBeGreaterThan(0)
  return cms.subarray(at + 8, at + 40)
}

describe('versions and refusals of the sender', () => {
  const version = (cms: Buffer): number | undefined => {
    const at = cms.indexOf(Buffer.from('0201', 'hex'))
    return cms[at + 2]
  }

  test('EnvelopedData: 0 with only issuer and serial number, else 2 (RFC 5652 6.1)', () => {
    const contentCipher = 'aes-256-cbc'
    expect(version(encrypt(text, { recipients: [rsa.certificate], contentCipher }))).toBe(0)
    expect(
      version(encrypt(text, { recipients: [rsa.certificate], contentCipher, recipientId: 'key-identifier' })),
    ).toBe(2)
    expect(version(encrypt(text, { recipients: [rsa.certificate, p256.certificate], contentCipher }))).toBe(2)
  })

  test('AuthEnvelopedData: 0 always (RFC 5083 2.1)', () => {
    expect(version(encrypt(text, { recipients: [p256.certificate], contentCipher: 'aes-256-gcm' }))).toBe(0)
  })

  test('one recipient info for a certificate given twice', () => {
    const recipients = [rsa.certificate, rsa.certificate]
    expect(listRecipients(encrypt(text, { recipients, contentCipher: 'aes-128-cbc' }))).toHaveLength(1)
  })

  test('certificates that must not be encrypted to', () => {
    const signOnly = peer.issue('sigrid', 'p256', ['keyUsage=digitalSignature'])
    const rsaSignOnly = peer.issue('sigurd', 'rsa', ['keyUsage=digitalSignature,nonRepudiation'])
    const edwards = peer.issue('edda', 'ed25519')
    for (const each of [signOnly, rsaSignOnly, edwards])
      expect(() =>
        encrypt(text, { recipients: [rsa.certificate, each.certificate], contentCipher: 'aes-256-cbc' }),
      ).toThrow(expect.objectContaining({ code: 'recipient-unusable' }))
  })

  test('no recipients, or a cipher that is only for reading', () => {
    expect(() => encrypt(text, { recipients: [], contentCipher: 'aes-256-cbc' })).toThrow(
      expect.objectContaining({ code: 'recipient-missing' }),
    )
    expect(() => encrypt(text, { recipients: [rsa.certificate], contentCipher: 'rc2-cbc' as ContentCipher })).toThrow(
      expect.objectContaining({ code: 'algorithm-unsupported' }),
    )
    expect(() =>
      encrypt(text, { recipients: [x25519.certificate], contentCipher: 'aes-256-gcm', kdfHash: 'sha1' }),
    ).toThrow(expect.objectContaining({ code: 'algorithm-unsupported' }))
  })
})
