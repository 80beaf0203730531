/** What correspondents tell of themselves (RFC 8551 2.5.2, 2.5.3), and what a sender makes of it (2.7.1). */
import { beforeAll, describe, expect, it } from 'vitest'
import { Oid } from '../../asn1/oid.ts'
import * as der from '../../asn1/write.ts'
import type { Certificate, Identity } from '../../pki/index.ts'
import { type ContentCipher, cipherOf, sign } from '../cms/index.ts'
import { encryptEntity, toMessage } from '../compose.ts'
import { Correspondents, chooseCertificate } from '../correspondents.ts'
import {
  certificateCapabilities,
  chooseContentCipher,
  defaultCipherPolicy,
  everyoneReadsPss,
} from '../recipient-algorithms.ts'
import { type Correspondence, createCorrespondence, headers, signed, text } from '../testing/correspondence.ts'
import { createPeople, now } from '../testing/people.ts'
import { algorithmParts, cmsOf, envelopeParts } from './testing/cms-parts.ts'
import { opaqueMessage } from './testing/hand-made-message.ts'
import {
  algorithm,
  attribute,
  contentTypeAttribute,
  digestAttribute,
  handMadeSignature,
} from './testing/hand-made-signature.ts'

let world: Correspondence
/** Alva's two certificates: one signs, the other is to encrypt to. */
let signer: Identity
let encryption: Certificate
let older: Certificate

const day = 24 * 60 * 60 * 1000
const at = (days: number): Date => new Date(now.getTime() + days * day)

beforeAll(async () => {
  world = await createCorrespondence('requirements on capabilities')
  signer = await world.people.enroll('alva', { keyUsage: ['digitalSignature'] })
  const keyUsage = ['keyAgreement'] as const
  older = (await world.people.enroll('alva', { keyUsage, notBefore: new Date('2022-01-01T00:00:00Z') })).certificate
  encryption = (await world.people.enroll('alva', { keyUsage, notBefore: new Date('2025-01-01T00:00:00Z') }))
    .certificate
})

const trust = () => ({ anchors: [world.people.root], intermediates: [world.people.authority.certificate], at: now })

/** A correspondent's message, whose signature names its capabilities as `oids` and its preference. */
function told(
  oids: readonly string[],
  { signingTime = now, by = signer, preferred }: { signingTime?: Date; by?: Identity; preferred?: Certificate } = {},
): Buffer {
  const attributes = [
    contentTypeAttribute,
    digestAttribute(text),
    attribute(Oid.signingTime, der.time(signingTime)),
    attribute(Oid.smimeCapabilities, der.sequence(...oids.map((each) => algorithm(each)))),
    ...(preferred === undefined
      ? []
      : [attribute(Oid.encryptionKeyPreference, der.context(0, preferred.issuer, der.tlv(2, preferred.serial)))]),
  ]
  const certificates = [by.certificate, ...(preferred === undefined ? [] : [preferred])].map((each) => each.der)
  return opaqueMessage(handMadeSignature(by, text, { attributes, certificates }))
}

function learned(...messages: Buffer[]): Correspondents {
  const correspondents = new Correspondents()
  for (const each of messages) correspondents.learn(world.open(each), trust())
  return correspondents
}

const alvas = (correspondents: Correspondents) => correspondents.find('ALVA@example.test')

describe('MSG-12 what is kept', () => {
  it('MSG-12 capabilities and preference of a valid signature', () => {
    const known = alvas(
      learned(toMessage(headers, signed(signer, { encryptionCertificate: encryption, certificates: [encryption] }))),
    )
    expect(known?.capabilities).toContain(Oid.aes256Gcm)
    expect(known).toMatchObject({ signedAt: now, certificates: [{ sha256: encryption.sha256 }] })
  })

  it('MSG-12 of the newest message, in whatever order they are read', () => {
    const early = told([Oid.aes128Cbc], { signingTime: at(-10), preferred: older })
    const late = told([Oid.aes256Cbc], { signingTime: at(-1), preferred: encryption })
    for (const order of [
      [early, late],
      [late, early],
    ])
      expect(alvas(learned(...order))).toMatchObject({
        capabilities: [Oid.aes256Cbc],
        certificates: [{ sha256: encryption.sha256 }],
      })
  })

  it('MSG-12, MSG-18 nothing of a signature that is broken, untrusted, or whose signer is somebody else', () => {
    const broken = Buffer.from(told([Oid.rc2Cbc]))
    broken.writeUInt8(broken.readUInt8(broken.length - 20) === 0x41 ? 0x42 : 0x41, broken.length - 20)
    expect(world.open(broken).signature.status).not.toBe('valid')
    const byStranger = told([Oid.rc2Cbc], { by: world.stranger })
    const byEve = told([Oid.rc2Cbc], { by: world.eve })
    const correspondents = learned(broken, byStranger, byEve)
    expect(alvas(correspondents)).toBeUndefined()
    expect(correspondents.find('eve@example.test')).toBeUndefined()
  })

  it('MSG-12, MSG-18 nothing signed far in the future, or at no time', () => {
    expect(alvas(learned(told([Oid.aes128Cbc], { signingTime: at(30) })))).toBeUndefined()
    expect(alvas(learned(told([Oid.aes128Cbc], { signingTime: at(0.5) })))).toBeDefined()
    const timeless = handMadeSignature(signer, text)
    expect(alvas(learned(opaqueMessage(timeless)))).toBeUndefined()
  })

  it('MSG-12 nothing of a certificate that has run out since: its key may be in other hands', async () => {
    const past = await world.people.enroll('alva', { notAfter: at(-100) })
    const message = told([Oid.aes128Cbc], { by: past, signingTime: at(-200) })
    expect(world.open(message).signature.status).toBe('valid')
    expect(alvas(learned(message))).toBeUndefined()
  })

  it('MSG-12 nothing of a message that stays closed', () => {
    const entity = encryptEntity(signed(signer), { recipients: [world.eve.certificate], contentCipher: 'aes-256-gcm' })
    expect(alvas(learned(toMessage(headers, entity)))).toBeUndefined()
  })
})

describe('MSG-13 the certificate to encrypt to', () => {
  it('MSG-13 the preferred one, also where the directory has a newer one', async () => {
    const newest = (await world.people.enroll('alva', { notBefore: new Date('2026-01-01T00:00:00Z') })).certificate
    const known = alvas(learned(told([], { preferred: older })))
    expect(chooseCertificate(known, [encryption, newest], now)?.sha256).toBe(older.sha256)
  })

  it('MSG-13 the preferred one out of the directory, where the message did not bring it', () => {
    const cms = sign(text, { signers: [signer], detached: false, signingTime: now, encryptionCertificate: older })
    const known = alvas(learned(opaqueMessage(cms)))
    expect(known?.certificates).toEqual([])
    expect(chooseCertificate(known, [encryption, older], now)?.sha256).toBe(older.sha256)
  })

  it('MSG-13 without a preference one of the same subject that may encrypt', () => {
    const cms = sign(text, { signers: [signer], certificates: [encryption], detached: false, signingTime: now })
    const known = alvas(learned(opaqueMessage(cms)))
    expect(chooseCertificate(known, [], now)?.sha256).toBe(encryption.sha256)
  })

  it('MSG-13 of several the newest that is valid and may encrypt', async () => {
    const future = (await world.people.enroll('alva', { notBefore: at(10) })).certificate
    const past = (await world.people.enroll('alva', { notBefore: at(-20), notAfter: at(-10) })).certificate
    const directory = [older, signer.certificate, future, encryption, past]
    expect(chooseCertificate(undefined, directory, now)?.sha256).toBe(encryption.sha256)
    expect(chooseCertificate(undefined, [signer.certificate, past], now)).toBeUndefined()
  })

  it('MSG-13 no preference holds that has run out', async () => {
    const brief = (await world.people.enroll('alva', { notAfter: at(5), keyUsage: ['keyAgreement'] })).certificate
    const known = alvas(learned(told([], { preferred: brief })))
    expect(chooseCertificate(known, [older], now)?.sha256).toBe(brief.sha256)
    expect(chooseCertificate(known, [older], at(6))?.sha256).toBe(older.sha256)
  })

  it("MSG-13 somebody else's certificate is not taken for theirs, whatever the signer prefers", () => {
    const known = alvas(learned(told([], { preferred: world.eve.certificate })))
    expect(known).toMatchObject({ certificates: [] })
    expect(chooseCertificate(known, [encryption], now)?.sha256).toBe(encryption.sha256)
  })

  it('MSG-13 certificates slipped into a message are not believed: no signature covers them', async () => {
    // Same names, same serial numbers, another authority: all that an attacker on the way can make.
    const elsewhere = await createPeople('an attacker')
    const slipped: Certificate[] = []
    while (slipped.at(-1)?.serialHex !== encryption.serialHex)
      slipped.push((await elsewhere.enroll('alva', { keyUsage: ['keyAgreement'] })).certificate)
    const fake = slipped.at(-1)
    if (fake === undefined) throw new Error('a certificate wanted')
    const attributes = [
      contentTypeAttribute,
      digestAttribute(text),
      attribute(Oid.signingTime, der.time(now)),
      attribute(Oid.encryptionKeyPreference, der.context(0, encryption.issuer, der.tlv(2, encryption.serial))),
    ]
    const certificates = [signer.certificate.der, fake.der]
    const message = opaqueMessage(handMadeSignature(signer, text, { attributes, certificates }))
    expect(world.open(message).signature.status).toBe('valid')
    const known = alvas(learned(message))
    expect(known?.encryptionKeyPreference).toBeDefined()
    expect(known?.certificates).toEqual([])
    const byName = sign(text, { signers: [signer], certificates: [fake], detached: false, signingTime: at(-1) })
    expect(alvas(learned(opaqueMessage(byName)))?.certificates).toEqual([])
  })
})

const bo = (...capabilities: string[]) => ({ address: 'bo@example.test', capabilities })
const eve = (...capabilities: string[]) => ({ address: 'eve@example.test', capabilities })
const stranger = { address: 'new@example.test', capabilities: undefined }

describe('MSG-16 known capabilities', () => {
  it.each([
    [[Oid.aes128Cbc], 'aes-128-cbc'],
    [[Oid.aes128Cbc, Oid.aes256Cbc], 'aes-128-cbc'],
    [[Oid.aes256Gcm, Oid.aes128Cbc], 'aes-256-gcm'],
    [['1.3.6.1.4.1.99999.7', Oid.aes256Wrap, Oid.aes192Cbc], 'aes-192-cbc'],
    [[Oid.chaCha20Poly1305], 'chacha20-poly1305'],
  ])('MSG-16 %j: the first that we can do', (capabilities, cipher) => {
    expect(chooseContentCipher([bo(...capabilities)])).toBe(cipher)
  })

  it('MSG-16, MSG-05 as told in a signature, and the key wrap is as strong', () => {
    const known = alvas(learned(told([Oid.aes128Cbc])))
    const contentCipher = chooseContentCipher([{ address: 'alva@example.test', capabilities: known?.capabilities }])
    const { cipher, recipients } = envelopeParts(
      cmsOf(encryptEntity(text, { recipients: [encryption], contentCipher })),
    )
    expect(cipher.oid).toBe(Oid.aes128Cbc)
    expect(recipients.map(({ algorithm: { parameters } }) => algorithmParts(parameters).oid)).toEqual([Oid.aes128Wrap])
  })

  it('MSG-16 of the certificate, where its holder never wrote (RFC 4262)', async () => {
    const value = der.sequence(algorithm(Oid.aes128Gcm), algorithm(Oid.aes128Cbc))
    const extension = { oid: Oid.smimeCapabilities, critical: false, value }
    const { certificate } = await world.people.enroll('bo', { extensions: [extension] })
    expect(certificateCapabilities(certificate)).toEqual([Oid.aes128Gcm, Oid.aes128Cbc])
    expect(certificateCapabilities(encryption)).toBeUndefined()
    const garbled = { ...extension, value: Buffer.from('garbage') }
    const broken = await world.people.enroll('bo', { extensions: [garbled] })
    expect(certificateCapabilities(broken.certificate)).toBeUndefined()
  })

  it('MSG-16 what we tell of ourselves, we open', () => {
    const known = alvas(learned(toMessage(headers, signed(signer))))
    for (const each of known?.capabilities ?? []) {
      const accepted = [cipherOf(each)?.name as ContentCipher]
      const contentCipher = chooseContentCipher([bo(each)], { ...defaultCipherPolicy, accepted })
      const entity = encryptEntity(text, { recipients: [world.bo.certificate], contentCipher })
      expect(world.open(toMessage(headers, entity))).toMatchObject({ outcome: 'opened', content: { bytes: text } })
    }
    expect(known?.capabilities?.length).toBeGreaterThan(3)
  })
})

describe('MSG-17 unknown recipients', () => {
  it('MSG-17 AES-256-GCM as RFC 8551 asks, or what Apple Mail and Outlook open', () => {
    expect(chooseContentCipher([stranger], { ...defaultCipherPolicy, unknown: 'rfc8551' })).toBe('aes-256-gcm')
    expect(chooseContentCipher([stranger])).toBe('aes-256-cbc')
  })

  it('MSG-17 AES-128-CBC where the better ones are not wanted', () => {
    const accepted: readonly ContentCipher[] = ['aes-128-cbc']
    expect(chooseContentCipher([stranger], { accepted, unknown: 'rfc8551' })).toBe('aes-128-cbc')
    expect(chooseContentCipher([stranger], { accepted, unknown: 'interoperable' })).toBe('aes-128-cbc')
  })

  it('MSG-17 a list without any content cipher tells nothing', () => {
    expect(chooseContentCipher([bo(Oid.sha256WithRsa)])).toBe('aes-256-cbc')
    expect(chooseContentCipher([bo()])).toBe('aes-256-cbc')
  })

  it('MSG-17 RSASSA-PSS is for those who are known to read it', () => {
    expect(everyoneReadsPss([bo(Oid.rsassaPss, Oid.aes128Cbc)])).toBe(true)
    expect(everyoneReadsPss([bo(Oid.rsassaPss), eve(Oid.aes128Cbc)])).toBe(false)
    expect(everyoneReadsPss([bo(Oid.rsassaPss), stranger])).toBe(false)
    expect(everyoneReadsPss([])).toBe(false)
  })
})

describe('MSG-18 weak ciphers', () => {
  it.each([[[Oid.rc2Cbc]], [[Oid.desCbc]], [[Oid.desEde3Cbc]], [[Oid.rc2Cbc, Oid.desCbc, Oid.desEde3Cbc]]])(
    'MSG-18 %j is refused, and the recipient is named',
    (capabilities) => {
      const choose = () => chooseContentCipher([eve(Oid.aes256Cbc), bo(...capabilities)])
      expect(choose).toThrow(expect.objectContaining({ code: 'weak-cipher' }))
      expect(choose).toThrow('bo@example.test')
    },
  )

  it('MSG-18 a weak one in first place is passed over', () => {
    expect(chooseContentCipher([bo(Oid.rc2Cbc, Oid.desEde3Cbc, Oid.aes128Cbc)])).toBe('aes-128-cbc')
  })

  it('MSG-18 the policy decides what is weak', () => {
    const accepted: readonly ContentCipher[] = ['aes-256-cbc', 'des-ede3-cbc']
    expect(chooseContentCipher([bo(Oid.desEde3Cbc)], { ...defaultCipherPolicy, accepted })).toBe('des-ede3-cbc')
    const strict = { ...defaultCipherPolicy, accepted: ['aes-256-gcm'] as const }
    expect(() => chooseContentCipher([bo(Oid.aes256Cbc)], strict)).toThrow(
      expect.objectContaining({ code: 'weak-cipher' }),
    )
  })
})

describe('MSG-19 one strength', () => {
  it.each([
    [
      'one reads less than the other',
      [bo(Oid.aes256Gcm, Oid.aes256Cbc, Oid.aes128Cbc), eve(Oid.aes128Cbc)],
      'aes-128-cbc',
    ],
    ['both read two', [bo(Oid.aes256Cbc, Oid.aes128Cbc), eve(Oid.aes128Cbc, Oid.aes256Cbc)], 'aes-256-cbc'],
    ['both prefer the same', [bo(Oid.aes128Gcm, Oid.aes256Gcm), eve(Oid.aes128Gcm, Oid.aes256Gcm)], 'aes-128-gcm'],
    ['one is unknown', [bo(Oid.aes256Gcm, Oid.aes256Cbc), stranger], 'aes-256-cbc'],
    ['nothing in common, but both read AES', [bo(Oid.aes256Cbc), eve(Oid.aes256Gcm)], 'aes-128-cbc'],
  ])('MSG-19 %s', (_, recipients, cipher) => {
    expect(chooseContentCipher(recipients)).toBe(cipher)
    expect(chooseContentCipher([...recipients].reverse())).toBe(cipher)
  })

  it('MSG-19 a weak recipient makes no weak copy for anyone', () => {
    const choose = () => chooseContentCipher([bo(Oid.aes256Gcm), eve(Oid.rc2Cbc)])
    expect(choose).toThrow(expect.objectContaining({ code: 'weak-cipher' }))
  })

  it('MSG-19 two that nothing serves are told, not sent two strengths', () => {
    const choose = () => chooseContentCipher([bo(Oid.chaCha20Poly1305), eve(Oid.aes256Cbc)])
    expect(choose).toThrow(expect.objectContaining({ code: 'no-common-cipher' }))
  })

  it('MSG-19 every recipient info of a message wraps the same key', () => {
    const recipients = [encryption, world.bo.certificate, world.boRsa.certificate]
    const { recipients: infos, cipher } = envelopeParts(
      cmsOf(encryptEntity(text, { recipients, contentCipher: 'aes-256-cbc' })),
    )
    expect([infos.length, cipher.oid]).toEqual([3, Oid.aes256Cbc])
  })
})
