import { beforeAll, describe, expect, it } from 'vitest'
import { DeviceStores } from '../../device/stores.ts'
import { createTestWorld, type TestWorld } from '../testing/identities.ts'
import {
  account,
  bundle,
  calls,
  codes,
  install,
  keyPair,
  now,
  outlook,
  sizes,
  smimeOn,
} from './testing/android-device.ts'

let world: TestWorld
beforeAll(async () => {
  world = await createTestWorld()
})

describe('a whole bundle', () => {
  const whole = () =>
    bundle({
      authorities: [world.root],
      keyPairs: [
        keyPair(world.alva, { alias: 'alva-2024', chain: [world.issuing] }),
        keyPair(world.alvaFormer, { alias: 'alva-2022' }),
      ],
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
        keyPair(world.alva, { alias: 'wrong', password: 'elsewhere' }),
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
    expect(JSON.stringify(report)).not.toMatch(/elsewhere|tested/)
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
