import { beforeAll, describe, expect, test } from 'vitest'
import type { Identity } from '../pki/index.ts'
import { encryptEntity, type SealedEnvelope, signEntity, textEntity, toMessage } from '../smime/index.ts'
import { createPeople, now, type PeopleWorld } from '../smime/testing/people.ts'
import { account, type Change, deviceWith, key, provenance, trust } from './testing/scripted-device.ts'

let people: PeopleWorld
let alva: Identity
let older: Identity
let bo: Identity

beforeAll(async () => {
  people = await createPeople('device')
  older = await people.enroll('alva', { notBefore: new Date('2021-01-01T00:00:00Z') })
  alva = await people.enroll('alva', { notBefore: new Date('2025-01-01T00:00:00Z') })
  bo = await people.enroll('bo')
})

function encryptedTo(...recipients: Identity[]): Buffer {
  const entity = encryptEntity(textEntity('hello'), {
    recipients: recipients.map((each) => each.certificate),
    contentCipher: 'aes-256-gcm',
  })
  return toMessage(
    { from: 'bo@example.test', to: ['alva@example.test'], subject: 'x', date: now, messageId: '<x@example.test>' },
    entity,
  )
}

describe('opening', () => {
  test('with a current and with a historical key', () => {
    const device = deviceWith([account(true), key(alva), key(older)])
    expect(device.open(encryptedTo(alva)).openedBy?.certificate.sha256).toBe(alva.certificate.sha256)
    expect(device.open(encryptedTo(older)).openedBy?.certificate.sha256).toBe(older.certificate.sha256)
  })

  test.each([
    ['no account', () => deviceWith([key(alva)]), 'no-account'],
    ['S/MIME off', () => deviceWith([account(false), key(alva)]), 'smime-off'],
    [
      'a key that another app was granted',
      () => deviceWith([account(true), key(alva, ['vpn.app'])]),
      'key-not-accessible',
    ],
    [
      'a key that was there once',
      () => deviceWith([account(true), key(alva), (draft) => draft.keys.clear()]),
      'key-removed',
    ],
    ['never a key', () => deviceWith([account(true), key(bo)]), 'no-matching-key'],
  ])('%s keeps it closed, and nothing of the content is shown', (_, make, cause) => {
    const outcome = make().open(encryptedTo(alva))
    expect([outcome.outcome, outcome.cause, outcome.content]).toEqual(['closed', cause, undefined])
  })

  test('mail that is not encrypted needs no key, but an account', () => {
    const plain = toMessage(
      { from: 'bo@example.test', to: ['alva@example.test'], subject: 'x', date: now, messageId: '<x@example.test>' },
      textEntity('hello'),
    )
    expect(deviceWith([account(false)]).open(plain).outcome).toBe('clear')
    expect(deviceWith([]).open(plain).cause).toBe('no-account')
  })

  test('only delivered roots are trusted', () => {
    const signed = toMessage(
      { from: 'bo@example.test', to: ['alva@example.test'], subject: 'x', date: now, messageId: '<x@example.test>' },
      signEntity(textEntity('hello'), {
        signer: bo,
        certificates: [...people.authority.chain],
        form: 'clear',
        signingTime: now,
      }),
    )
    const trusting: Change = (draft) =>
      void draft.certificates.set('root', { certificate: people.root, trust: 'anchor', provenance })
    expect(deviceWith([account(true)]).open(signed).signature.status).toBe('untrusted')
    expect(deviceWith([account(true), trusting]).open(signed).signature.status).toBe('valid')
  })
})

function onlyMessage([only, ...more]: readonly SealedEnvelope[]): Buffer {
  if (only === undefined || more.length > 0) throw new Error('one envelope wanted')
  return only.message
}

describe('composing', () => {
  const draft = { to: ['bo@example.test'], subject: 's', text: 't\n', messageId: '<s@example.test>' }
  const directory = { certificatesFor: (address: string) => (address === 'bo@example.test' ? [bo.certificate] : []) }

  test('signs with the newest key for the address, and the sender can read their own copy', () => {
    const device = deviceWith([account(true), key(older), key(alva), trust(people)])
    const { envelopes, kept, from } = device.compose(draft, directory)
    expect([from, envelopes.map(({ to }) => to)]).toEqual(['alva@example.test', [['bo@example.test']]])
    const bytes = onlyMessage(envelopes)
    expect(kept).toEqual(bytes)
    const own = device.open(bytes)
    expect([own.outcome, own.signature.status]).toEqual(['opened', 'valid'])
    expect(own.signature.signers[0]?.sha256).toBe(alva.certificate.sha256)
    expect(deviceWith([account(true), key(bo)]).open(bytes).outcome).toBe('opened')
  })

  test('the profile decides where it binds a certificate', () => {
    const device = deviceWith([account(true, { signingCertificate: older.certificate.sha256 }), key(older), key(alva)])
    const message = onlyMessage(device.compose(draft, directory).envelopes)
    expect(device.open(message).signature.signers[0]?.sha256).toBe(older.certificate.sha256)
  })

  test.each([
    [
      'nobody is found in the directory',
      { to: ['eve@example.test'] },
      [account(true), () => key(alva)],
      'no-recipient-certificate',
    ],
    ['there is no signing key', {}, [account(true)], 'no-signing-key'],
    ['S/MIME is off', {}, [account(false)], 'smime-off'],
    ['there is no account', {}, [], 'no-account'],
  ])('fails rather than sends in the clear when %s', (_, more, changes, code) => {
    const device = deviceWith(changes as Change[])
    expect(() => device.compose({ ...draft, ...more }, directory)).toThrowError(expect.objectContaining({ code }))
  })
})

test('a change that throws leaves the stores as they were', () => {
  const device = deviceWith([account(true), key(alva)])
  expect(() =>
    device.stores.change((draft) => {
      draft.keys.clear()
      draft.accounts.clear()
      throw new Error('no')
    }),
  ).toThrow('no')
  expect([device.stores.keys.size, device.stores.accounts.size]).toEqual([1, 1])
})

test('what the user sets up never replaces an account that was delivered', () => {
  const device = deviceWith([account(false)])
  device.userSetsUp({ mailAccount: { address: 'private@example.test', host: 'h' }, smime: true })
  expect([...device.stores.accounts.values()].map((each) => [each.address, each.smime.enabled])).toEqual([
    ['alva@example.test', true],
  ])
})
