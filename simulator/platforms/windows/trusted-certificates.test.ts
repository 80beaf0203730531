import { beforeAll, describe, expect, it } from 'vitest'
import type { SyncMlCommand } from '../../delivery/syncml.ts'
import { intermediate, trustedRoot } from '../../delivery/windows-csp.ts'
import { DeviceStores } from '../../device/stores.ts'
import { createTestWorld, type TestWorld } from '../testing/identities.ts'
import { add, codes, contentsOf, install, statuses } from './testing/windows-device.ts'

let world: TestWorld
beforeAll(async () => {
  world = await createTestWorld()
})

describe('trusted certificates', () => {
  const node = (store: string, sha1: string) => `./Device/Vendor/MSFT/${store}/${sha1}/EncodedCertificate`
  const b64 = () => world.root.der.toString('base64')

  it.each(['RootCATrustedCertificates/Root', 'CertificateStore/Root/System', 'rootcatrustedcertificates/root'])(
    'takes %s',
    (store) => {
      const stores = new DeviceStores()
      expect(codes(install(stores, [add(node(store, world.root.sha1), b64(), 'b64')]))).toEqual([])
      expect(stores.certificates.get(world.root.sha256)?.trust).toBe('anchor')
    },
  )

  it('refuses line breaks, another name than the hash, no certificate, and a root for the user', () => {
    const stores = new DeviceStores()
    const root = 'RootCATrustedCertificates/Root'
    const broken = b64().replace(/.{64}/g, '$&\n')
    const report = install(stores, [
      add(node(root, world.root.sha1), broken, 'b64'),
      add(node(root, world.issuing.sha1), b64(), 'b64'),
      add(node(root, 'my-root'), b64(), 'b64'),
      add(node(root, world.root.sha1), 'AAAA', 'b64'),
      add(node(root, world.root.sha1).replace('Device', 'User'), b64(), 'b64'),
    ])
    expect(statuses(report)).toEqual(['SyncHdr 200', 'Add 500', 'Add 500', 'Add 404', 'Add 500', 'Add 404'])
    expect(codes(report)).toEqual([
      'base64-line-breaks',
      'thumbprint-mismatch',
      'not-a-thumbprint',
      'certificate-malformed',
      'user-root',
    ])
    expect(contentsOf(stores)).toEqual(contentsOf(new DeviceStores()))
  })

  it('keeps what other commands brought, and says what failed', () => {
    const stores = new DeviceStores()
    const report = install(stores, [
      ...trustedRoot(world.root.der),
      add('./Device/Vendor/MSFT/Policy/Config/Camera/AllowCamera', '0', 'int'),
      ...intermediate(world.issuing.der),
    ])
    expect(report.accepted).toBe(false)
    expect(codes(report)).toEqual(['node-missing'])
    expect(report.installed).toHaveLength(2)
    expect(stores.certificates.size).toBe(2)
  })

  it('lets a certificate go only with the last store that held it', () => {
    const stores = new DeviceStores()
    const remove = (store: string): SyncMlCommand => ({
      name: 'Delete',
      items: [{ target: node(store, world.root.sha1).replace(/\/EncodedCertificate$/, '') }],
    })
    install(stores, [
      add(node('RootCATrustedCertificates/Root', world.root.sha1), b64(), 'b64'),
      add(node('RootCATrustedCertificates/CA', world.root.sha1), b64(), 'b64'),
    ])
    install(stores, [remove('RootCATrustedCertificates/Root')])
    expect(stores.certificates.get(world.root.sha256)?.trust).toBe('intermediate')
    install(stores, [remove('RootCATrustedCertificates/CA')])
    expect(stores.certificates.size).toBe(0)
  })
})
