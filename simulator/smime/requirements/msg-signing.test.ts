/** Signatures on messages (RFC 8551 2.1, 2.2, 2.5, 2.6, 4). */
import { constants, sign as signBytes, verify as verifyBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { Oid } from '../../asn1/oid.ts'
import { children, encoding, isUniversal, sequence, smallInteger, Tag } from '../../asn1/read.ts'
import * as der from '../../asn1/write.ts'
import { certificateToPem, type Identity, publicKeyOf } from '../../pki/index.ts'
import { sign, verify } from '../cms/index.ts'
import { startOpensslPeer } from '../cms/testing/openssl-peer.ts'
import { toMessage } from '../compose.ts'
import {
  type Correspondence,
  createCorrespondence,
  headers,
  reasonCodes,
  signed,
  text,
} from '../testing/correspondence.ts'
import { openssl } from '../testing/openssl.ts'
import { now, pemFiles } from '../testing/people.ts'
import { algorithmParts, cmsOf, onlySigner, signedParts } from './testing/cms-parts.ts'
import { clearMessage, opaqueMessage } from './testing/hand-made-message.ts'
import {
  algorithm,
  attribute,
  contentTypeAttribute,
  digestAttribute,
  handMadeSignature,
  type SignatureChoices,
} from './testing/hand-made-signature.ts'
import { enrollWith } from './testing/key-kinds.ts'

let world: Correspondence
let alva: Identity
let alvaEc: Identity
let alvaEd: Identity

beforeAll(async () => {
  world = await createCorrespondence('requirements on signing')
  alva = world.alva
  alvaEc = await world.people.enroll('alva')
  alvaEd = await enrollWith(world.people, 'alva', 'ed25519')
})

/** What OpenSSL makes of the text, signed by Alva. */
function bySenderOpenssl(signer: Identity, ...options: string[]): Buffer {
  const args = ['cms', '-sign', '-in', 'msg', '-signer', 'alva.pem', '-inkey', 'alva.key', '-from', 'alva@example.test']
  const made = openssl([...args, ...options, '-out', 'out'], { ...pemFiles('alva', signer), msg: text })
  expect(made.stderr).toBe('')
  return made.out
}

/** Why a signature made by hand is not good; nothing where it is. */
function reasonsAgainst(choices: SignatureChoices): string[] {
  return reasonCodes(world.open(opaqueMessage(handMadeSignature(alvaEc, text, choices))))
}

const required = () => [contentTypeAttribute, digestAttribute(text)]

it.each(['sha256', 'sha512'] as const)('MSG-01 %s as digest, made and read', (digest) => {
  const ours = signed(alva, { digest })
  expect(onlySigner(cmsOf(ours)).digest).toBe(Oid[digest])
  expect(world.open(toMessage(headers, ours)).signature.status).toBe('valid')
  const opened = world.open(bySenderOpenssl(alva, '-md', digest))
  expect(opened).toMatchObject({
    signature: { status: 'valid' },
    layers: [{ algorithms: [digest, `rsa-v1.5-${digest}`] }],
  })
})

it.each([
  ['RSA v1.5', () => alva, Oid.rsaEncryption, 'sha256'],
  ['ECDSA P-256', () => alvaEc, Oid.ecdsaWithSha256, 'sha256'],
  ['Ed25519', () => alvaEd, Oid.ed25519, null],
] as const)('MSG-02 %s, made for any verifier and read', (_, signer, identifier, hash) => {
  const ours = signed(signer())
  const { signatureAlgorithm, signature, attributeOctets } = onlySigner(cmsOf(ours))
  expect(signatureAlgorithm.oid).toBe(identifier)
  const covered = der.tlv(0x31, attributeOctets)
  expect(verifyBytes(hash, covered, publicKeyOf(signer().certificate), signature)).toBe(true)
  expect(world.open(toMessage(headers, ours)).signature.status).toBe('valid')
  expect(world.open(toMessage(headers, signed(signer(), {}, Buffer.from('A: b\r\n\r\n')))).signature.status).toBe(
    'valid',
  )
})

it('MSG-02 RSA and ECDSA with SHA-256 by OpenSSL verify', () => {
  for (const signer of [alva, alvaEc])
    expect(world.open(bySenderOpenssl(signer, '-md', 'sha256')).signature.status).toBe('valid')
})

describe('MSG-03 RSASSA-PSS', () => {
  it('MSG-03 made with SHA-256, its mask over the same hash, salt 32', () => {
    const ours = signed(alva, { pss: true })
    const { signatureAlgorithm } = onlySigner(cmsOf(ours))
    expect(signatureAlgorithm.oid).toBe(Oid.rsassaPss)
    const [hash, mask, salt] = sequence(signatureAlgorithm.parameters, 'RSASSA-PSS-params').map(
      (each) => children(each)[0],
    )
    expect(algorithmParts(hash).oid).toBe(Oid.sha256)
    expect(algorithmParts(algorithmParts(mask).parameters).oid).toBe(Oid.sha256)
    expect(smallInteger(salt, 'saltLength')).toBe(32)
  })

  it.each(['-1', '-2', '0'])('MSG-03 read with salt length %s of OpenSSL', (salt) => {
    const options = ['-keyopt', 'rsa_padding_mode:pss', '-keyopt', `rsa_pss_saltlen:${salt}`]
    expect(world.open(bySenderOpenssl(alva, '-md', 'sha256', ...options)).signature.status).toBe('valid')
  })

  it('MSG-03 read with its parameters absent, which means SHA-1', () => {
    const cms = handMadeSignature(alva, text, {
      attributes: [contentTypeAttribute, digestAttribute(text, 'sha1')],
      digestAlgorithm: algorithm(Oid.sha1),
      signatureAlgorithm: algorithm(Oid.rsassaPss, der.sequence()),
      makeSignature: (key, octets) =>
        signBytes('sha1', octets, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 20 }),
    })
    expect(verify(cms).signers).toMatchObject([{ cryptoValid: true, signatureAlgorithm: 'rsa-pss-sha1' }])
  })
})

describe('MSG-06 the content type is id-data', () => {
  it('MSG-06 in what we make, and the inner entity tells its own type', () => {
    const parts = signedParts(cmsOf(signed(alva, { form: 'opaque' })))
    expect(parts.contentType).toBe(Oid.data)
    expect(parts.content?.toString('latin1')).toMatch(/^Content-Type: text\/plain/)
  })

  it('MSG-06 or what came is no mail', () => {
    const timeStamp = '1.2.840.113549.1.9.16.1.4'
    const attributes = [attribute(Oid.contentType, der.oid(timeStamp)), digestAttribute(text)]
    const cms = handMadeSignature(alvaEc, text, { contentType: timeStamp, attributes })
    expect(verify(cms).signers).toMatchObject([{ cryptoValid: true }])
    expect(world.open(opaqueMessage(cms))).toMatchObject({ outcome: 'closed', signature: { status: 'unsigned' } })
    expect(world.open(opaqueMessage(cms)).content).toBeUndefined()
  })
})

describe('MSG-07 signed attributes', () => {
  it('MSG-07 are made once each', () => {
    const cms = cmsOf(signed(alva, { encryptionCertificate: alva.certificate }))
    for (const [type, values] of onlySigner(cms).attributes) expect([type, values.length]).toEqual([type, 1])
  })

  it('MSG-07 that are optional may all be left out', () => {
    expect(reasonsAgainst({ attributes: required() })).toEqual([])
  })

  it.each([
    ['signingTime', () => attribute(Oid.signingTime, der.time(now))],
    ['SMIMECapabilities', () => attribute(Oid.smimeCapabilities, der.sequence())],
    ['EncryptionKeyPreference', () => attribute(Oid.encryptionKeyPreference, der.contextPrimitive(2, Buffer.of(1)))],
  ])('MSG-07 such as %s may stand once, not twice', (_, make) => {
    expect(reasonsAgainst({ attributes: [...required(), make()] })).toEqual([])
    expect(reasonsAgainst({ attributes: [...required(), make(), make()] })).toEqual(['duplicate-attribute'])
  })
})

it.each([
  ['2049-12-31T23:59:59Z', Tag.UtcTime, '491231235959Z'],
  ['2050-01-01T00:00:00Z', Tag.GeneralizedTime, '20500101000000Z'],
] as const)('MSG-08 signingTime %s is written in its form, and read', (iso, tag, octets) => {
  const cms = sign(text, { signers: [alva], detached: true, signingTime: new Date(iso) })
  const [value] = onlySigner(cms).attributes.get(Oid.signingTime) ?? []
  expect(isUniversal(value, tag)).toBe(true)
  expect(value === undefined ? '' : encoding(value).subarray(2).toString('latin1')).toBe(octets)
  expect(verify(cms, text).signers).toMatchObject([{ cryptoValid: true, signingTime: new Date(iso) }])
})

describe('MSG-09 SMIMECapabilities', () => {
  const capabilities = attribute(Oid.smimeCapabilities, der.sequence(algorithm(Oid.aes256Cbc)))

  it('MSG-09 are signed, once, with one value', () => {
    expect(onlySigner(cmsOf(signed(alva))).attributes.get(Oid.smimeCapabilities)).toHaveLength(1)
  })

  it.each<[string, () => SignatureChoices, string]>([
    ['unsigned', () => ({ unsigned: [capabilities] }), 'misplaced-attribute'],
    ['twice', () => ({ attributes: [...required(), capabilities, capabilities] }), 'duplicate-attribute'],
    [
      'with two values',
      () => ({ attributes: [...required(), attribute(Oid.smimeCapabilities, der.sequence(), der.sequence())] }),
      'attribute-values',
    ],
    ['without a value', () => ({ attributes: [...required(), attribute(Oid.smimeCapabilities)] }), 'attribute-values'],
  ])('MSG-09 %s fail the signature', (_, choices, code) => {
    const opened = world.open(opaqueMessage(handMadeSignature(alvaEc, text, choices())))
    expect(opened.signature.status).toBe('invalid')
    expect(reasonCodes(opened)).toEqual([code])
  })
})

it('MSG-10 capabilities have their parameters absent, not NULL; a NULL is read all the same', () => {
  const [list] = onlySigner(cmsOf(signed(alva))).attributes.get(Oid.smimeCapabilities) ?? []
  const ours = sequence(list, 'SMIMECapabilities').map((each) => sequence(each, 'SMIMECapability').length)
  expect(ours.length).toBeGreaterThan(0)
  expect(new Set(ours)).toEqual(new Set([1]))
  const withNull = attribute(Oid.smimeCapabilities, der.sequence(algorithm(Oid.aes128Cbc, der.nullValue())))
  const cms = handMadeSignature(alvaEc, text, { attributes: [...required(), withNull] })
  expect(verify(cms).signers).toMatchObject([{ cryptoValid: true, capabilities: [Oid.aes128Cbc] }])
})

it('MSG-11 a capability that nobody knows, with parameters of any kind, costs nothing', () => {
  const unknown = algorithm('1.3.6.1.4.1.99999.7', der.sequence(der.utf8String('?'), der.integer(1)))
  const list = attribute(Oid.smimeCapabilities, der.sequence(unknown, algorithm(Oid.aes256Gcm)))
  const cms = handMadeSignature(alvaEc, text, { attributes: [...required(), list] })
  expect(world.open(opaqueMessage(cms)).signature.status).toBe('valid')
  expect(verify(cms).signers[0]?.capabilities).toContain(Oid.aes256Gcm)
})

describe('MSG-14 signer identifiers', () => {
  it.each([
    ['issuer and serial number', []],
    ['key identifier', ['-keyid']],
  ])('MSG-14 %s of OpenSSL is found', (_, options) => {
    const opened = world.open(bySenderOpenssl(alva, ...options))
    expect(opened.signature).toMatchObject({ status: 'valid', signers: [{ sha256: alva.certificate.sha256 }] })
  })

  it('MSG-14 one key identifier on two certificates: the key that signed decides', () => {
    const peer = startOpensslPeer()
    try {
      const [first, second] = ['first', 'second'].map((name) => peer.issue(name, 'p256', ['subjectKeyIdentifier=a1b2']))
      if (first === undefined || second === undefined) throw new Error('two identities wanted')
      const cms = handMadeSignature(second, text, {
        sid: der.contextPrimitive(0, Buffer.from('a1b2', 'hex')),
        certificates: [first.certificate.der, second.certificate.der],
      })
      const { sha256 } = second.certificate
      expect(verify(cms).signers).toMatchObject([{ cryptoValid: true, certificate: { sha256 } }])
    } finally {
      peer.remove()
    }
  })
})

it('MSG-26 a clear signature has no content inside; one that has is not valid, whatever it covers', () => {
  expect(signedParts(cmsOf(signed(alva, { form: 'clear' }))).content).toBeUndefined()
  expect(signedParts(cmsOf(signed(alva, { form: 'opaque' }))).content).toEqual(text)
  for (const covered of [text, Buffer.from('Content-Type: text/plain\r\n\r\nshown by no one')]) {
    const opened = world.open(clearMessage(text, handMadeSignature(alvaEc, covered)))
    expect(opened.signature.status).toBe('invalid')
    expect(reasonCodes(opened)).toContain('detached-and-encapsulated')
  }
})

describe('MSG-31 lengths of RSA keys', () => {
  it('MSG-31, CRT-11 4096 bits verify', async () => {
    const long = await enrollWith(world.people, 'alva', 'rsa-4096')
    const opened = world.open(toMessage(headers, signed(long)))
    expect(opened.signature.status).toBe('valid')
    expect(reasonCodes(opened)).toEqual([])
  })

  it('MSG-31, CRT-11 1024 bits are told', async () => {
    const short = await enrollWith(world.people, 'alva', 'rsa-1024')
    expect(reasonCodes(world.open(bySenderOpenssl(short, '-md', 'sha256')))).toEqual(['short-key'])
  })

  it('MSG-31 nothing is signed with 1024 bits', async () => {
    const short = await enrollWith(world.people, 'alva', 'rsa-1024')
    expect(() => signed(short)).toThrow(expect.objectContaining({ code: 'signer-unusable' }))
  })
})

it('MSG-02 what we sign is verified by OpenSSL', () => {
  const ca = `${certificateToPem(world.people.root)}${certificateToPem(world.people.authority.certificate)}`
  for (const signer of [alva, alvaEc]) {
    const args = ['cms', '-verify', '-in', 'msg', '-CAfile', 'ca', '-attime', `${now.getTime() / 1000}`, '-out', 'out']
    expect(openssl(args, { msg: toMessage(headers, signed(signer)), ca })).toMatchObject({ ok: true, out: text })
  }
})
