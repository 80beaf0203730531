import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { encodeAndroidAgentBundle } from '../../delivery/android-agent.ts'
import { DeviceStores } from '../../device/stores.ts'
import { certificateToPem } from '../../pki/certificate.ts'
import { writePkcs12 } from '../../pki/pkcs12/index.ts'
import { createTestWorld, password, type TestWorld } from '../testing/identities.ts'
import { android } from './index.ts'

let world: TestWorld
beforeAll(async () => {
  world = await createTestWorld()
})

function bundle(pkcs12: Buffer): Buffer {
  return encodeAndroidAgentBundle({
    kind: 'android-agent-bundle',
    version: 1,
    openNetworkConfiguration: {
      Type: 'UnencryptedConfiguration',
      Certificates: [{ GUID: 'root', Type: 'Authority', X509: certificateToPem(world.root) }],
    },
    keyPairs: [{ alias: 'edda', pkcs12: pkcs12.toString('base64'), password, userSelectable: true, grants: [] }],
    managedConfigurations: [],
  })
}

function refusesOrInstallsWhole(bytes: Buffer): void {
  const stores = new DeviceStores()
  const delivery = { id: 'd', profile: 'p', mediaType: android.mediaType, channel: 'device', bytes } as const
  const report = android.install(stores, delivery, { now: new Date('2026-11-24T09:00:00Z'), osVersion: '15' })
  expect(report.accepted).toBe(report.reasons.length === 0)
  expect(stores.keys.size).toBe(report.accepted ? 1 : 0)
  expect(stores.certificates.size).toBe(report.accepted ? 1 : 0)
}

const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 })

function changed(bytes: Buffer, edits: readonly (readonly [number, number])[]): Buffer {
  const copy = Buffer.from(bytes)
  for (const [at, value] of edits) copy[at % copy.length] = value
  return copy
}

it('never throws for changed bytes of the bundle: it is refused, or installed whole', () => {
  const pkcs12 = writePkcs12({ identities: [world.edda], password, protection: 'pbes2-aes-256', iterations: 1 })
  const whole = bundle(pkcs12)
  fc.assert(
    fc.property(changes, (edits) => refusesOrInstallsWhole(changed(whole, edits))),
    { numRuns: 300 },
  )
})

it('never throws for changed bytes of the PKCS#12 file', () => {
  const pkcs12 = writePkcs12({ identities: [world.edda], password, protection: 'pbe-sha1-3des', iterations: 1 })
  fc.assert(
    fc.property(changes, (edits) => refusesOrInstallsWhole(bundle(changed(pkcs12, edits)))),
    { numRuns: 300 },
  )
})
