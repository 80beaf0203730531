/** Signatures in both directions against openssl, and by pkijs as a second opinion. */
import { ContentInfo, SignedData } from 'pkijs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Oid } from '../../asn1/oid.ts'
import { type DigestName, recipientMatches, type SignerResult, type SignOptions, sign, verify } from './index.ts'
import { type IssuedIdentity, type OpensslPeer, startOpensslPeer } from './testing/openssl-peer.ts'

const text = Buffer.from('Content-Type: text/plain\r\n\r\nI agree.\r\n')
const signingTime = new Date('2026-03-01T12:00:00Z')

let peer: OpensslPeer
let rosa: IssuedIdentity
let paul: IssuedIdentity
let petra: IssuedIdentity
let edda: IssuedIdentity

beforeAll(() => {
  peer = startOpensslPeer()
  rosa = peer.issue('rosa', 'rsa')
  paul = peer.issue('paul', 'p256')
  petra = peer.issue('petra', 'p384')
  edda = peer.issue('edda', 'ed25519')
})
afterAll(() => peer.remove())

function opensslSign(signer: IssuedIdentity, ...options: string[]): Buffer {
  const files = ['-signer', signer.certificateFile, '-inkey', signer.keyFile]
  return peer.run(['cms', '-sign', '-binary', '-outform', 'DER', ...files, ...options], text)
}

function opensslVerify(cms: Buffer, detached: boolean): Buffer {
  const content = detached ? ['-content', peer.file('content.bin', text)] : []
  return peer.run(['cms', '-verify', '-binary', '-noverify', '-inform', 'DER', ...content], cms)
}

function onlySigner(cms: Buffer, detached?: Buffer): SignerResult {
  const { signers } = verify(cms, detached)
  expect(signers).toHaveLength(1)
  return signers[0] as SignerResult
}

describe('what openssl signs, we verify', () => {
  test.each<DigestName>(['sha1', 'sha224', 'sha256', 'sha384', 'sha512'])('%s, opaque, RSA and ECDSA', (digest) => {
    for (const [signer, scheme] of [
      [rosa, 'rsa-v1.5'],
      [paul, 'ecdsa'],
      [petra, 'ecdsa'],
    ] as const) {
      const cms = opensslSign(signer, '-nodetach', '-md', digest)
      expect(verify(cms)).toMatchObject({ content: text, contentType: Oid.data })
      expect(onlySigner(cms)).toMatchObject({
        ...{ cryptoValid: true, reasons: [], digestAlgorithm: digest },
        ...{ signatureAlgorithm: `${scheme}-${digest}`, certificate: { sha256: signer.certificate.sha256 } },
      })
    }
  })

  test.each(['-1', '0', '20', '222'])('PSS with salt length %s', (salt) => {
    const cms = opensslSign(rosa, '-keyopt', 'rsa_padding_mode:pss', '-keyopt', `rsa_pss_saltlen:${salt}`)
    expect(onlySigner(cms, text)).toMatchObject({ cryptoValid: true, signatureAlgorithm: 'rsa-pss-sha256' })
    expect(onlySigner(cms, Buffer.from('I disagree.')).reasons).toMatchObject([{ code: 'digest-mismatch' }])
  })

  test.each(['sha1', 'sha512'])('PSS with a mask by %s, which is not the hash of the message', (mask) => {
    const cms = opensslSign(rosa, '-keyopt', 'rsa_padding_mode:pss', '-keyopt', `rsa_mgf1_md:${mask}`)
    expect(onlySigner(cms, text)).toMatchObject({ cryptoValid: true, signatureAlgorithm: 'rsa-pss-sha256' })
    // The last octets of the SignerInfo, which has no unsigned attributes, are the signature's.
    cms.writeUInt8(cms.readUInt8(cms.length - 1) ^ 1, cms.length - 1)
    expect(onlySigner(cms, text).reasons).toMatchObject([{ code: 'bad-signature' }])
  })

  test('detached, by key identifier, without signed attributes, as BER, with ESS', () => {
    for (const options of [[], ['-keyid'], ['-noattr'], ['-cades'], ['-nosmimecap']])
      for (const signer of [rosa, paul]) {
        expect(onlySigner(opensslSign(signer, ...options), text).reasons).toEqual([])
        expect(onlySigner(opensslSign(signer, '-nodetach', ...options)).reasons).toEqual([])
      }
  })

  test('BER of indefinite length, the content in segments', () => {
    const cms = opensslSign(rosa, '-nodetach', '-stream')
    expect(cms.subarray(0, 2).toString('hex')).toBe('3080')
    expect(onlySigner(cms).reasons).toEqual([])
    expect(verify(cms).content).toEqual(text)
  })

  test('two signers, each by itself', () => {
    const once = peer.file('once.der', opensslSign(rosa, '-nodetach'))
    const files = ['-signer', paul.certificateFile, '-inkey', paul.keyFile]
    const resign = [
      'cms',
      '-resign',
      '-binary',
      '-nodetach',
      '-inform',
      'DER',
      '-outform',
      'DER',
      '-in',
      once,
      ...files,
    ]
    const twice = peer.run(resign)
    const { signers } = verify(twice)
    expect(signers.map((each) => each.cryptoValid)).toEqual([true, true])
    // The last octets of the message belong to one of the two signatures.
    twice[twice.length - 1] = (twice[twice.length - 1] ?? 0) ^ 1
    expect(
      verify(twice)
        .signers.map((each) => each.cryptoValid)
        .sort(),
    ).toEqual([false, true])
  })

  test('a signer whose certificate is not in the message', () => {
    const signer = onlySigner(opensslSign(rosa, '-nocerts', '-nodetach'))
    expect(signer).toMatchObject({ cryptoValid: false, reasons: [{ code: 'signer-certificate-missing' }] })
    expect(signer).not.toHaveProperty('certificate')
  })

  test('certificates only: nobody signed', () => {
    const pkcs7 = peer.run(['crl2pkcs7', '-nocrl', '-certfile', rosa.certificateFile, '-outform', 'DER'])
    expect(verify(pkcs7)).toMatchObject({
      signers: [],
      content: undefined,
      certificates: [{ sha256: rosa.certificate.sha256 }],
    })
  })
})

describe('what we sign, openssl verifies', () => {
  const forms: [string, Partial<SignOptions>][] = [
    ['SHA-256', {}],
    ['SHA-1', { digest: 'sha1' }],
    ['SHA-384', { digest: 'sha384' }],
    ['SHA-512', { digest: 'sha512' }],
    ['PSS', { pss: true }],
    ['PSS over SHA-1', { pss: true, digest: 'sha1' }],
    ['PSS over SHA-512', { pss: true, digest: 'sha512' }],
  ]
  test.each(forms)('%s by RSA, P-256 and P-384, opaque and detached', (_, options) => {
    const signers = [rosa, paul, petra]
    const opaque = sign(text, { signers, detached: false, signingTime, ...options })
    expect(opensslVerify(opaque, false)).toEqual(text)
    const detached = sign(text, { signers, detached: true, signingTime, ...options })
    expect(opensslVerify(detached, true)).toEqual(text)
    const result = verify(detached, text)
    expect(result.content).toBeUndefined()
    expect(result.signers).toHaveLength(3)
    for (const each of result.signers) expect(each).toMatchObject({ cryptoValid: true, reasons: [], signingTime })
  })

  test('several signers, the chain embedded once', () => {
    const signers = [rosa, paul, edda]
    const certificates = [petra.certificate, rosa.certificate]
    const cms = sign(text, { signers, certificates, detached: false, signingTime })
    const result = verify(cms)
    expect(result.certificates).toHaveLength(4)
    expect(result.signers.map((each) => each.cryptoValid)).toEqual([true, true, true])
    expect(result.signers.map((each) => each.digestAlgorithm).sort()).toEqual(['sha256', 'sha256', 'sha512'])
  })

  test('Ed25519 (RFC 8419), which openssl 3.0 does not know in CMS', () => {
    const cms = sign(text, { signers: [edda], detached: true, signingTime, digest: 'sha256' })
    expect(onlySigner(cms, text)).toMatchObject({
      cryptoValid: true,
      digestAlgorithm: 'sha512',
      signatureAlgorithm: 'ed25519',
    })
  })

  test('the signing time is UTCTime until 2049 and GeneralizedTime after (RFC 8551 2.5.1)', () => {
    for (const year of [1999, 2049, 2050]) {
      const at = new Date(`${year}-07-01T00:00:00Z`)
      const cms = sign(text, { signers: [paul], detached: false, signingTime: at })
      expect(onlySigner(cms).signingTime).toEqual(at)
      expect(cms.includes(year < 2050 ? `${String(year).slice(2)}0701000000Z` : '20500701000000Z')).toBe(true)
      expect(opensslVerify(cms, false)).toEqual(text)
    }
  })

  test('attributes as RFC 8551 wants them: DER order, capabilities without parameters, the key preference', () => {
    const cms = sign(text, { signers: [paul], detached: true, signingTime, encryptionCertificate: rosa.certificate })
    const signer = onlySigner(cms, text)
    expect(signer.capabilities?.slice(0, 3)).toEqual([Oid.aes256Gcm, Oid.aes128Gcm, Oid.aes256Cbc])
    const preference = signer.encryptionKeyPreference
    expect(preference && recipientMatches(preference, rosa.certificate)).toBe(true)
    expect(preference && recipientMatches(preference, paul.certificate)).toBe(false)
    const printed = peer.run(['cms', '-cmsout', '-print', '-noout', '-inform', 'DER'], cms).toString()
    expect(printed).toContain('id-smime-aa-signingCertificateV2')
    expect(printed).toContain('id-smime-aa-encrypKeyPref')
    // A capability is an identifier alone: the NULL that some write behind it would be wrong.
    expect(cms.includes(Buffer.from('300b0609608648016503040106', 'hex'))).toBe(true)
    // DER-encoding again what openssl parsed changes nothing.
    expect(peer.run(['cms', '-cmsout', '-inform', 'DER', '-outform', 'DER'], cms)).toEqual(cms)
  })

  test('a signer with a key that cannot sign, or none', () => {
    const xenia = peer.issue('xenia', 'x25519')
    expect(() => sign(text, { signers: [xenia], detached: true, signingTime })).toThrow(
      expect.objectContaining({ code: 'signer-unusable' }),
    )
    expect(() => sign(text, { signers: [], detached: true, signingTime })).toThrow(
      expect.objectContaining({ code: 'signer-missing' }),
    )
  })
})

test('pkijs verifies what we sign', async () => {
  for (const [signer, pss] of [
    [rosa, false],
    [rosa, true],
    [paul, false],
  ] as const) {
    const cms = sign(text, { signers: [signer], detached: false, signingTime, pss })
    const info = ContentInfo.fromBER(cms)
    const signed = new SignedData({ schema: info.content })
    expect(await signed.verify({ signer: 0, checkChain: false })).toBe(true)
  }
})
