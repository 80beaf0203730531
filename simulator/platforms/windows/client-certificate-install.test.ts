import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { SyncMlCommand } from '../../delivery/syncml.ts'
import { pfxInstall } from '../../delivery/windows-csp.ts'
import { DeviceStores } from '../../device/stores.ts'
import { certificateToPem } from '../../pki/certificate.ts'
import { createTestWorld, password, type TestWorld } from '../testing/identities.ts'
import {
  add,
  adds,
  codes,
  contentsOf,
  install,
  parameters,
  pfxNode,
  pfxOf,
  statuses,
} from './testing/windows-device.ts'

let world: TestWorld
beforeAll(async () => {
  world = await createTestWorld()
})

describe('PFXCertInstall', () => {
  it('takes the members of an Atomic in any order, the blob first', () => {
    const stores = new DeviceStores()
    const report = install(stores, [{ name: 'Atomic', commands: adds(parameters(world.alva).reverse()) }])
    expect(report.accepted).toBe(true)
    expect(stores.keys.size).toBe(1)
  })

  it('outside an Atomic needs the parameters before the blob', () => {
    const inOrder = new DeviceStores()
    expect(install(inOrder, adds(parameters(world.alva))).accepted).toBe(true)
    expect(inOrder.keys.size).toBe(1)

    const blobFirst = new DeviceStores()
    const report = install(blobFirst, adds(parameters(world.alva).reverse()))
    expect(statuses(report)).toEqual(['SyncHdr 200', 'Add 500', 'Add 200', 'Add 200', 'Add 200'])
    expect(codes(report)).toEqual(['key-location-missing'])
    expect(blobFirst.keys.size).toBe(0)
  })

  const refused: [string, Record<string, string | undefined>, string][] = [
    ['a wrong password', { PFXCertPassword: 'other' }, 'pfx-wrong-password'],
    ['no password', { PFXCertPassword: undefined }, 'pfx-wrong-password'],
    ['no KeyLocation', { KeyLocation: undefined }, 'key-location-missing'],
    ['KeyLocation 5', { KeyLocation: '5' }, 'key-location-invalid'],
    ['KeyLocation 4 without a container', { KeyLocation: '4' }, 'container-name-missing'],
    ['exportable from the TPM (1)', { KeyLocation: '1', PFXKeyExportable: 'true' }, 'exportable-needs-software'],
    ['exportable from the TPM (2)', { KeyLocation: '2', PFXKeyExportable: 'true' }, 'exportable-needs-software'],
    ['an encrypted password', { PFXCertPasswordEncryptionType: '1' }, 'password-encryption-not-simulated'],
    ['a blob that is no PKCS#12', { PFXCertBlob: 'AAAA' }, 'pfx-malformed'],
    ['a blob that is no base64', { PFXCertBlob: '*' }, 'pfx-malformed'],
  ]
  it.each(refused)('rolls back for %s: 507, 500 for the first member, 216 for the others', (_, changes, code) => {
    const stores = new DeviceStores()
    const members = adds(parameters(world.alva, changes))
    const report = install(stores, [{ name: 'Atomic', commands: members }])
    expect(report.accepted).toBe(false)
    expect(statuses(report)).toEqual([
      'SyncHdr 200',
      'Atomic 507',
      'Add 500',
      ...Array(members.length - 1).fill('Add 216'),
    ])
    expect(codes(report)).toEqual([code])
    expect(report.installed).toEqual([])
    expect(contentsOf(stores)).toEqual(contentsOf(new DeviceStores()))
    expect(JSON.stringify(report)).not.toContain('tested')
  })

  it('takes KeyLocation 4 with a container, and 2 with the exportable flag left out', () => {
    const changes = [
      { KeyLocation: '4', ContainerName: 'container' },
      { KeyLocation: '2', PFXKeyExportable: undefined },
    ]
    for (const each of changes) {
      const stores = new DeviceStores()
      expect(codes(install(stores, [{ name: 'Atomic', commands: adds(parameters(world.alva, each)) }]))).toEqual([])
      expect(stores.keys.size).toBe(1)
    }
  })

  it('answers 418 to an Add on what is there, and keeps the key that was', () => {
    const stores = new DeviceStores()
    install(stores, adds(parameters(world.alva)))
    const report = install(stores, [{ name: 'Atomic', commands: adds(parameters(world.alvaFormer)) }])
    expect(statuses(report)).toEqual(['SyncHdr 200', 'Atomic 507', 'Add 418', 'Add 216', 'Add 216', 'Add 216'])
    expect([...stores.keys.keys()]).toEqual([world.alva.certificate.sha256])
  })

  it('answers 404 to a Replace on what is not there; on what is there it replaces the key', () => {
    const stores = new DeviceStores()
    const replace = adds(parameters(world.alvaFormer)).map((each) => ({ ...each, name: 'Replace' }) as SyncMlCommand)
    expect(statuses(install(stores, replace))).toEqual(['SyncHdr 200', ...Array(4).fill('Replace 404')])
    install(stores, adds(parameters(world.alva)))
    expect(install(stores, [{ name: 'Atomic', commands: replace }]).accepted).toBe(true)
    expect([...stores.keys.keys()]).toEqual([world.alvaFormer.certificate.sha256])
  })

  it('leaves the former key where the replacement does not open', () => {
    const stores = new DeviceStores()
    install(stores, adds(parameters(world.alva)))
    const broken = adds(parameters(world.alvaFormer, { PFXCertPassword: 'other' }))
    const replace = broken.map((each) => ({ ...each, name: 'Replace' }) as SyncMlCommand)
    expect(codes(install(stores, replace))).toEqual(['pfx-wrong-password'])
    expect([...stores.keys.keys()]).toEqual([world.alva.certificate.sha256])
  })

  it('removes certificate and key with the node, and no other request', () => {
    const stores = new DeviceStores()
    install(stores, adds(parameters(world.alva)))
    install(stores, adds(parameters(world.alvaFormer), `${pfxNode}/two`))
    const report = install(stores, [{ name: 'Delete', items: [{ target: `${pfxNode}/one` }] }])
    expect(statuses(report)).toEqual(['SyncHdr 200', 'Delete 200'])
    expect([...stores.keys.keys()]).toEqual([world.alvaFormer.certificate.sha256])
    expect([...stores.profiles.keys()]).toEqual([`${pfxNode}/two`])
  })

  it('reports nothing as installed that the same message removed again', () => {
    const report = install(new DeviceStores(), [
      ...adds(parameters(world.alva)),
      { name: 'Delete', items: [{ target: `${pfxNode}/one` }] },
    ])
    expect(report.installed).toEqual([])
  })

  it('puts a device-wide key out of reach of the mail app', () => {
    const stores = new DeviceStores()
    install(stores, adds(parameters(world.alva), `${pfxNode.replace('User', 'Device')}/one`), { channel: 'device' })
    expect(stores.keys.get(world.alva.certificate.sha256)?.access).toEqual([])
  })

  it('answers 405 to writes on read-only nodes, 406 for an unknown property, 415 for a wrong format', () => {
    const report = install(new DeviceStores(), [
      add(`${pfxNode}/one/Thumbprint`, '00'),
      add(`${pfxNode}/one/Colour`, 'blue'),
      add(`${pfxNode}/one/KeyLocation`, '3', 'chr'),
      add(`${pfxNode}/one/KeyLocation`, 'three', 'int'),
    ])
    expect(statuses(report)).toEqual(['SyncHdr 200', 'Add 405', 'Add 406', 'Add 415', 'Add 415'])
  })
})

describe('PKCS#12 protection by version', () => {
  it.each([
    ['10.0.15063', 'pbe-sha1-3des', true],
    ['10.0.15063', 'pbes2-aes-256', false],
    ['10.0.16299', 'pbes2-aes-256', true],
    ['10.0.26100', 'pbes2-aes-256', true],
  ] as const)('Windows %s with %s: %s', (osVersion, protection, opens) => {
    const stores = new DeviceStores()
    const blob = { PFXCertBlob: pfxOf(world.alva, protection).toString('base64') }
    const report = install(stores, [{ name: 'Atomic', commands: adds(parameters(world.alva, blob)) }], { osVersion })
    expect(codes(report)).toEqual(opens ? [] : ['pfx-wrong-password'])
    expect(stores.keys.size).toBe(opens ? 1 : 0)
    if (!opens) expect(report.reasons[0]).toHaveProperty('quirk', 'windows/pfx-without-pbes2')
  })

  it('opens what OpenSSL wrote', () => {
    const folder = mkdtempSync(join(tmpdir(), 'smimelab-windows-'))
    try {
      const { certificate, privateKey } = world.edda
      writeFileSync(join(folder, 'c.pem'), certificateToPem(certificate))
      writeFileSync(join(folder, 'k.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
      const file = join(folder, 'e.pfx')
      execFileSync(
        'openssl',
        ['pkcs12', '-export', '-in', 'c.pem', '-inkey', 'k.pem', '-out', file, '-passout', `pass:${password}`],
        { cwd: folder },
      )
      const stores = new DeviceStores()
      const report = install(
        stores,
        pfxInstall({ uniqueId: 'e', pfx: readFileSync(file), password, keyLocation: 3, exportable: true }),
      )
      expect(report.reasons).toEqual([])
      expect(stores.keys.has(certificate.sha256)).toBe(true)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
