/** Enhanced security services: signing certificates (RFC 5035) and receipts (RFC 2634 2). Triple wrapping is with nesting. */
import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { Oid } from '../../asn1/oid.ts'
import { octets, sequence } from '../../asn1/read.ts'
import * as der from '../../asn1/write.ts'
import { type Identity, publicKeyOf } from '../../pki/index.ts'
import type { OpenedMessage } from '../open-message.ts'
import {
  type Correspondence,
  createCorrespondence,
  headers,
  reasonCodes,
  signed,
  text,
} from '../testing/correspondence.ts'
import { openssl } from '../testing/openssl.ts'
import { pemFiles } from '../testing/people.ts'
import { cmsOf, onlySigner } from './testing/cms-parts.ts'
import { opaqueMessage } from './testing/hand-made-message.ts'
import {
  attribute,
  contentTypeAttribute,
  digestAttribute,
  handMadeSignature,
  issuerAndSerial,
  type SignatureChoices,
} from './testing/hand-made-signature.ts'

let world: Correspondence
/** RSA and P-256, one address. */
let alva: Identity
let alvaEc: Identity

beforeAll(async () => {
  world = await createCorrespondence('requirements on ESS')
  alva = world.alva
  alvaEc = await world.people.enroll('alva')
})

const openHandMade = (choices: SignatureChoices): OpenedMessage =>
  world.open(opaqueMessage(handMadeSignature(alvaEc, text, choices)))

const required = () => [contentTypeAttribute, digestAttribute(text)]

describe('ESS-01 signing certificate', () => {
  const certificateHash = (identity: Identity) => createHash('sha256').update(identity.certificate.der).digest()
  /** SigningCertificateV2 of these ids, SHA-256 left out as the default. */
  const naming = (...identities: readonly Identity[]): Buffer =>
    der.sequence(der.sequence(...identities.map((each) => der.sequence(der.octetString(certificateHash(each))))))
  const openNaming = (...values: readonly Buffer[]): string[] =>
    reasonCodes(openHandMade({ attributes: [...required(), attribute(Oid.signingCertificateV2, ...values)] }))

  it('ESS-01 is made once, signed, and its first id is the hash of our certificate', () => {
    const [value, ...more] = onlySigner(cmsOf(signed(alva))).attributes.get(Oid.signingCertificateV2) ?? []
    const [certificates] = sequence(value, 'SigningCertificateV2')
    const [first] = sequence(certificates, 'certs')
    expect(more).toEqual([])
    expect(octets(sequence(first, 'ESSCertIDv2')[0], 'certHash')).toEqual(certificateHash(alva))
  })

  it('ESS-01 is checked: the first id must be that of the signer', () => {
    expect(openNaming(naming(alvaEc))).toEqual([])
    expect(openNaming(naming(alvaEc, alva))).toEqual([])
    expect(openNaming(naming(alva))).toEqual(['signing-certificate-mismatch'])
    expect(openNaming(naming(alva, alvaEc))).toEqual(['signing-certificate-mismatch'])
  })

  it('ESS-01 keeps another certificate for the same key from taking the place', async () => {
    const publicKey = publicKeyOf(alvaEc.certificate)
    const twin = await world.people.enroll('alva', { publicKey, subject: 'CN=alva,O=Elsewhere' })
    const choices = { attributes: [...required(), attribute(Oid.signingCertificateV2, naming(alvaEc))] }
    const swapped = { sid: issuerAndSerial(twin.certificate), certificates: [twin.certificate.der] }
    expect(reasonCodes(openHandMade({ ...choices, ...swapped }))).toEqual(['signing-certificate-mismatch'])
    expect(reasonCodes(openHandMade(swapped))).toEqual([])
  })

  it('ESS-01 twice, with two values, or unsigned fails the signature', () => {
    const good = attribute(Oid.signingCertificateV2, naming(alvaEc))
    expect(reasonCodes(openHandMade({ attributes: [...required(), good, good] }))).toEqual(['duplicate-attribute'])
    expect(openNaming(naming(alvaEc), naming(alvaEc, alva))).toEqual(['attribute-values'])
    expect(reasonCodes(openHandMade({ unsigned: [good] }))).toEqual(['misplaced-attribute'])
  })

  it('ESS-01 of OpenSSL (-cades) is read', () => {
    const args = [
      'cms',
      '-sign',
      '-cades',
      '-in',
      'msg',
      '-signer',
      'alva.pem',
      '-inkey',
      'alva.key',
      '-from',
      headers.from,
    ]
    const made = openssl([...args, '-out', 'out'], { ...pemFiles('alva', alva), msg: text })
    const cms = cmsOf(made.out)
    expect(onlySigner(cms).attributes.get(Oid.signingCertificateV2)).toHaveLength(1)
    expect(world.open(made.out).signature.status).toBe('valid')
  })
})

describe('ESS-02 receipts', () => {
  it('ESS-02 a request for a receipt changes nothing', () => {
    const request = der.sequence(
      der.octetString(Buffer.from('id')),
      der.contextPrimitive(0, Buffer.of(0)),
      der.sequence(),
    )
    const opened = openHandMade({ attributes: [...required(), attribute('1.2.840.113549.1.9.16.2.1', request)] })
    expect(opened).toMatchObject({ outcome: 'clear', signature: { status: 'valid' }, content: { bytes: text } })
  })

  it('ESS-02 a signed receipt is no message', () => {
    const receipt = '1.2.840.113549.1.9.16.1.1'
    const attributes = [attribute(Oid.contentType, der.oid(receipt)), digestAttribute(text)]
    expect(openHandMade({ contentType: receipt, attributes })).toMatchObject({
      outcome: 'closed',
      signature: { status: 'unsigned' },
    })
  })
})
