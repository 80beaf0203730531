import { beforeAll, describe, expect, it } from 'vitest'
import { activeSyncAccount, intermediate, pfxInstall, trustedRoot } from '../../delivery/windows-csp.ts'
import { DeviceStores } from '../../device/stores.ts'
import { createTestWorld, password, type TestWorld } from '../testing/identities.ts'
import {
  accountNode,
  adds,
  codes,
  contentsOf,
  guid,
  install,
  message,
  now,
  parameters,
  pfxNode,
  pfxOf,
  statuses,
} from './testing/windows-device.ts'

let world: TestWorld
beforeAll(async () => {
  world = await createTestWorld()
})

describe('a whole package', () => {
  const wholePackage = () => [
    ...trustedRoot(world.root.der),
    ...intermediate(world.issuing.der),
    ...pfxInstall({ uniqueId: 'alva-2024', pfx: pfxOf(world.alva), password, keyLocation: 3, exportable: false }),
    ...pfxInstall({ uniqueId: 'alva-2022', pfx: pfxOf(world.alvaFormer), password, keyLocation: 2, exportable: false }),
    ...activeSyncAccount({
      guid,
      address: 'Alva@example.com',
      host: 'mail.example.com',
      userName: 'alva',
      accountName: 'Work',
    }),
  ]

  it('installs trust, every key of the history, and the account with S/MIME off', () => {
    const stores = new DeviceStores()
    const report = install(stores, wholePackage())
    expect(report.reasons).toEqual([])
    expect(report.accepted).toBe(true)
    expect(stores.certificates.get(world.root.sha256)?.trust).toBe('anchor')
    expect(stores.certificates.get(world.issuing.sha256)?.trust).toBe('intermediate')
    const key = stores.keys.get(world.alva.certificate.sha256)
    expect(key?.access).toBe('all')
    expect(key?.privateKey.equals(world.alva.privateKey)).toBe(true)
    expect(key?.provenance).toEqual({ delivery: 'delivery-1', payload: `${pfxNode}/alva-2024`, at: now })
    expect(stores.keys.has(world.alvaFormer.certificate.sha256)).toBe(true)
    expect(stores.accounts.get('alva@example.com')).toMatchObject({
      host: 'mail.example.com',
      smime: { enabled: false },
    })
    expect(report.installed.map(({ kind, payload }) => `${kind} ${payload}`)).toEqual([
      `trust-anchor ./Device/Vendor/MSFT/RootCATrustedCertificates/Root/${world.root.sha1.toUpperCase()}`,
      `certificate ./Device/Vendor/MSFT/RootCATrustedCertificates/CA/${world.issuing.sha1.toUpperCase()}`,
      `identity ${pfxNode}/alva-2024`,
      `identity ${pfxNode}/alva-2022`,
      `mail-account ${accountNode}`,
    ])
  })

  it('answers every command in order: SyncHdr first, a first Delete with 404, the Atomic before its members', () => {
    const report = install(
      new DeviceStores(),
      pfxInstall({ uniqueId: 'a', pfx: pfxOf(world.alva), password, keyLocation: 3, exportable: true }),
    )
    expect(report.native).toEqual({
      kind: 'syncml',
      statuses: [
        { cmdRef: '0', cmd: 'SyncHdr', target: '', data: 200 },
        { cmdRef: '1', cmd: 'Delete', target: `${pfxNode}/a`, data: 404 },
        { cmdRef: '2', cmd: 'Atomic', target: '', data: 200 },
        { cmdRef: '3', cmd: 'Add', target: `${pfxNode}/a/KeyLocation`, data: 200 },
        { cmdRef: '4', cmd: 'Add', target: `${pfxNode}/a/PFXCertPassword`, data: 200 },
        { cmdRef: '5', cmd: 'Add', target: `${pfxNode}/a/PFXCertPasswordEncryptionType`, data: 200 },
        { cmdRef: '6', cmd: 'Add', target: `${pfxNode}/a/PFXKeyExportable`, data: 200 },
        { cmdRef: '7', cmd: 'Add', target: `${pfxNode}/a/PFXCertBlob`, data: 200 },
      ],
    })
  })

  it('comes a second time and changes nothing, every Delete now 200', () => {
    const stores = new DeviceStores()
    install(stores, wholePackage())
    const before = contentsOf(stores)
    const report = install(stores, wholePackage())
    expect(report.accepted).toBe(true)
    expect(statuses(report).filter((each) => each.startsWith('Delete'))).toEqual(Array(5).fill('Delete 200'))
    expect(contentsOf(stores)).toEqual(before)
  })

  it('keeps no password and no blob in the stores', () => {
    const stores = new DeviceStores()
    install(stores, wholePackage())
    const kept = JSON.stringify(
      [...stores.profiles.values()].map((each) => ({
        ...each,
        values: [...('values' in each ? (each.values as Map<string, string>) : [])],
      })),
    )
    expect(kept).toContain('KeyLocation')
    expect(kept).not.toContain('tested')
    expect(kept).not.toContain(pfxOf(world.alva).toString('base64').slice(0, 40))
  })

  it('sets the read-only nodes: Thumbprint in upper-case hex, Status 0', () => {
    const stores = new DeviceStores()
    install(stores, wholePackage())
    const node = stores.profiles.get(`${pfxNode}/alva-2024`)
    const values = node !== undefined && 'values' in node ? (node.values as Map<string, string>) : new Map()
    expect(values.get('Thumbprint')).toBe(world.alva.certificate.sha1.toUpperCase())
    expect(values.get('Status')).toBe('0')
  })
})

describe('the scope of the user', () => {
  it('is out of reach while nobody is signed in: 500, and 507 for the Atomic', () => {
    const stores = new DeviceStores()
    const report = install(
      stores,
      [...trustedRoot(world.root.der), { name: 'Atomic', commands: adds(parameters(world.alva)) }],
      { channel: 'device' },
    )
    expect(statuses(report)).toEqual([
      'SyncHdr 200',
      'Delete 404',
      'Add 200',
      'Atomic 507',
      'Add 500',
      'Add 216',
      'Add 216',
      'Add 216',
    ])
    expect(codes(report)).toEqual(['user-not-signed-in'])
    expect(stores.keys.size).toBe(0)
    expect(stores.certificates.size).toBe(1)
  })
})

describe('what is no message', () => {
  it.each([
    ['no XML', 'hello'],
    ['nothing', ''],
    ['a DOCTYPE', `<!DOCTYPE SyncML [<!ENTITY x "y">]>${message('')}`],
    [
      'an external entity',
      `<!DOCTYPE SyncML [<!ENTITY x SYSTEM "file:///etc/hostname">]>${message('<Add><CmdID>&x;</CmdID></Add>')}`,
    ],
    ['an unknown entity', message('<Add><CmdID>&x;</CmdID></Add>')],
    ['deep nesting', message('<Atomic>'.repeat(100_000))],
    ['another root', '<plist version="1.0"/>'],
    ['another version', message('').replace('1.2</VerDTD>', '1.1</VerDTD>')],
    ['no body', message('').replace(/<SyncBody>.*<\/SyncBody>/, '')],
  ])('refuses %s with 400 for the header, the stores as they were', (_, text) => {
    const stores = new DeviceStores()
    const report = install(stores, text)
    expect(report.accepted).toBe(false)
    expect(statuses(report)).toEqual(['SyncHdr 400'])
    expect(report.reasons).toHaveLength(1)
    expect(contentsOf(stores)).toEqual(contentsOf(new DeviceStores()))
  })
})
