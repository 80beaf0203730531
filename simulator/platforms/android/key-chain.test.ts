import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { AndroidKeyPair } from '../../delivery/android-agent.ts'
import { DeviceStores } from '../../device/stores.ts'
import { createTestWorld, password, type TestWorld } from '../testing/identities.ts'
import { account, bundle, calls, codes, install, keyPair, outlook } from './testing/android-device.ts'

let world: TestWorld
beforeAll(async () => {
  world = await createTestWorld()
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
