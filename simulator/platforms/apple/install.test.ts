import { beforeAll, describe, expect, test } from 'vitest'
import { payloadUuid } from '../../delivery/mobileconfig/index.ts'
import { ios, macos, removeProfile } from './index.ts'
import {
  type Credentials,
  errorsOf,
  exchangePayload,
  fullProfile,
  identityPayload,
  makeCredentials,
  managedMailPayload,
  now,
  profileOf,
  rootPayload,
  TestDevice,
} from './testing/example-profile.ts'

let mine: Credentials
let next: Credentials

beforeAll(async () => {
  mine = await makeCredentials()
  next = await makeCredentials()
})

describe('iOS', () => {
  test('a full profile brings trust, keys and an account with S/MIME bound', () => {
    const device = new TestDevice(ios, '18.6')
    const report = device.install(fullProfile(mine))
    expect(report).toMatchObject({
      accepted: true,
      native: { kind: 'apple', status: 'Acknowledged', errorChain: [] },
      reasons: [],
    })
    expect(report.installed.map(({ kind, payload }) => [kind, payload]).sort()).toEqual(
      [
        ['certificate', payloadUuid('issuing')],
        ['identity', payloadUuid('encryption')],
        ['identity', payloadUuid('signing')],
        ['mail-account', payloadUuid('account')],
        ['trust-anchor', payloadUuid('root')],
      ].sort(),
    )
    const { keys, certificates, accounts, profiles } = device.stores
    const provenance = (name: string) => ({ delivery: 'delivery-1', payload: payloadUuid(name), at: now })
    expect([...keys.keys()].sort()).toEqual(
      [mine.signing, mine.encryption].map((each) => each.certificate.sha256).sort(),
    )
    expect(keys.get(mine.signing.certificate.sha256)).toMatchObject({
      access: 'all',
      provenance: provenance('signing'),
    })
    expect(keys.get(mine.signing.certificate.sha256)?.privateKey.equals(mine.signing.privateKey)).toBe(true)
    expect(certificates.get(mine.root.sha256)).toMatchObject({ trust: 'anchor', provenance: provenance('root') })
    expect(certificates.get(mine.issuing.sha256)).toMatchObject({ trust: 'intermediate' })
    expect(accounts.get('alva@example.com')).toEqual({
      address: 'Alva@example.com',
      host: 'mail.example.com',
      smime: {
        enabled: true,
        signingCertificate: mine.signing.certificate.sha256,
        encryptionCertificate: mine.encryption.certificate.sha256,
      },
      provenance: provenance('account'),
    })
    expect(profiles.get('com.example.mail')).toMatchObject({ key: 'com.example.mail', displayName: 'Mail' })
  })

  test('the user channel serves as well', () => {
    expect(new TestDevice(ios, '18.6').install(fullProfile(mine), 'user').accepted).toBe(true)
  })

  test('com.apple.mail.managed binds S/MIME too', () => {
    const device = new TestDevice(ios, '18.6')
    const identities = [identityPayload('signing', [mine.signing]), identityPayload('encryption', [mine.encryption])]
    expect(device.install(profileOf([...identities, managedMailPayload()])).accepted).toBe(true)
    expect(device.stores.accounts.get('alva@example.com')).toMatchObject({
      host: 'imap.example.com',
      smime: { enabled: true },
    })
  })

  test.each([
    ['no SMIME key', {}, { enabled: false }],
    ['signing off', { signingEnabled: false }, { enabled: false }],
    ['signing on', { signingEnabled: true }, { enabled: true }],
    ['the lock button', { perMessageSwitch: true }, { enabled: true }],
    ['encryption by default', { encryptByDefault: true }, { enabled: true }],
    ['an identity, signing off for good', { signingCertificateUuid: payloadUuid('signing') }, { enabled: false }],
  ])('S/MIME with %s', (_, smime, expected) => {
    const device = new TestDevice(ios, '18.6')
    device.install(profileOf([identityPayload('signing', [mine.signing]), exchangePayload({ smime })]))
    expect(device.stores.accounts.get('alva@example.com')?.smime).toEqual(expected)
  })

  test('an identity is bound where the user may switch signing on', () => {
    const device = new TestDevice(ios, '18.6')
    const smime = { signingCertificateUuid: payloadUuid('signing'), signingUserOverrideable: true }
    device.install(profileOf([identityPayload('signing', [mine.signing]), exchangePayload({ smime })]))
    expect(device.stores.accounts.get('alva@example.com')?.smime).toEqual({
      enabled: false,
      signingCertificate: mine.signing.certificate.sha256,
    })
  })
})

describe('replacing', () => {
  test('new payload UUIDs: the old keys, certificates and account go with the old payloads', () => {
    const device = new TestDevice(ios, '18.6')
    device.install(fullProfile(mine))
    const report = device.install(
      profileOf([
        { ...identityPayload('signing', [next.signing]), uuid: payloadUuid('signing', '2') },
        exchangePayload({
          uuid: payloadUuid('account', '2'),
          emailAddress: 'alva@example.org',
          smime: { signingEnabled: true, signingCertificateUuid: payloadUuid('signing', '2') },
        }),
      ]),
    )
    expect(report.accepted).toBe(true)
    expect([...device.stores.keys.keys()]).toEqual([next.signing.certificate.sha256])
    expect(device.stores.certificates.size).toBe(0)
    expect([...device.stores.accounts.keys()]).toEqual(['alva@example.org'])
    expect(device.stores.profiles.size).toBe(1)
  })

  test('the same payload UUID with another identity: updated, the old key is gone', () => {
    const device = new TestDevice(ios, '18.6')
    device.install(profileOf([identityPayload('signing', [mine.signing])]))
    device.install(profileOf([identityPayload('signing', [next.signing])]))
    expect([...device.stores.keys.keys()]).toEqual([next.signing.certificate.sha256])
  })

  test('the same profile again changes nothing but the provenance', () => {
    const device = new TestDevice(ios, '18.6')
    device.install(fullProfile(mine))
    const before = device.snapshot()
    device.install(fullProfile(mine))
    expect(device.snapshot()).not.toBe(before)
    expect(device.snapshot().replaceAll('delivery-2', 'delivery-1').length).toBe(before.length)
    expect(device.stores.keys.get(mine.signing.certificate.sha256)?.provenance.delivery).toBe('delivery-2')
  })

  test('another identifier is another profile; what both bring stays until the last of them goes', () => {
    const device = new TestDevice(ios, '18.6')
    const other = (payloads: Parameters<typeof profileOf>[0]) =>
      profileOf(payloads, { identifier: 'com.example.trust' })
    const shared = identityPayload('shared', [mine.signing])
    device.install(fullProfile(mine))
    expect(device.install(other([rootPayload(mine.root, 'root again'), shared])).accepted).toBe(true)
    device.install(profileOf([rootPayload(next.root)]))
    expect([...device.stores.certificates.keys()].sort()).toEqual([mine.root.sha256, next.root.sha256].sort())
    expect([...device.stores.keys.keys()]).toEqual([mine.signing.certificate.sha256])
    expect(device.stores.keys.get(mine.signing.certificate.sha256)?.provenance).toMatchObject({
      delivery: 'delivery-2',
      payload: shared.uuid,
    })
    device.install(other([rootPayload(next.root, 'root again')]))
    expect([...device.stores.certificates.keys()]).toEqual([next.root.sha256])
    expect(device.stores.keys.size).toBe(0)
  })

  test('removing a profile removes what it brought, and an unknown key nothing', () => {
    const device = new TestDevice(ios, '18.6')
    const empty = device.snapshot()
    device.install(fullProfile(mine))
    const full = device.snapshot()
    device.stores.change((draft) => removeProfile(draft, 'com.example.other'))
    expect(device.snapshot()).toBe(full)
    device.stores.change((draft) => removeProfile(draft, 'com.example.mail'))
    expect(device.snapshot()).toBe(empty)
  })
})

describe('macOS', () => {
  const mailProfile = () =>
    profileOf([rootPayload(mine.root), identityPayload('signing', [mine.signing]), managedMailPayload()])

  test('the user channel brings everything but S/MIME: its keys are ignored, even dangling ones', () => {
    const device = new TestDevice(macos, '15.5')
    expect(device.install(mailProfile(), 'user').accepted).toBe(true)
    expect(device.stores.accounts.get('alva@example.com')?.smime).toEqual({ enabled: false })
    expect(device.stores.keys.get(mine.signing.certificate.sha256)?.access).toBe('all')
    expect(device.stores.profiles.has('user:com.example.mail')).toBe(true)
  })

  test("a key from the device channel is out of Mail's reach until the user channel brings it too", () => {
    const device = new TestDevice(macos, '15.5')
    const profile = profileOf([identityPayload('signing', [mine.signing])])
    device.install(profile, 'device')
    expect(device.stores.keys.get(mine.signing.certificate.sha256)?.access).toEqual([])
    device.install(profile, 'user')
    expect(device.stores.keys.get(mine.signing.certificate.sha256)?.access).toBe('all')
    device.stores.change((draft) => removeProfile(draft, 'user:com.example.mail'))
    expect(device.stores.keys.get(mine.signing.certificate.sha256)?.access).toEqual([])
  })

  test("the user's S/MIME switch outlives an update of the account, not its replacement", () => {
    const device = new TestDevice(macos, '15.5')
    const switchOn = () =>
      device.stores.change(({ accounts }) => {
        for (const [key, account] of accounts) accounts.set(key, { ...account, smime: { enabled: true } })
      })
    const smime = () => device.stores.accounts.get('alva@example.com')?.smime
    device.install(mailProfile(), 'user')
    switchOn()
    device.install(mailProfile(), 'user')
    expect(smime()).toEqual({ enabled: true })
    device.install(profileOf([managedMailPayload({ uuid: payloadUuid('mail', '2') })]), 'user')
    expect(smime()).toEqual({ enabled: false })
  })

  test("a profile's account takes over one that the user made", () => {
    const device = new TestDevice(macos, '15.5')
    addHandMadeAccount(device)
    expect(device.install(mailProfile(), 'user').accepted).toBe(true)
    expect(device.stores.accounts.get('alva@example.com')).toMatchObject({
      host: 'imap.example.com',
      smime: { enabled: true },
      provenance: { payload: payloadUuid('mail') },
    })
  })
})

test('on iOS an account that the user made is in the way', () => {
  const device = new TestDevice(ios, '18.6')
  addHandMadeAccount(device)
  const before = device.snapshot()
  expect(errorsOf(device.install(fullProfile(mine)))).toEqual([
    'MCInstallationErrorDomain 4001',
    'MCEASErrorDomain 21005',
  ])
  expect(device.snapshot()).toBe(before)
})

function addHandMadeAccount(device: TestDevice): void {
  device.stores.change(({ accounts }) => {
    accounts.set('alva@example.com', {
      address: 'alva@example.com',
      host: 'old.example.com',
      smime: { enabled: true },
      provenance: { delivery: 'user', payload: 'mail settings', at: now },
    })
  })
}
