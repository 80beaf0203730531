import { beforeAll, describe, expect, test } from 'vitest'
import type { Delivery } from '../delivery/delivery.ts'
import type { Identity } from '../pki/index.ts'
import { encryptEntity, signEntity, textEntity, toMessage } from '../smime/index.ts'
import { createPeople, now, type PeopleWorld } from '../smime/testing/people.ts'
import { Device } from './device.ts'
import type { Platform } from './platform.ts'
import type { HeldKey, MailAccount, StoreContents } from './stores.ts'

const app = 'mail.app'
const provenance = { delivery: 'test', payload: 'test', at: now }
const nothing: Delivery = {
  id: 'd',
  profile: 'p',
  mediaType: 'application/x-apple-aspen-config',
  channel: 'user',
  bytes: Buffer.alloc(0),
}

/** A platform that does to the stores what the test says. */
function platform(change: (draft: StoreContents) => void): Platform {
  return {
    family: 'ios',
    mediaType: 'application/x-apple-aspen-config',
    mailApp: app,
    install(stores, delivery) {
      stores.change(change)
      return {
        delivery: delivery.id,
        accepted: true,
        native: { kind: 'apple', status: 'Acknowledged', errorChain: [] },
        installed: [],
        reasons: [],
      }
    },
  }
}

function deviceWith(...changes: ((draft: StoreContents) => void)[]): Device {
  const device = new Device(
    { id: 'd', platform: platform((draft) => changes.shift()?.(draft)), osVersion: '18' },
    () => now,
  )
  for (let left = changes.length; left > 0; left--) device.install(nothing)
  return device
}

const key =
  (identity: Identity, access: HeldKey['access'] = 'all') =>
  (draft: StoreContents) =>
    void draft.keys.set(identity.certificate.sha256, { ...identity, provenance, access })
const account =
  (enabled: boolean, bound: Partial<MailAccount['smime']> = {}) =>
  (draft: StoreContents) =>
    void draft.accounts.set('alva@example.test', {
      address: 'alva@example.test',
      host: 'mail.example.test',
      smime: { enabled, ...bound },
      provenance,
    })

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
    const device = deviceWith(account(true), key(alva), key(older))
    expect(device.open(encryptedTo(alva)).openedBy?.certificate.sha256).toBe(alva.certificate.sha256)
    expect(device.open(encryptedTo(older)).openedBy?.certificate.sha256).toBe(older.certificate.sha256)
  })

  test.each([
    ['no account', () => deviceWith(key(alva)), 'no-account'],
    ['S/MIME off', () => deviceWith(account(false), key(alva)), 'smime-off'],
    [
      'a key that another app was granted',
      () => deviceWith(account(true), key(alva, ['vpn.app'])),
      'key-not-accessible',
    ],
    [
      'a key that was there once',
      () => deviceWith(account(true), key(alva), (draft) => draft.keys.clear()),
      'key-removed',
    ],
    ['never a key', () => deviceWith(account(true), key(bo)), 'no-matching-key'],
  ])('%s keeps it closed, and nothing of the content is shown', (_, make, cause) => {
    const outcome = make().open(encryptedTo(alva))
    expect([outcome.outcome, outcome.cause, outcome.content]).toEqual(['closed', cause, undefined])
  })

  test('mail that is not encrypted needs no key, but an account', () => {
    const plain = toMessage(
      { from: 'bo@example.test', to: ['alva@example.test'], subject: 'x', date: now, messageId: '<x@example.test>' },
      textEntity('hello'),
    )
    expect(deviceWith(account(false)).open(plain).outcome).toBe('clear')
    expect(deviceWith().open(plain).cause).toBe('no-account')
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
    const trusting = (draft: StoreContents): void =>
      void draft.certificates.set('root', { certificate: people.root, trust: 'anchor', provenance })
    expect(deviceWith(account(true)).open(signed).signature.status).toBe('untrusted')
    expect(deviceWith(account(true), trusting).open(signed).signature.status).toBe('valid')
  })
})

describe('composing', () => {
  const draft = { to: ['bo@example.test'], subject: 's', text: 't\n', messageId: '<s@example.test>' }
  const directory = { certificatesFor: (address: string) => (address === 'bo@example.test' ? [bo.certificate] : []) }

  test('signs with the newest key for the address, and the sender can read their own copy', () => {
    const device = deviceWith(
      account(true),
      key(older),
      key(alva),
      (draft) => void draft.certificates.set('root', { certificate: people.root, trust: 'anchor', provenance }),
      (draft) =>
        void draft.certificates.set('issuing', {
          certificate: people.authority.certificate,
          trust: 'intermediate',
          provenance,
        }),
    )
    const { bytes, from } = device.compose(draft, directory)
    expect(from).toBe('alva@example.test')
    const own = device.open(bytes)
    expect([own.outcome, own.signature.status]).toEqual(['opened', 'valid'])
    expect(own.signature.signers[0]?.sha256).toBe(alva.certificate.sha256)
    expect(deviceWith(account(true), key(bo)).open(bytes).outcome).toBe('opened')
  })

  test('the profile decides where it binds a certificate', () => {
    const device = deviceWith(account(true, { signingCertificate: older.certificate.sha256 }), key(older), key(alva))
    expect(device.open(device.compose(draft, directory).bytes).signature.signers[0]?.sha256).toBe(
      older.certificate.sha256,
    )
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
    const device = deviceWith(...(changes as ((draft: StoreContents) => void)[]))
    expect(() => device.compose({ ...draft, ...more }, directory)).toThrowError(expect.objectContaining({ code }))
  })
})

test('a change that throws leaves the stores as they were', () => {
  const device = deviceWith(account(true), key(alva))
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
  const device = deviceWith(account(false))
  device.userSetsUp({ mailAccount: { address: 'private@example.test', host: 'h' }, smime: true })
  expect([...device.stores.accounts.values()].map((each) => [each.address, each.smime.enabled])).toEqual([
    ['alva@example.test', true],
  ])
})
