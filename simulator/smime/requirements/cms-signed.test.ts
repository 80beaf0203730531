/** SignedData (RFC 5652 5) and its companions (RFC 8933, 6211, 4056, 5940). */
import { constants, createHash, sign as signBytes, verify as verifyBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { Oid } from '../../asn1/oid.ts'
import { children, content, encoding, isUniversal, octets, oid, readOnly, sequence, Tag } from '../../asn1/read.ts'
import * as der from '../../asn1/write.ts'
import { type Identity, publicKeyOf } from '../../pki/index.ts'
import { sign, verify } from '../cms/index.ts'
import { toMessage } from '../compose.ts'
import type { OpenedMessage } from '../open-message.ts'
import {
  type Correspondence,
  createCorrespondence,
  headers,
  reasonCodes,
  signed,
  text,
} from '../testing/correspondence.ts'
import { now } from '../testing/people.ts'
import { algorithmParts, cmsOf, onlySigner, signedParts } from './testing/cms-parts.ts'
import { clearMessage, edited, opaqueMessage } from './testing/hand-made-message.ts'
import {
  algorithm,
  attribute,
  contentTypeAttribute,
  digestAttribute,
  handMadeSignature,
  type SignatureChoices,
} from './testing/hand-made-signature.ts'

let world: Correspondence
/** RSA and P-256, one address. */
let alva: Identity
let alvaEc: Identity

beforeAll(async () => {
  world = await createCorrespondence('requirements on SignedData')
  alva = world.alva
  alvaEc = await world.people.enroll('alva')
})

const openHandMade = (choices: SignatureChoices, signer = alvaEc): OpenedMessage =>
  world.open(opaqueMessage(handMadeSignature(signer, text, choices)))

const required = () => [contentTypeAttribute, digestAttribute(text)]

describe('CMS-01 version', () => {
  it('CMS-01 is 1 for id-data, X.509 certificates and signers named by issuer', () => {
    const { version, signers } = signedParts(cmsOf(signed(alva)))
    expect([version, ...signers.map((each) => each.version)]).toEqual([1, 1])
  })

  it.each([0, 3, 4, 5])('CMS-01 %i where 1 belongs changes no verdict', (version) => {
    expect(openHandMade({ version, signerVersion: version }).signature.status).toBe('valid')
  })
})

describe('CMS-02 what the signature covers', () => {
  it('CMS-02 is the SET OF in DER, not the [0] of the message', () => {
    const { attributeOctets, signature } = onlySigner(cmsOf(signed(alva)))
    const key = publicKeyOf(alva.certificate)
    expect(verifyBytes('sha256', der.tlv(0x31, attributeOctets), key, signature)).toBe(true)
    expect(verifyBytes('sha256', der.tlv(0xa0, attributeOctets), key, signature)).toBe(false)
    const each = children(readOnly(der.tlv(0x31, attributeOctets))).map(encoding)
    expect(each).toEqual([...each].sort(Buffer.compare))
  })

  it('CMS-02 a signature over the [0] is bad', () => {
    const opened = openHandMade({
      makeSignature: (key, set) => signBytes('sha256', Buffer.concat([Buffer.of(0xa0), set.subarray(1)]), key),
    })
    expect(reasonCodes(opened)).toEqual(['bad-signature'])
  })

  it('CMS-02 attributes that are sent in other octets than those signed are refused', () => {
    const attributes = required()
    const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = attributes
    const indefinite = Buffer.concat([Buffer.of(0x30, 0x80), first.subarray(2), Buffer.of(0, 0)])
    expect(openHandMade({ attributes }).signature.status).toBe('valid')
    for (const sent of [der.context(0, indefinite, second), der.context(0, second, first)])
      expect(openHandMade({ attributes, sentAttributes: sent }).signature.status).toBe('invalid')
  })
})

describe('CMS-03 contentType and messageDigest', () => {
  it('CMS-03 contentType and messageDigest exactly once, with one value, in what we make', () => {
    const { attributes } = onlySigner(cmsOf(signed(alva, { form: 'opaque' })))
    const [contentType, ...moreTypes] = attributes.get(Oid.contentType) ?? []
    const [digest, ...moreDigests] = attributes.get(Oid.messageDigest) ?? []
    expect([...moreTypes, ...moreDigests]).toEqual([])
    expect(oid(contentType, 'contentType')).toBe(Oid.data)
    expect(octets(digest, 'messageDigest')).toEqual(createHash('sha256').update(text).digest())
  })

  it.each<[string, () => Buffer[], string]>([
    ['no contentType', () => [digestAttribute(text)], 'missing-attribute'],
    ['no messageDigest', () => [contentTypeAttribute], 'missing-attribute'],
    ['contentType twice', () => [contentTypeAttribute, ...required()], 'duplicate-attribute'],
    ['messageDigest twice', () => [...required(), digestAttribute(text)], 'duplicate-attribute'],
    [
      'contentType with two values',
      () => [attribute(Oid.contentType, der.oid(Oid.data), der.oid(Oid.data)), digestAttribute(text)],
      'attribute-values',
    ],
    ['messageDigest without a value', () => [contentTypeAttribute, attribute(Oid.messageDigest)], 'attribute-values'],
  ])('CMS-03 %s is refused', (_, attributes, code) => {
    const opened = openHandMade({ attributes: attributes() })
    expect(opened.signature.status).toBe('invalid')
    expect(reasonCodes(opened)).toEqual([code])
  })
})

describe('CMS-04 attributes against content', () => {
  it('CMS-04 a contentType that is not the eContentType is refused', () => {
    const opened = openHandMade({
      attributes: [attribute(Oid.contentType, der.oid(Oid.signedData)), digestAttribute(text)],
    })
    expect(reasonCodes(opened)).toEqual(['content-type-mismatch'])
  })

  it('CMS-04 the digest is computed again, not believed', () => {
    const other = Buffer.from('Content-Type: text/plain\r\n\r\nI disagree.\r\n')
    expect(reasonCodes(openHandMade({ attributes: [contentTypeAttribute, digestAttribute(other)] }))).toEqual([
      'digest-mismatch',
    ])
    const swapped = world.open(opaqueMessage(handMadeSignature(alvaEc, text, { eContent: der.octetString(other) })))
    expect(reasonCodes(swapped)).toEqual(['digest-mismatch'])
    const changed = world.open(edited(toMessage(headers, signed(alva)), 'aus dem', 'aus den'))
    expect(reasonCodes(changed)).toEqual(['digest-mismatch'])
  })
})

describe('CMS-05 nobody signed', () => {
  const withoutSigners = (content: Buffer | undefined): Buffer => {
    const eContent = content === undefined ? [] : [der.context(0, der.octetString(content))]
    const body = der.sequence(
      ...[der.integer(1), der.setOf(), der.sequence(der.oid(Oid.data), ...eContent)],
      ...[der.context(0, alva.certificate.der), der.setOf()],
    )
    return der.sequence(der.oid(Oid.signedData), der.context(0, body))
  }

  it('CMS-05 is never made', () => {
    expect(() => sign(text, { signers: [], detached: true, signingTime: now })).toThrow(
      expect.objectContaining({ code: 'signer-missing' }),
    )
  })

  it('CMS-05 is not "signed", opaque or clear', () => {
    for (const message of [opaqueMessage(withoutSigners(text)), clearMessage(text, withoutSigners(undefined))]) {
      const opened = world.open(message)
      expect(opened.signature).toEqual({ status: 'unsigned', signers: [] })
    }
  })
})

describe('CMS-06 several signers', () => {
  it('CMS-06 are made, and each is told by itself', () => {
    const signers = [alva, alvaEc]
    const opened = world.open(opaqueMessage(sign(text, { signers, detached: false, signingTime: now })))
    expect(opened.signature.status).toBe('valid')
    expect(new Set(opened.signature.signers.map((each) => each.sha256))).toEqual(
      new Set(signers.map(({ certificate }) => certificate.sha256)),
    )
  })

  it('CMS-06 one that is good says nothing for another', () => {
    const cms = sign(text, { signers: [alva, world.stranger], detached: false, signingTime: now })
    const { status, signers } = world.open(opaqueMessage(cms)).signature
    expect(status).not.toBe('valid')
    expect(signers.map((each) => each.status).sort()).toEqual(['untrusted', 'valid'])
  })
})

it('CMS-13 certificates shuffled, doubled and of strangers, and lists nobody asked for, cost nothing', async () => {
  const { authority, root } = world.people
  const list = await authority.crl(now)
  const certificates = [root.der, world.eve.certificate.der, alva.certificate.der, alvaEc.certificate.der]
  for (const set of [certificates, [...certificates].reverse(), [...certificates, ...certificates]])
    expect(openHandMade({ certificates: set, revocation: [list.der, list.der] }).signature).toMatchObject({
      status: 'valid',
      signers: [{ sha256: alvaEc.certificate.sha256 }],
    })
})

describe('CMS-14 algorithms agree', () => {
  it.each(['sha256', 'sha384', 'sha512'] as const)('CMS-14 in what we make with %s', (digest) => {
    const ours = signedParts(cmsOf(signed(alvaEc, { digest })))
    const names = { sha256: Oid.ecdsaWithSha256, sha384: Oid.ecdsaWithSha384, sha512: Oid.ecdsaWithSha512 }
    expect(ours.digests).toEqual([Oid[digest]])
    expect(ours.signers).toMatchObject([{ digest: Oid[digest], signatureAlgorithm: { oid: names[digest] } }])
  })

  it('CMS-14 a digest unlike that of the signature is refused', () => {
    const opened = openHandMade({
      digestAlgorithm: algorithm(Oid.sha512),
      attributes: [contentTypeAttribute, digestAttribute(text, 'sha512')],
    })
    expect(reasonCodes(opened)).toEqual(['algorithm-mismatch'])
  })

  it('CMS-14 CMSAlgorithmProtection may stand, and must fit', () => {
    const protection = (digest: string): Buffer =>
      attribute(
        Oid.cmsAlgorithmProtection,
        der.sequence(algorithm(digest), der.context(1, der.oid(Oid.ecdsaWithSha256))),
      )
    expect(reasonCodes(openHandMade({ attributes: [...required(), protection(Oid.sha256)] }))).toEqual([])
    expect(reasonCodes(openHandMade({ attributes: [...required(), protection(Oid.sha1)] }))).toEqual([
      'algorithm-mismatch',
    ])
  })
})

describe('CMS-22 PSS parameters', () => {
  const pss = (choices: { hash: string; salt: number; trailer?: number; mask?: string }): OpenedMessage => {
    const hash = (dotted: string) => algorithm(dotted, der.nullValue())
    const parameters = der.sequence(
      der.context(0, hash(choices.hash)),
      der.context(1, algorithm(Oid.mgf1, hash(choices.mask ?? choices.hash))),
      der.context(2, der.integer(choices.salt)),
      ...(choices.trailer === undefined ? [] : [der.context(3, der.integer(choices.trailer))]),
    )
    return openHandMade(
      {
        signatureAlgorithm: algorithm(Oid.rsassaPss, parameters),
        makeSignature: (key, set) =>
          signBytes('sha256', set, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: choices.salt }),
      },
      alva,
    )
  }

  it('CMS-22 name the digest of the signer in what we make', () => {
    const { digest, signatureAlgorithm } = onlySigner(cmsOf(signed(alva, { pss: true, digest: 'sha384' })))
    const [hash] = sequence(signatureAlgorithm.parameters, 'RSASSA-PSS-params')
    expect(digest).toBe(Oid.sha384)
    expect(algorithmParts(hash === undefined ? undefined : children(hash)[0]).oid).toBe(Oid.sha384)
  })

  it.each([0, 20, 32, 222])('CMS-22 salt length %i is read', (salt) => {
    expect(reasonCodes(pss({ hash: Oid.sha256, salt }))).toEqual([])
    expect(reasonCodes(pss({ hash: Oid.sha256, salt, trailer: 1 }))).toEqual([])
  })

  it('CMS-22 another hash, or another trailer, is refused', () => {
    expect(reasonCodes(pss({ hash: Oid.sha512, salt: 32 }))).toEqual(['algorithm-mismatch'])
    expect(reasonCodes(pss({ hash: Oid.sha256, salt: 32, trailer: 2 }))).toEqual(['algorithm-unsupported'])
  })
})

it('CMS-23 an OCSP answer among the revocation information is read over, with the lists beside it', async () => {
  const list = await world.people.authority.crl(now)
  // id-ri-ocsp-response (RFC 5940 2.1), OCSPResponse with status tryLater.
  const ocsp = der.context(1, der.oid('1.3.6.1.5.5.7.16.2'), der.sequence(der.tlv(Tag.Enumerated, Buffer.of(3))))
  const cms = handMadeSignature(alvaEc, text, { revocation: [list.der, ocsp] })
  expect(verify(cms)).toMatchObject({ crls: [list.der], signers: [{ cryptoValid: true }] })
  expect(world.open(opaqueMessage(cms)).signature.status).toBe('valid')
})

it('CRT-02, CRT-13 what we send brings our own certificate and its issuer, and nothing but X.509', () => {
  const { authority } = world.people
  const { certificates } = signedParts(cmsOf(signed(alva, { certificates: [authority.certificate] })))
  const sent = certificates.map((each) => (isUniversal(each, Tag.Sequence) ? encoding(each) : content(each)))
  expect(certificates.every((each) => isUniversal(each, Tag.Sequence))).toBe(true)
  expect(new Set(sent.map((each) => each.toString('hex')))).toEqual(
    new Set([alva.certificate, authority.certificate].map((each) => each.der.toString('hex'))),
  )
})

it('CRT-13 PKCS#6 and attribute certificates in a message do no harm', () => {
  const junk = der.sequence(der.integer(0), der.utf8String('attribute certificate'))
  for (const tag of [0, 1, 2, 3]) {
    const odd = der.context(tag, junk)
    const opened = openHandMade({ certificates: [odd, alvaEc.certificate.der, odd] })
    expect(opened.signature).toMatchObject({ status: 'valid', signers: [{ sha256: alvaEc.certificate.sha256 }] })
  }
})
