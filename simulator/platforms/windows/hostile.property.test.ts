import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { encodeSyncMl } from '../../delivery/syncml.ts'
import { activeSyncAccount, pfxInstall, trustedRoot } from '../../delivery/windows-csp.ts'
import { DeviceStores } from '../../device/stores.ts'
import { createTestWorld, password, type TestWorld } from '../testing/identities.ts'
import { windows } from './index.ts'
import { contentsOf, guid, message, now, pfxOf } from './testing/windows-device.ts'

let world: TestWorld
let whole: Buffer
beforeAll(async () => {
  world = await createTestWorld()
  const commands = [
    ...trustedRoot(world.root.der),
    ...pfxInstall({ uniqueId: 'one', pfx: pfxOf(world.edda), password, keyLocation: 3, exportable: false }),
    ...activeSyncAccount({
      guid,
      address: 'edda@example.com',
      host: 'mail.example.com',
      userName: 'e',
      accountName: 'e',
    }),
  ]
  whole = encodeSyncMl({ sessionId: '1', msgId: '1', target: 'device', source: 'server', commands })
})

function install(stores: DeviceStores, bytes: Buffer) {
  const delivery = { id: 'd', profile: 'p', mediaType: windows.mediaType, channel: 'user', bytes } as const
  return windows.install(stores, delivery, { now, osVersion: '10.0.26100' })
}

it('never throws for changed bytes, and never installs what it does not report', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 }),
      fc.option(fc.nat()),
      (changes, cut) => {
        const bytes = Buffer.from(whole)
        for (const [at, value] of changes) bytes[at % bytes.length] = value
        const stores = new DeviceStores()
        const report = install(stores, cut === null ? bytes : bytes.subarray(0, cut % bytes.length))
        const reported = new Set(report.installed.map(({ sha256 }) => sha256))
        expect([...stores.keys.keys(), ...stores.certificates.keys()].every((each) => reported.has(each))).toBe(true)
        expect(report.accepted).toBe(report.reasons.length === 0)
      },
    ),
    { numRuns: 300 },
  )
})

it('never throws for any nesting of commands, and leaves nothing behind where every command failed', () => {
  const names = fc.constantFrom(
    'Add',
    'Replace',
    'Delete',
    'Get',
    'Exec',
    'Alert',
    'Atomic',
    'Sequence',
    'Frob',
    'Item',
    'CmdID',
  )
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 6 },
      fc.string({ unit: fc.constantFrom('a', '/', '.', '%', '7', ' ') }),
      fc
        .tuple(names, fc.array(tie('tree'), { maxLength: 4 }))
        .map(([name, inner]) => `<${name}>${inner.join('')}</${name}>`),
      fc
        .string({ unit: fc.constantFrom('.', '/', 'User', 'Vendor', 'MSFT', '*', '%zz') })
        .map((uri) => `<Target><LocURI>${uri}</LocURI></Target>`),
    ),
  }))
  fc.assert(
    fc.property(fc.array(tree, { maxLength: 6 }), (elements) => {
      const stores = new DeviceStores()
      const report = install(stores, Buffer.from(message(elements.join(''))))
      expect(report.native.kind).toBe('syncml')
      expect(contentsOf(stores)).toEqual({ keys: [], certificates: [], profiles: [], accounts: [] })
    }),
    { numRuns: 300 },
  )
})
