import { beforeAll, describe, expect, test } from 'vitest'
import { Oid } from '../asn1/oid.ts'
import * as der from '../asn1/write.ts'
import { type Certificate, certificateToPem, type Identity } from '../pki/index.ts'
import { defaultCipherPolicy, encryptEntity, entityToShow, signEntity, textEntity, toMessage } from '../smime/index.ts'
import { opaqueMessage } from '../smime/requirements/testing/hand-made-message.ts'
import {
  algorithm,
  attribute,
  contentTypeAttribute,
  digestAttribute,
  handMadeSignature,
} from '../smime/requirements/testing/hand-made-signature.ts'
import { openssl } from '../smime/testing/openssl.ts'
import { createPeople, now, type PeopleWorld, pemFiles } from '../smime/testing/people.ts'
import type { Composed, Draft } from './compose.ts'
import type { Device, DeviceDescription } from './device.ts'
import { account, deviceWith, key, trust } from './testing/scripted-device.ts'

let people: PeopleWorld
let alva: Identity
let bo: Identity
let eve: Identity

beforeAll(async () => {
  people = await createPeople('device composes')
  alva = await people.enroll('alva', { key: 'rsa-2048' })
  bo = await people.enroll('bo', { key: 'rsa-2048' })
  eve = await people.enroll('eve')
})

const alvaDevice = (mail: DeviceDescription['mail'] = {}): Device =>
  deviceWith([account(true), key(alva), trust(people)], mail)
const boDevice = (mail: DeviceDescription['mail'] = {}): Device =>
  deviceWith([account(true, {}, 'bo@example.test'), key(bo), trust(people)], mail)

const directory = {
  certificatesFor: (address: string): readonly Certificate[] =>
    [alva, bo, eve].map(({ certificate }) => certificate).filter(({ emails }) => emails.includes(address)),
}

const draft: Draft = { to: ['bo@example.test'], subject: 'plans', text: 'At eight.\n', messageId: '<s@example.test>' }

function onlyMessage({ envelopes: [only, ...more] }: Composed): Buffer {
  if (only === undefined || more.length > 0) throw new Error('one envelope wanted')
  return only.message
}

const cipherOf = (message: Buffer): string | undefined => boDevice().open(message).layers[0]?.algorithms[0]

/** A signed message of Bo's that tells what Bo's mail program reads. */
function fromBo(...capabilities: string[]): Buffer {
  const content = textEntity('hello')
  const list = der.sequence(...capabilities.map((each) => algorithm(each)))
  const attributes = [
    contentTypeAttribute,
    digestAttribute(content),
    attribute(Oid.signingTime, der.time(now)),
    attribute(Oid.smimeCapabilities, list),
  ]
  const message = opaqueMessage(handMadeSignature(bo, content, { attributes })).toString('latin1')
  return Buffer.from(message.replace(/^From: .*$/m, 'From: bo@example.test'), 'latin1')
}

describe('envelopes', () => {
  test('one for all to see, one for each blind copy, one to keep', () => {
    const composed = alvaDevice().compose({ ...draft, bcc: ['eve@example.test'] }, directory)
    expect(composed.envelopes.map(({ to }) => to)).toEqual([['bo@example.test'], ['eve@example.test']])
    const opened = composed.envelopes.map(({ message }) => boDevice().open(message))
    expect(opened.map(({ outcome, cause }) => [outcome, cause])).toEqual([
      ['opened', undefined],
      ['closed', 'no-matching-key'],
    ])
    expect(opened.map(({ recipients }) => recipients.length)).toEqual([2, 1])
    expect(alvaDevice().open(composed.kept ?? Buffer.alloc(0))).toMatchObject({ outcome: 'opened' })
  })

  test('a blind recipient without a certificate is told of like any other', () => {
    expect(() => alvaDevice().compose({ ...draft, bcc: ['nobody@example.test'] }, directory)).toThrow(
      expect.objectContaining({ code: 'no-recipient-certificate' }),
    )
  })

  test('a certificate that may not encrypt is none', async () => {
    const { certificate } = await people.enroll('bo', { keyUsage: ['digitalSignature'] })
    expect(() => alvaDevice().compose(draft, { certificatesFor: () => [certificate] })).toThrow(
      expect.objectContaining({ code: 'no-recipient-certificate', message: expect.stringContaining('may encrypt') }),
    )
  })
})

describe('what was learned from mail', () => {
  test('decides the cipher', () => {
    const device = alvaDevice()
    expect(cipherOf(onlyMessage(device.compose(draft, directory)))).toBe('aes-256-cbc')
    device.open(fromBo(Oid.aes128Gcm))
    expect(cipherOf(onlyMessage(device.compose(draft, directory)))).toBe('aes-128-gcm')
  })

  test('devices learn from each other', () => {
    const device = alvaDevice()
    device.open(onlyMessage(boDevice().compose({ ...draft, to: ['alva@example.test'] }, directory)))
    expect(cipherOf(onlyMessage(device.compose(draft, directory)))).toBe('aes-256-gcm')
  })

  test('refuses a recipient who reads weak ciphers only, unless the app is set to accept them', () => {
    const device = alvaDevice()
    device.open(fromBo(Oid.desEde3Cbc))
    expect(() => device.compose(draft, directory)).toThrow(
      expect.objectContaining({ code: 'weak-cipher', message: expect.stringContaining('bo@example.test') }),
    )
    const forced = alvaDevice({ ciphers: { ...defaultCipherPolicy, accepted: ['des-ede3-cbc'] } })
    forced.open(fromBo(Oid.desEde3Cbc))
    expect(cipherOf(onlyMessage(forced.compose(draft, directory)))).toBe('des-ede3-cbc')
  })

  test('teaches nothing where S/MIME is off', () => {
    const device = deviceWith([account(false), key(alva), trust(people)])
    device.open(fromBo(Oid.desEde3Cbc))
    device.userSetsUp({ smime: true })
    expect(cipherOf(onlyMessage(device.compose(draft, directory)))).toBe('aes-256-cbc')
  })

  test('decides the padding of the signature', () => {
    const signatureOf = (device: Device) =>
      boDevice().open(onlyMessage(device.compose(draft, directory))).layers[1]?.algorithms
    const device = alvaDevice()
    const before = signatureOf(device)
    device.open(fromBo(Oid.rsassaPss, Oid.aes256Cbc))
    expect([before, signatureOf(device)]).toEqual([
      ['sha256', 'rsa-v1.5-sha256'],
      ['sha256', 'rsa-pss-sha256'],
    ])
  })

  test('the preferred certificate comes along, and answers go to it', async () => {
    const encryption = await people.enroll('bo', { keyUsage: ['keyAgreement'] })
    const signing = await people.enroll('bo', { keyUsage: ['digitalSignature'] })
    const bound = { encryptionCertificate: encryption.certificate.sha256 }
    const theirs = deviceWith([account(true, bound, 'bo@example.test'), key(encryption), key(signing), trust(people)])
    const mine = alvaDevice()
    mine.open(onlyMessage(theirs.compose({ ...draft, to: ['alva@example.test'] }, directory)))
    const answer = theirs.open(onlyMessage(mine.compose(draft, directory)))
    expect(answer.openedBy?.certificate.sha256).toBe(encryption.certificate.sha256)
  })
})

describe('header protection', () => {
  test('is off as the app comes, and hides the subject where it is on', () => {
    expect(onlyMessage(alvaDevice().compose(draft, directory)).toString()).toContain('Subject: plans')
    const message = onlyMessage(alvaDevice({ headerProtection: 'baseline' }).compose(draft, directory))
    expect(message.toString()).not.toContain('plans')
    const outcome = boDevice().open(message)
    expect(outcome).toMatchObject({ outcome: 'opened', signature: { status: 'valid' }, headers: { subject: 'plans' } })
    expect(entityToShow(outcome)?.toString()).toMatch(/\r\n\r\nAt eight\.\r\n$/)
  })

  test('an answer hides what was hidden, though the app is not set to', () => {
    const mine = boDevice()
    const answers = mine.open(onlyMessage(alvaDevice({ headerProtection: 'baseline' }).compose(draft, directory)))
    const reply = { ...draft, to: ['alva@example.test'], subject: 'Re: plans', answers }
    const message = onlyMessage(mine.compose(reply, directory))
    expect(message.toString()).not.toContain('plans')
    expect(message.toString()).toContain('In-Reply-To: <s@example.test>')
    expect(alvaDevice().open(message)).toMatchObject({ outcome: 'opened', headers: { subject: 'Re: plans' } })
  })

  test('an answer to a message that hid nothing is as the app is set', () => {
    const mine = boDevice()
    const signed = signEntity(textEntity('x'), { signer: alva, form: 'clear', signingTime: now })
    const entity = encryptEntity(signed, { recipients: [bo.certificate], contentCipher: 'aes-256-cbc' })
    const headers = {
      from: 'alva@example.test',
      to: draft.to,
      subject: 'open',
      date: now,
      messageId: '<a@example.test>',
    }
    const answers = mine.open(toMessage(headers, entity))
    const reply = { ...draft, to: ['alva@example.test'], subject: 'Re: open', answers }
    expect(onlyMessage(mine.compose(reply, directory)).toString()).toContain('Subject: Re: open')
  })
})

test('OpenSSL decrypts and verifies what the app writes', () => {
  const message = onlyMessage(alvaDevice({ headerProtection: 'shy' }).compose(draft, directory))
  const decrypt = ['cms', '-decrypt', '-in', 'msg', '-recip', 'bo.pem', '-inkey', 'bo.key', '-out', 'out']
  const signed = openssl(decrypt, { msg: message, ...pemFiles('bo', bo) }).out
  const verify = ['cms', '-verify', '-in', 'msg', '-CAfile', 'ca', '-attime', `${now.getTime() / 1000}`, '-out', 'out']
  const verified = openssl(verify, { msg: signed, ca: certificateToPem(people.root) })
  expect(verified).toMatchObject({ ok: true, out: boDevice().open(message).content?.bytes })
})
