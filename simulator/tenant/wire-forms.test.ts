import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { decodeAndroidAgentBundle } from '../delivery/android-agent.ts'
import type { Delivery } from '../delivery/delivery.ts'
import { type ConfigurationProfile, decodeMobileconfig } from '../delivery/mobileconfig/index.ts'
import { decodeSyncMl, type SyncMlCommand } from '../delivery/syncml.ts'
import { readCertificates } from '../pki/certificate.ts'
import { inspectPkcs12, openPkcs12 } from '../pki/pkcs12/index.ts'
import { alva, certificate, files, issuing, makeTenant, root } from './testing/temporary-tenant.ts'

const loadWith = async (change: (folder: Awaited<ReturnType<typeof makeTenant>>) => Promise<void> = async () => {}) => {
  await using folder = await makeTenant()
  await change(folder)
  return (await folder.load()).tenant
}
const tenant = await loadWith()

const profileOf = (delivery: Delivery | undefined): ConfigurationProfile => {
  if (delivery === undefined) throw new Error('no delivery')
  expect(delivery.mediaType).toBe('application/x-apple-aspen-config')
  return decodeMobileconfig(delivery.bytes)
}

const identitiesIn = (profile: ConfigurationProfile) =>
  profile.payloads.flatMap((payload) => {
    if (payload.kind !== 'pkcs12') return []
    const { identities } = openPkcs12(payload.content, payload.password ?? '')
    return identities.map((identity) => ({ uuid: payload.uuid, sha256: identity.certificate.sha256, payload }))
  })

describe('iOS', () => {
  test('trust first, root before intermediate, one profile each; then history; the mail profile last', async () => {
    const deliveries = await tenant.deliveriesFor('alva-iphone', 'shared')
    expect(deliveries.map(({ channel }) => channel)).toEqual(deliveries.map(() => 'device'))
    const profiles = deliveries.map(profileOf)
    expect(profiles.map(({ payloads }) => payloads.map(({ kind }) => kind))).toEqual([
      ['root'],
      ['pkcs1'],
      ['pkcs12'],
      ['pkcs12'],
      ['pkcs12', 'pkcs12', 'exchange-account'],
    ])
    const [first, second] = profiles.flatMap(({ payloads }) =>
      payloads.flatMap((payload) => ('content' in payload && payload.kind !== 'pkcs12' ? [payload.content] : [])),
    )
    expect(first).toEqual(root.der)
    expect(second).toEqual(issuing.der)
    expect(new Set(profiles.map(({ identifier }) => identifier)).size).toBe(profiles.length)
    expect(profiles.every(({ organization }) => organization === 'Test')).toBe(true)
  })

  test('the mail profile carries the identities that it names: the signing one and the newest for encryption', async () => {
    const deliveries = await tenant.deliveriesFor('alva-iphone', 'shared')
    const mail = profileOf(deliveries.at(-1))
    const account = mail.payloads.find((payload) => payload.kind === 'exchange-account')
    const [signingKey] = await tenant.intendedKeys('alva-iphone', 'shared')
    const uuidOf = (sha256: string | undefined) => identitiesIn(mail).find((each) => each.sha256 === sha256)?.uuid
    expect(account).toMatchObject({
      emailAddress: alva,
      userName: 'alva@corp.example.test',
      host: 'mail.example.test',
      ssl: true,
    })
    expect(account?.smime).toEqual({
      signingEnabled: true,
      signingUserOverrideable: false,
      signingCertificateUuid: uuidOf(signingKey?.certificate.sha256),
      signingCertificateUuidUserOverrideable: false,
      encryptByDefault: false,
      encryptByDefaultUserOverrideable: false,
      encryptionCertificateUuid: uuidOf(certificate('alva-2025').sha256),
      encryptionCertificateUuidUserOverrideable: false,
      perMessageSwitch: true,
    })
    const history = deliveries.slice(2, -1).map(profileOf).flatMap(identitiesIn)
    expect(history.map(({ sha256 }) => sha256)).toEqual([
      certificate('alva-2021').sha256,
      certificate('alva-2023').sha256,
    ])
  })

  test('without requireSmime the account says nothing of S/MIME, and the identities come by themselves', async () => {
    const off = await loadWith((folder) => folder.change(files.iosMail, { requireSmime: false }))
    const profiles = (await off.deliveriesFor('alva-iphone', 'shared')).map(profileOf)
    const mail = profiles.at(-1)?.payloads
    expect(mail).toHaveLength(1)
    expect(mail?.[0]).toMatchObject({ kind: 'exchange-account', smime: {} })
    expect(profiles.flatMap(identitiesIn)).toHaveLength(4)
  })

  test('without a mail profile every identity comes by itself', async () => {
    const none = await loadWith((folder) => folder.remove(files.iosMail))
    const profiles = (await none.deliveriesFor('alva-iphone', 'per-device')).map(profileOf)
    expect(profiles.slice(2).map(({ payloads }) => payloads.map(({ kind }) => kind))).toEqual([
      ['pkcs12'],
      ['pkcs12'],
      ['pkcs12'],
    ])
  })
})

describe('macOS', () => {
  test('trust on the device channel, identities on the user channel, no account', async () => {
    const deliveries = await tenant.deliveriesFor('alva-mac', 'shared')
    expect(deliveries.map(({ channel }) => channel)).toEqual(['device', 'user', 'user', 'user', 'user'])
    const profiles = deliveries.map(profileOf)
    expect(profiles.flatMap(({ payloads }) => payloads.map(({ kind }) => kind))).not.toContain('exchange-account')
    const intended = (await tenant.intendedKeys('alva-mac', 'shared')).map((key) => key.certificate.sha256)
    expect(profiles.flatMap(identitiesIn).map(({ sha256 }) => sha256)).toEqual(intended)
  })

  test('a profile for the device channel goes there', async () => {
    const wrong = await loadWith((folder) =>
      folder.change(files.macosEncryption, { deploymentChannel: 'DeviceChannel' }),
    )
    const deliveries = await wrong.deliveriesFor('alva-mac', 'shared-newest-only')
    expect(deliveries.map(({ channel }) => channel)).toEqual(['device', 'user', 'device'])
  })
})

describe('Windows', () => {
  const itemsOf = (commands: readonly SyncMlCommand[]): { name: string; target: string; data?: string }[] =>
    commands.flatMap((command) => {
      if ('commands' in command) return itemsOf(command.commands)
      if (!('items' in command)) return []
      return command.items.map(({ target, data }) => ({
        name: command.name,
        target,
        ...(data === undefined ? {} : { data }),
      }))
    })
  const dataAt = (delivery: Delivery | undefined, node: string): string[] =>
    itemsOf(decodeSyncMl(delivery?.bytes ?? Buffer.alloc(0)).commands)
      .filter(({ target }) => target.endsWith(node))
      .map(({ data }) => data ?? '')

  test('trust for the device, then keys and account for the user', async () => {
    const [device, user, ...others] = await tenant.deliveriesFor('alva-windows', 'shared')
    expect(others).toEqual([])
    expect([device?.channel, user?.channel]).toEqual(['device', 'user'])
    const added = itemsOf(decodeSyncMl(device?.bytes ?? Buffer.alloc(0)).commands).filter(({ name }) => name === 'Add')
    expect(added.map(({ target }) => target.split('/').slice(-3, -1))).toEqual([
      ['Root', root.sha1.toUpperCase()],
      ['CA', issuing.sha1.toUpperCase()],
    ])
    expect(added.map(({ data }) => Buffer.from(data ?? '', 'base64'))).toEqual([root.der, issuing.der])
    expect(dataAt(user, '/EmailAddress')).toEqual([alva])
    expect(dataAt(user, '/ServerName')).toEqual(['mail.example.test'])
  })

  test('one PFX for each identity, each in its own Atomic, each with its own password', async () => {
    const [, user] = await tenant.deliveriesFor('alva-windows', 'shared')
    const blobs = dataAt(user, '/PFXCertBlob')
    const passwords = dataAt(user, '/PFXCertPassword')
    const opened = blobs.map((blob, index) => openPkcs12(Buffer.from(blob, 'base64'), passwords[index] ?? ''))
    expect(opened.flatMap(({ identities }) => identities.map((each) => each.certificate.sha256))).toEqual(
      (await tenant.intendedKeys('alva-windows', 'shared')).map((key) => key.certificate.sha256),
    )
    expect(new Set(passwords).size).toBe(4)
    expect(dataAt(user, '/KeyLocation')).toEqual(['3', '3', '3', '3'])
    expect(dataAt(user, '/PFXKeyExportable')).toEqual(['false', 'false', 'false', 'false'])
  })

  test('the key storage provider of the profile decides where the key goes', async () => {
    const tpm = await loadWith((folder) =>
      folder.change(files.windowsSigning, { keyStorageProvider: 'UseTpmKspOtherwiseFail' }),
    )
    const [, user] = await tpm.deliveriesFor('alva-windows', 'shared-newest-only')
    expect(dataAt(user, '/KeyLocation')).toEqual(['1', '3'])
  })
})

describe('Android', () => {
  test('everything in one bundle', async () => {
    const [delivery, ...others] = await tenant.deliveriesFor('alva-android', 'shared')
    expect(others).toEqual([])
    const bundle = decodeAndroidAgentBundle(delivery?.bytes ?? Buffer.alloc(0))
    const authorities = bundle.openNetworkConfiguration.Certificates.flatMap(({ X509 }) =>
      readCertificates(Buffer.from(X509)).map(({ sha256 }) => sha256),
    )
    expect(authorities).toEqual([root.sha256])
    const keys = bundle.keyPairs.map(
      ({ pkcs12, password }) => openPkcs12(Buffer.from(pkcs12, 'base64'), password).identities[0]?.certificate.sha256,
    )
    expect(keys).toEqual((await tenant.intendedKeys('alva-android', 'shared')).map((key) => key.certificate.sha256))
    expect(bundle.managedConfigurations).toEqual([
      {
        packageName: 'com.microsoft.office.outlook',
        restrictions: {
          'com.microsoft.outlook.EmailProfile.EmailAddress': alva,
          'com.microsoft.outlook.Mail.SMIMEEnabled': true,
        },
      },
    ])
  })

  test('listed packages get the key without asking; where the profile has no list, the apps that are configured', async () => {
    const [delivery] = await tenant.deliveriesFor('alva-android', 'shared-newest-only')
    const { keyPairs } = decodeAndroidAgentBundle(delivery?.bytes ?? Buffer.alloc(0))
    expect(keyPairs.map(({ grants }) => grants)).toEqual([['com.microsoft.office.outlook'], ['com.example.listed']])
  })

  test('base64 of the configuration, as Graph itself gives it, is as good', async () => {
    const payload = { managedProperty: [{ key: 'mail', valueString: 'to {{userprincipalname}}' }] }
    const other = await loadWith((folder) =>
      folder.change(files.outlook, { payloadJson: Buffer.from(JSON.stringify(payload)).toString('base64') }),
    )
    const [delivery] = await other.deliveriesFor('alva-android', 'shared')
    const { managedConfigurations } = decodeAndroidAgentBundle(delivery?.bytes ?? Buffer.alloc(0))
    expect(managedConfigurations[0]?.restrictions).toEqual({ mail: 'to alva@corp.example.test' })
  })
})

describe('the PFX in transport', () => {
  test('is protected as the version of the system can open it', async () => {
    const protectionOn = async (device: string) => {
      const deliveries = await tenant.deliveriesFor(device, 'shared')
      const [identity] = deliveries.map(profileOf).flatMap(identitiesIn)
      return inspectPkcs12(identity?.payload.content ?? Buffer.alloc(0)).mac
    }
    expect(await protectionOn('alva-iphone')).toBe('hmac-sha256')
    expect(await protectionOn('alva-old-iphone')).toBe('hmac-sha1')
  })

  test('has a password that neither another device nor another certificate shares, and no name tells', async () => {
    const passwords: string[] = []
    for (const device of ['alva-iphone', 'alva-old-iphone', 'alva-mac']) {
      const deliveries = await tenant.deliveriesFor(device, 'shared')
      for (const { payload } of deliveries.map(profileOf).flatMap(identitiesIn)) passwords.push(payload.password ?? '')
      const told = JSON.stringify(deliveries.map(({ id, profile }) => [id, profile]))
      expect(passwords.filter((password) => told.includes(password))).toEqual([])
    }
    expect(passwords).toHaveLength(12)
    expect(new Set(passwords).size).toBe(12)
    expect(passwords.every((password) => /^[\w-]{24}$/.test(password))).toBe(true)
  })

  test('opens with OpenSSL', async () => {
    const [identity] = (await tenant.deliveriesFor('alva-mac', 'shared')).map(profileOf).flatMap(identitiesIn)
    const shown = execFileSync('openssl', ['pkcs12', '-nokeys', '-passin', 'env:PFX_PASSWORD'], {
      input: identity?.payload.content,
      env: { ...process.env, PFX_PASSWORD: identity?.payload.password },
    })
    expect(readCertificates(shown).map(({ sha256 }) => sha256)).toEqual([identity?.sha256])
  })
})
