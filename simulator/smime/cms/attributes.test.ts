/** Each rule on signed attributes, by a signature that is right in everything else. */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Oid } from '../../asn1/oid.ts'
import * as der from '../../asn1/write.ts'
import type { Certificate } from '../../pki/certificate.ts'
import { writeAttribute } from './attributes.ts'
import { sign, verify } from './index.ts'
import { writeIssuerAndSerial } from './recipient-id.ts'
import { makeSignature, type SignatureCheck } from './signature-algorithm.ts'
import { writeSigningCertificate } from './signing-certificate.ts'
import { type IssuedIdentity, type OpensslPeer, startOpensslPeer } from './testing/openssl-peer.ts'

const text = Buffer.from('Content-Type: text/plain\r\n\r\nI agree.\r\n')
const digest = createHash('sha256').update(text).digest()
const signingTime = new Date('2026-03-01T12:00:00Z')

let peer: OpensslPeer
let paul: IssuedIdentity
let rosa: IssuedIdentity

beforeAll(() => {
  peer = startOpensslPeer()
  paul = peer.issue('paul', 'p256')
  rosa = peer.issue('rosa', 'rsa')
})
afterAll(() => peer.remove())

const contentType = writeAttribute(Oid.contentType, der.oid(Oid.data))
const messageDigest = writeAttribute(Oid.messageDigest, der.octetString(digest))
const time = writeAttribute(Oid.signingTime, der.time(signingTime))
const sha256 = der.sequence(der.oid(Oid.sha256))

interface Choices {
  /** Undefined: the signature is over the content itself. */
  readonly attributes?: readonly Buffer[] | undefined
  readonly unsigned?: readonly Buffer[]
  readonly contentType?: string
  /** What the [0] holds; an OCTET STRING of the text if left out. */
  readonly encapsulated?: readonly Buffer[]
  readonly digestAlgorithm?: Buffer
  readonly signatureAlgorithm?: Buffer
  readonly check?: SignatureCheck
  readonly signer?: IssuedIdentity
  readonly sid?: Buffer
  readonly certificates?: readonly Certificate[]
}

const ecdsa: SignatureCheck = { scheme: 'ecdsa', digest: 'sha256', saltLength: 0 }

/** A SignedData by paul, genuinely signed over whatever attributes the test chose, in their order. */
function signed(choices: Choices): Buffer {
  const signer = choices.signer ?? paul
  const attributes = choices.attributes
  const covered = attributes === undefined ? text : der.tlv(0x31, ...attributes)
  const unsigned = choices.unsigned === undefined ? [] : [der.context(1, ...choices.unsigned)]
  const signerInfo = der.sequence(
    ...[der.integer(1), choices.sid ?? writeIssuerAndSerial(signer.certificate), choices.digestAlgorithm ?? sha256],
    ...(attributes === undefined ? [] : [der.context(0, ...attributes)]),
    choices.signatureAlgorithm ?? der.sequence(der.oid(Oid.ecdsaWithSha256)),
    der.octetString(makeSignature(signer.privateKey, choices.check ?? ecdsa, covered)),
    ...unsigned,
  )
  const certificates = choices.certificates ?? [signer.certificate]
  const encapsulated = choices.encapsulated ?? [der.octetString(text)]
  const body = der.sequence(
    ...[der.integer(1), der.setOf(choices.digestAlgorithm ?? sha256)],
    der.sequence(der.oid(choices.contentType ?? Oid.data), der.context(0, ...encapsulated)),
    der.context(0, ...certificates.map((each) => each.der)),
    der.setOf(signerInfo),
  )
  return der.sequence(der.oid(Oid.signedData), der.context(0, body))
}

function codes(cms: Buffer, detached?: Buffer): string[] {
  const { signers } = verify(cms, detached)
  expect(signers).toHaveLength(1)
  for (const each of signers) expect(each.cryptoValid).toBe(each.reasons.length === 0)
  return signers.flatMap((each) => each.reasons.map((reason) => reason.code))
}

describe('forms that hold', () => {
  test('the plainest, and the one with nothing signed but the content', () => {
    expect(codes(signed({ attributes: [contentType, messageDigest] }))).toEqual([])
    expect(codes(signed({ attributes: undefined }))).toEqual([])
  })

  test('attributes out of DER order are verified as they stand', () => {
    expect(codes(signed({ attributes: [messageDigest, time, contentType] }))).toEqual([])
    expect(codes(signed({ attributes: [time, contentType, messageDigest] }))).toEqual([])
  })

  test('attributes that nobody knows, and countersignatures, are let be', () => {
    const unknown = writeAttribute('1.3.6.1.4.1.99999.1', der.utf8String('?'))
    expect(codes(signed({ attributes: [contentType, messageDigest, unknown, unknown] }))).toEqual([])
    const counter = writeAttribute(Oid.counterSignature, der.sequence())
    expect(codes(signed({ attributes: [contentType, messageDigest], unsigned: [counter] }))).toEqual([])
  })

  test('content in segments', () => {
    const segments = der.tlv(0x24, der.octetString(text.subarray(0, 7)), der.octetString(text.subarray(7)))
    const cms = signed({ attributes: [contentType, messageDigest], encapsulated: [segments] })
    expect(codes(cms)).toEqual([])
    expect(verify(cms).content).toEqual(text)
  })

  test('two certificates with one key identifier: the one that signed is found (RFC 8551 2.6)', () => {
    const options = ['subjectKeyIdentifier=abcdef']
    const first = peer.issue('twin-1', 'p256', options)
    const second = peer.issue('twin-2', 'p256', options)
    const sid = der.contextPrimitive(0, Buffer.from('abcdef', 'hex'))
    const certificates = [first.certificate, second.certificate]
    const cms = signed({ attributes: [contentType, messageDigest], sid, certificates, signer: second })
    expect(verify(cms).signers).toMatchObject([
      { cryptoValid: true, certificate: { sha256: second.certificate.sha256 } },
    ])
    const stranger = signed({ attributes: [contentType, messageDigest], sid, certificates, signer: paul })
    expect(codes(stranger)).toEqual(['bad-signature'])
  })
})

describe('rules broken', () => {
  const otherDigest = writeAttribute(Oid.messageDigest, der.octetString(Buffer.alloc(32)))
  const twoValues = (type: string, value: Buffer): Buffer => der.sequence(der.oid(type), der.tlv(0x31, value, value))
  const noValue = (type: string): Buffer => der.sequence(der.oid(type), der.tlv(0x31))
  const capabilities = writeAttribute(Oid.smimeCapabilities, der.sequence())
  const good = [contentType, messageDigest]

  test.each<[string, readonly Buffer[], string[]]>([
    ['no contentType', [messageDigest], ['missing-attribute']],
    ['no messageDigest', [contentType], ['missing-attribute']],
    ['neither', [time], ['missing-attribute', 'missing-attribute']],
    ['contentType twice', [contentType, ...good], ['duplicate-attribute']],
    ['messageDigest twice, the second one false', [...good, otherDigest], ['duplicate-attribute']],
    ['messageDigest twice, the first one false', [otherDigest, ...good], ['duplicate-attribute', 'digest-mismatch']],
    [
      'messageDigest with two values',
      [contentType, twoValues(Oid.messageDigest, der.octetString(digest))],
      ['attribute-values'],
    ],
    ['contentType without a value', [noValue(Oid.contentType), messageDigest], ['attribute-values']],
    ['another digest', [contentType, otherDigest], ['digest-mismatch']],
    [
      'another content type',
      [writeAttribute(Oid.contentType, der.oid(Oid.signedData)), messageDigest],
      ['content-type-mismatch'],
    ],
    ['signingTime twice', [...good, time, time], ['duplicate-attribute']],
    ['signingTime with two values', [...good, twoValues(Oid.signingTime, der.time(signingTime))], ['attribute-values']],
    [
      'a signingTime that is no date',
      [...good, writeAttribute(Oid.signingTime, der.tlv(23, Buffer.from('261301000000Z')))],
      ['malformed-attribute'],
    ],
    ['SMIMECapabilities twice', [...good, capabilities, capabilities], ['duplicate-attribute']],
    [
      'a digest that is no OCTET STRING',
      [contentType, writeAttribute(Oid.messageDigest, der.integer(1))],
      ['malformed-attribute'],
    ],
    [
      'a signed countersignature',
      [...good, writeAttribute(Oid.counterSignature, der.sequence())],
      ['misplaced-attribute'],
    ],
    ['no attribute at all', [der.integer(1)], ['malformed-attribute', 'missing-attribute', 'missing-attribute']],
  ])('%s', (_, attributes, wanted) => {
    expect(codes(signed({ attributes })).sort()).toEqual([...wanted].sort())
  })

  test('what must be signed stands unsigned', () => {
    expect(codes(signed({ attributes: good, unsigned: [time] }))).toEqual(['misplaced-attribute'])
    expect(codes(signed({ attributes: undefined, unsigned: [capabilities] }))).toEqual(['misplaced-attribute'])
  })

  test('content of another type needs signed attributes (RFC 5652 5.3)', () => {
    const tst = '1.2.840.113549.1.9.16.1.4'
    expect(codes(signed({ attributes: undefined, contentType: tst }))).toEqual(['missing-attribute'])
    const attributes = [writeAttribute(Oid.contentType, der.oid(tst)), messageDigest]
    expect(codes(signed({ attributes, contentType: tst }))).toEqual([])
  })

  test('content beside the signature and in it, or nowhere', () => {
    const cms = signed({ attributes: good })
    expect(codes(cms, text)).toEqual(['detached-and-encapsulated'])
    const detached = sign(text, { signers: [paul], detached: true, signingTime })
    expect(codes(detached)).toEqual(['content-missing'])
    expect(codes(detached, Buffer.from('I disagree.'))).toEqual(['digest-mismatch'])
  })
})

describe('algorithms that disagree', () => {
  const good = [contentType, messageDigest]
  const algorithm = (oid: string, ...parameters: Buffer[]): Buffer => der.sequence(der.oid(oid), ...parameters)

  test('digest and signature (RFC 8933)', () => {
    const signatureAlgorithm = algorithm(Oid.ecdsaWithSha512)
    const check: SignatureCheck = { ...ecdsa, digest: 'sha512' }
    expect(codes(signed({ attributes: good, signatureAlgorithm, check }))).toEqual(['algorithm-mismatch'])
  })

  test('signature and key', () => {
    const signatureAlgorithm = algorithm(Oid.sha256WithRsa)
    expect(codes(signed({ attributes: good, signatureAlgorithm }))).toEqual(['algorithm-mismatch'])
    const check: SignatureCheck = { scheme: 'rsa-v1.5', digest: 'sha256', saltLength: 0 }
    expect(codes(signed({ attributes: good, signer: rosa, check }))).toEqual(['algorithm-mismatch'])
  })

  test('PSS parameters', () => {
    const check: SignatureCheck = { scheme: 'rsa-pss', digest: 'sha256', saltLength: 32 }
    const hash = algorithm(Oid.sha256, der.nullValue())
    const mgf = algorithm(Oid.mgf1, hash)
    const salt = der.context(2, der.integer(32))
    const pss = (...fields: Buffer[]): string[] =>
      codes(
        signed({
          attributes: good,
          signer: rosa,
          check,
          signatureAlgorithm: algorithm(Oid.rsassaPss, der.sequence(...fields)),
        }),
      )
    expect(pss(der.context(0, hash), der.context(1, mgf), salt)).toEqual([])
    expect(pss(der.context(0, hash), der.context(1, mgf), salt, der.context(3, der.integer(1)))).toEqual([])
    expect(pss(der.context(0, hash), der.context(1, mgf), der.context(2, der.integer(20)))).toEqual(['bad-signature'])
    expect(pss(der.context(0, hash), der.context(1, mgf), der.context(2, der.integer(2000)))).toEqual(['bad-signature'])
    expect(pss(der.context(0, hash), der.context(1, mgf), salt, der.context(3, der.integer(2)))).toEqual([
      'algorithm-unsupported',
    ])
    // Left out, the mask is made with SHA-1, and the signature was not (RFC 4055 3.1).
    expect(pss(der.context(0, hash), salt)).toEqual(['bad-signature'])
    expect(pss(der.context(0, algorithm(Oid.sha512)), der.context(1, mgf), salt)).toEqual(['algorithm-mismatch'])
    expect(pss()).toEqual(['algorithm-mismatch'])
    expect(pss(der.octetString(Buffer.alloc(3)))).toEqual(['algorithm-unsupported'])
  })

  test('MD5 and DSA are not supported', () => {
    const md5 = algorithm(Oid.md5)
    const withMd5 = codes(signed({ attributes: good, digestAlgorithm: md5 }))
    expect(withMd5).toEqual(['algorithm-unsupported'])
    expect(codes(signed({ attributes: good, signatureAlgorithm: algorithm('1.2.840.10040.4.3') }))).toEqual([
      'algorithm-unsupported',
    ])
  })

  test('algorithm protection (RFC 6211)', () => {
    const protection = (digestOid: string, signatureOid: string): Buffer =>
      writeAttribute(
        Oid.cmsAlgorithmProtection,
        der.sequence(algorithm(digestOid, der.nullValue()), der.context(1, der.oid(signatureOid))),
      )
    const withProtection = (attribute: Buffer): string[] => codes(signed({ attributes: [...good, attribute] }))
    expect(withProtection(protection(Oid.sha256, Oid.ecdsaWithSha256))).toEqual([])
    expect(withProtection(protection(Oid.sha512, Oid.ecdsaWithSha256))).toEqual(['algorithm-mismatch'])
    expect(withProtection(protection(Oid.sha256, Oid.ecdsaWithSha512))).toEqual(['algorithm-mismatch'])
    expect(withProtection(writeAttribute(Oid.cmsAlgorithmProtection, der.nullValue()))).toEqual(['malformed-attribute'])
  })
})

describe('ESS signing certificate (RFC 5035)', () => {
  const withEss = (type: string, value: Buffer): string[] =>
    codes(signed({ attributes: [contentType, messageDigest, writeAttribute(type, value)] }))
  const essId = (...fields: Buffer[]): Buffer => der.sequence(der.sequence(der.sequence(...fields)))
  const hash = (name: string): Buffer => der.octetString(createHash(name).update(paul.certificate.der).digest())
  const algorithm = (oid: string): Buffer => der.sequence(der.oid(oid))

  test('the signer is the one named', () => {
    expect(withEss(Oid.signingCertificateV2, writeSigningCertificate(paul.certificate))).toEqual([])
    expect(withEss(Oid.signingCertificateV2, essId(hash('sha256')))).toEqual([])
    expect(withEss(Oid.signingCertificateV2, essId(algorithm(Oid.sha512), hash('sha512')))).toEqual([])
    expect(withEss(Oid.signingCertificate, essId(hash('sha1')))).toEqual([])
  })

  test('another one is named', () => {
    const mismatch = ['signing-certificate-mismatch']
    expect(withEss(Oid.signingCertificateV2, writeSigningCertificate(rosa.certificate))).toEqual(mismatch)
    expect(withEss(Oid.signingCertificate, essId(der.octetString(Buffer.alloc(20))))).toEqual(mismatch)
    expect(withEss(Oid.signingCertificateV2, essId(algorithm(Oid.sha512), hash('sha256')))).toEqual(mismatch)
    expect(withEss(Oid.signingCertificateV2, essId(algorithm(Oid.md5), hash('md5')))).toEqual(mismatch)
    const elsewhere = der.sequence(der.sequence(der.context(4, rosa.certificate.subject)), der.integer(1))
    expect(withEss(Oid.signingCertificateV2, essId(hash('sha256'), elsewhere))).toEqual(mismatch)
    expect(withEss(Oid.signingCertificateV2, der.sequence())).toEqual(['malformed-attribute'])
  })
})
