import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  type AndroidAgentBundle,
  type AndroidKeyPair,
  encodeAndroidAgentBundle,
  type ManagedConfiguration,
} from '../../delivery/android-agent.ts'
import type { InstallReport } from '../../device/install-report.ts'
import { DeviceStores } from '../../device/stores.ts'
import { type Certificate, certificateToPem, type Identity } from '../../pki/certificate.ts'
import { writePkcs12 } from '../../pki/pkcs12/index.ts'
import { createTestWorld, password, type TestWorld } from '../windows/testing-identities.ts'
import { android } from './index.ts'

const now = new Date('2026-11-24T09:00:00Z')
const outlook = 'com.microsoft.office.outlook'

let world: TestWorld
beforeAll(async () => {
  world = await createTestWorld()
})

function keyPair(
  identities: Identity | readonly Identity[],
  changes: Partial<AndroidKeyPair> & { protection?: 'pbe-sha1-3des' | 'pbes2-aes-256' } = {},
): AndroidKeyPair {
  const { protection = 'pbe-sha1-3des', ...rest } = changes
  const pkcs12 = writePkcs12({ identities: [identities].flat(), certificates: [world.issuing], password, protection })
  return {
    alias: 'alva',
    pkcs12: pkcs12.toString('base64'),
    password,
    userSelectable: false,
    grants: [outlook],
    ...rest,
  }
}

function authority(certificate: Certificate) {
  return { GUID: certificate.sha1, Type: 'Authority' as const, X509: certificateToPem(certificate) }
}

function bundle(parts: {
  authorities?: Certificate[]
  keyPairs?: AndroidKeyPair[]
  configurations?: ManagedConfiguration[]
}): AndroidAgentBundle {
  return {
    kind: 'android-agent-bundle',
    version: 1,
    openNetworkConfiguration: {
      Type: 'UnencryptedConfiguration',
      Certificates: (parts.authorities ?? []).map(authority),
    },
    keyPairs: parts.keyPairs ?? [],
    managedConfigurations: parts.configurations ?? [],
  }
}

function account(restrictions: Record<string, boolean | string | number> = {}): ManagedConfiguration {
  return {
    packageName: outlook,
    restrictions: {
      'com.microsoft.outlook.EmailProfile.EmailAddress': 'Alva@example.com',
      'com.microsoft.outlook.EmailProfile.ServerHostName': 'mail.example.com',
      ...restrictions,
    },
  }
}
const smimeOn = { 'com.microsoft.outlook.Mail.SMIMEEnabled': true }

function install(stores: DeviceStores, content: AndroidAgentBundle | Buffer, osVersion = '15'): InstallReport {
  const bytes = Buffer.isBuffer(content) ? content : encodeAndroidAgentBundle(content)
  return android.install(
    stores,
    { id: 'd', profile: 'Test', mediaType: android.mediaType, channel: 'device', bytes },
    { now, osVersion },
  )
}

function calls(report: InstallReport): string[] {
  if (report.native.kind !== 'android') throw new Error("an Android agent's answer was wanted")
  return report.native.calls.map(({ call, subject, result }) => `${call} ${subject}: ${result}`)
}

function codes(report: InstallReport): string[] {
  return report.reasons.map(({ code }) => code)
}

function sizes({ keys, certificates, profiles, accounts }: DeviceStores) {
  return [keys.size, certificates.size, profiles.size, accounts.size]
}

describe('a whole bundle', () => {
  const whole = () =>
    bundle({
      authorities: [world.root],
      keyPairs: [keyPair(world.alva, { alias: 'alva-2024' }), keyPair(world.alvaFormer, { alias: 'alva-2022' })],
      configurations: [account(smimeOn)],
    })

  it('installs trust, every alias with its grants, and the account with S/MIME on', () => {
    const stores = new DeviceStores()
    const report = install(stores, whole())
    expect(report.reasons).toEqual([])
    expect(report.accepted).toBe(true)
    expect(calls(report)).toEqual([
      'openPkcs12 alva-2024: one key',
      'openPkcs12 alva-2022: one key',
      `installCaCert ${world.root.sha1}: true`,
      'installKeyPair alva-2024: true',
      'hasKeyPair alva-2024: true',
      `grantKeyPairToApp alva-2024 ${outlook}: true`,
      'installKeyPair alva-2022: true',
      'hasKeyPair alva-2022: true',
      `grantKeyPairToApp alva-2022 ${outlook}: true`,
      `setApplicationRestrictions ${outlook}: done`,
    ])
    expect(report.installed).toEqual([
      { kind: 'trust-anchor', payload: world.root.sha1, sha256: world.root.sha256, label: world.root.subjectText },
      { kind: 'identity', payload: 'alva-2024', sha256: world.alva.certificate.sha256, label: 'CN=Alva Example' },
      { kind: 'identity', payload: 'alva-2022', sha256: world.alvaFormer.certificate.sha256, label: 'CN=Alva Example' },
      { kind: 'mail-account', payload: outlook, label: 'Alva@example.com' },
    ])
    const key = stores.keys.get(world.alva.certificate.sha256)
    expect(key?.access).toEqual([outlook])
    expect(key?.provenance).toEqual({ delivery: 'd', payload: 'alva-2024', at: now })
    expect(key?.privateKey.equals(world.alva.privateKey)).toBe(true)
    expect(stores.certificates.get(world.root.sha256)?.trust).toBe('anchor')
    expect(stores.certificates.get(world.issuing.sha256)?.trust).toBe('intermediate')
    expect(stores.accounts.get('alva@example.com')).toMatchObject({
      host: 'mail.example.com',
      smime: { enabled: true },
    })
  })

  it('comes a second time and changes nothing', () => {
    const stores = new DeviceStores()
    install(stores, whole())
    const before = sizes(stores)
    expect(install(stores, whole()).accepted).toBe(true)
    expect(sizes(stores)).toEqual(before)
    expect(stores.keys.get(world.alva.certificate.sha256)?.access).toEqual([outlook])
  })
})

describe('the key chain', () => {
  it('overwrites an alias: the key is another, and the grants of before are gone', () => {
    const stores = new DeviceStores()
    install(stores, bundle({ keyPairs: [keyPair(world.alva)] }))
    install(stores, bundle({ keyPairs: [keyPair(world.alvaFormer, { grants: [] })] }))
    expect([...stores.keys.keys()]).toEqual([world.alvaFormer.certificate.sha256])
    expect(stores.keys.get(world.alvaFormer.certificate.sha256)?.access).toEqual([])
  })

  it('holds one certificate under two aliases until the last of them goes, with the grants of each', () => {
    const stores = new DeviceStores()
    const sha256 = world.alva.certificate.sha256
    install(
      stores,
      bundle({
        keyPairs: [
          keyPair(world.alva, { alias: 'sign' }),
          keyPair(world.alva, { alias: 'decrypt', grants: ['com.example.mail'] }),
        ],
      }),
    )
    expect(stores.keys.get(sha256)?.access).toEqual([outlook, 'com.example.mail'])
    install(stores, bundle({ keyPairs: [keyPair(world.alvaFormer, { alias: 'decrypt' })] }))
    expect(stores.keys.get(sha256)).toMatchObject({ access: [outlook], provenance: { payload: 'sign' } })
    install(stores, bundle({ keyPairs: [keyPair(world.alvaFormer, { alias: 'sign' })] }))
    expect(stores.keys.has(sha256)).toBe(false)
  })

  it('gives keys below Android 12 by answering the choice of an alias', () => {
    expect(calls(install(new DeviceStores(), bundle({ keyPairs: [keyPair(world.alva)] }), '11'))).toContain(
      `onChoosePrivateKeyAlias alva ${outlook}: true`,
    )
  })

  it('takes the first key of a file with several, and says so to nobody but its log', () => {
    const stores = new DeviceStores()
    const report = install(stores, bundle({ keyPairs: [keyPair([world.alva, world.alvaFormer])] }))
    expect(report.accepted).toBe(true)
    expect(calls(report)[0]).toBe('openPkcs12 alva: the first of 2 keys')
    expect([...stores.keys.keys()]).toEqual([world.alva.certificate.sha256])
  })

  /** A key that opens, and that no key store takes. */
  function withUnknownKey(): AndroidKeyPair {
    const folder = mkdtempSync(join(tmpdir(), 'smimelab-android-'))
    try {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
      writeFileSync(join(folder, 'k.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
      const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder })
      openssl('req', '-x509', '-key', 'k.pem', '-subj', '/CN=Unknown', '-days', '2', '-out', 'c.pem')
      openssl(
        'pkcs12',
        '-export',
        '-in',
        'c.pem',
        '-inkey',
        'k.pem',
        '-out',
        'f.pfx',
        '-passout',
        `pass:${password}`,
        '-keypbe',
        'PBE-SHA1-3DES',
        '-certpbe',
        'PBE-SHA1-3DES',
        '-macalg',
        'sha1',
      )
      return { ...keyPair(world.alva), pkcs12: readFileSync(join(folder, 'f.pfx'), 'base64') }
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

  it.each([
    ['11', 'false', []],
    ['12', 'true', ['alva']],
    ['15', 'true', ['alva']],
  ])('on Android %s a failed import returns %s', (osVersion, returned, kept) => {
    const stores = new DeviceStores()
    install(stores, bundle({ keyPairs: [keyPair(world.alva)] }), osVersion)
    const report = install(stores, bundle({ keyPairs: [withUnknownKey()], configurations: [account()] }), osVersion)
    expect(calls(report)).toEqual([
      'openPkcs12 alva: one key',
      `installKeyPair alva: ${returned}`,
      'hasKeyPair alva: false',
      `setApplicationRestrictions ${outlook}: done`,
    ])
    expect(report.accepted).toBe(false)
    expect(codes(report)).toEqual(['key-not-stored'])
    expect([...stores.keys.values()].map(({ provenance }) => provenance.payload)).toEqual(kept)
    expect(report.installed.map(({ kind }) => kind)).toEqual(['mail-account'])
  })
})

describe('PKCS#12 protection by version', () => {
  it.each([
    ['8.1', 'pbe-sha1-3des', true],
    ['13', 'pbe-sha1-3des', true],
    ['13', 'pbes2-aes-256', false],
    ['14', 'pbes2-aes-256', true],
    ['15', 'pbes2-aes-256', true],
  ] as const)('Android %s with %s: %s', (osVersion, protection, opens) => {
    const stores = new DeviceStores()
    const report = install(stores, bundle({ keyPairs: [keyPair(world.alva, { protection })] }), osVersion)
    expect(report.accepted).toBe(opens)
    expect(stores.keys.size).toBe(opens ? 1 : 0)
    if (!opens) {
      expect(calls(report)).toEqual(['openPkcs12 alva: IOException: wrong password'])
      expect(report.reasons).toEqual([
        expect.objectContaining({ code: 'pkcs12-wrong-password', quirk: 'android/pkcs12-without-pbes2' }),
      ])
    }
  })
})

describe('a fault anywhere stops the agent before its first call', () => {
  it('lists every fault, and leaves the stores as they were', () => {
    const stores = new DeviceStores()
    install(stores, bundle({ keyPairs: [keyPair(world.alva)] }))
    const before = sizes(stores)
    const faulty = bundle({
      authorities: [world.root],
      keyPairs: [
        keyPair(world.alvaFormer),
        keyPair(world.alva, { alias: 'wrong', password: 'other' }),
        keyPair(world.alva, { alias: 'android:alias-selection-denied' }),
        keyPair(world.alva, { alias: 'broken', pkcs12: 'AAAA' }),
      ],
      configurations: [account(smimeOn)],
    })
    faulty.openNetworkConfiguration.Certificates.push({ GUID: 'none', Type: 'Authority', X509: 'hello' })
    const report = install(stores, faulty)
    expect(codes(report)).toEqual([
      'certificate-malformed',
      'pkcs12-wrong-password',
      'alias-reserved',
      'pkcs12-malformed',
    ])
    expect(calls(report)).toEqual([
      'parseCertificate none: CertificateException',
      'openPkcs12 alva: one key',
      'openPkcs12 wrong: IOException: wrong password',
      'openPkcs12 android:alias-selection-denied: IllegalArgumentException',
      'openPkcs12 broken: IOException',
    ])
    expect(report.installed).toEqual([])
    expect(sizes(stores)).toEqual(before)
    expect([...stores.keys.keys()]).toEqual([world.alva.certificate.sha256])
    expect(JSON.stringify(report)).not.toMatch(/other|tested/)
  })

  it('refuses what is no bundle', () => {
    const stores = new DeviceStores()
    for (const text of ['', '{}', 'null', '[]', '{"kind":', '\ufeff']) {
      const report = install(stores, Buffer.from(text))
      expect(report.accepted).toBe(false)
      expect(codes(report)).toEqual(['android-bundle-malformed'])
    }
    expect(sizes(stores)).toEqual([0, 0, 0, 0])
  })
})

describe('the managed configuration of Outlook', () => {
  const configured = (...configurations: ManagedConfiguration[]) => {
    const stores = new DeviceStores()
    for (const each of configurations) install(stores, bundle({ configurations: [each] }))
    return stores.accounts.get('alva@example.com')
  }

  it('leaves S/MIME off without the switch, and where the switch is no boolean', () => {
    expect(configured(account())?.smime.enabled).toBe(false)
    expect(configured(account({ 'com.microsoft.outlook.Mail.SMIMEEnabled': 'true' }))?.smime.enabled).toBe(false)
  })

  it('switches S/MIME for the account that is there, and leaves it where nothing is said', () => {
    const onlySwitch = (on: boolean) => ({
      packageName: outlook,
      restrictions: { 'com.microsoft.outlook.Mail.SMIMEEnabled': on },
    })
    expect(configured(account(), onlySwitch(true))?.smime.enabled).toBe(true)
    expect(configured(account(smimeOn), account())?.smime.enabled).toBe(true)
    expect(configured(account(smimeOn), onlySwitch(false))?.smime.enabled).toBe(false)
  })

  it('needs a host, but for an account with modern authentication', () => {
    const restrictions = { 'com.microsoft.outlook.EmailProfile.EmailAddress': 'alva@example.com' }
    expect(configured({ packageName: outlook, restrictions })).toBeUndefined()
    const modern = { ...restrictions, 'com.microsoft.outlook.EmailProfile.AccountType': 'ModernAuth' }
    expect(configured({ packageName: outlook, restrictions: modern })?.host).toBe('outlook.office365.com')
  })

  it('is nothing to another app', () => {
    expect(configured({ ...account(), packageName: 'com.example.mail' })).toBeUndefined()
  })
})
