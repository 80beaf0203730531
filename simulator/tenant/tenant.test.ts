import { describe, expect, test } from 'vitest'
import { LabError } from '../error.ts'
import { validatePath } from '../pki/path-validation.ts'
import { encryptionPolicies } from './entitlement.ts'
import {
  alva,
  bo,
  certificate,
  files,
  issuing,
  type Label,
  makeTenant,
  people,
  root,
} from './testing/temporary-tenant.ts'

const sha256 = (...labels: Label[]) => labels.map((label) => certificate(label).sha256)

const loadOnce = async () => {
  await using folder = await makeTenant()
  return await folder.load()
}
const { tenant, problems } = await loadOnce()

const encryptionKeys = async (device: string, policy: (typeof encryptionPolicies)[number]) =>
  (await tenant.intendedKeys(device, policy))
    .filter(({ purpose }) => purpose === 'encryption')
    .map((key) => key.certificate.sha256)

test('the tenant of these tests is right', () => {
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([])
  expect(tenant.now).toEqual(new Date('2026-06-01T08:00:00Z'))
  expect(tenant.users).toHaveLength(2)
  expect(tenant.devices.map(({ id }) => id)).toContain('kiosk')
})

describe('shared: every imported certificate, to every device of the user', () => {
  for (const device of ['alva-iphone', 'alva-old-iphone', 'alva-mac', 'alva-windows', 'alva-android']) {
    test(device, async () => {
      expect(await encryptionKeys(device, 'shared')).toEqual(sha256('alva-2021', 'alva-2023', 'alva-2025'))
    })
  }
})

test('shared-newest-only: the import with the latest start date', async () => {
  expect(await encryptionKeys('alva-mac', 'shared-newest-only')).toEqual(sha256('alva-2025'))
})

describe('per-device', () => {
  test("a device of the ledger gets all that it was issued, and no other device's", async () => {
    expect(await encryptionKeys('alva-iphone', 'per-device')).toEqual(sha256('iphone-2022', 'iphone-2024'))
  })

  test('a device that the ledger does not know gets one of its own today, unlike any other', async () => {
    const [mac, windows] = await Promise.all(
      ['alva-mac', 'alva-windows'].map(async (device) =>
        (await tenant.intendedKeys(device, 'per-device')).filter(({ purpose }) => purpose === 'encryption'),
      ),
    )
    expect(mac).toHaveLength(1)
    const [own] = mac ?? []
    expect(own?.certificate.notBefore).toEqual(tenant.now)
    expect(own?.certificate.emails).toEqual([alva])
    expect(own?.certificate.spki).not.toEqual(windows?.[0]?.certificate.spki)
  })

  test('what was issued before the device enrolled anew is gone', async () => {
    await using other = await makeTenant()
    await other.write('people.yaml', people.replace("'18.6', enrolled: 2022-01-01", "'18.6', enrolled: 2023-01-01"))
    const keys = await (await other.load()).tenant.intendedKeys('alva-iphone', 'per-device')
    expect(keys.filter(({ purpose }) => purpose === 'encryption').map((key) => key.certificate.sha256)).toEqual(
      sha256('iphone-2024'),
    )
  })
})

describe('signing certificates', () => {
  test('each device has its own, the same under every policy', async () => {
    const bySubject = new Map<string, Set<string>>()
    for (const device of ['alva-iphone', 'alva-mac', 'alva-windows', 'alva-android']) {
      for (const policy of encryptionPolicies) {
        const signing = (await tenant.intendedKeys(device, policy)).filter(({ purpose }) => purpose === 'signing')
        expect(signing).toHaveLength(1)
        for (const key of signing) {
          const known = bySubject.get(device) ?? new Set()
          bySubject.set(device, known.add(key.certificate.sha256))
        }
      }
    }
    expect([...bySubject.values()].map((each) => each.size)).toEqual([1, 1, 1, 1])
    expect(new Set([...bySubject.values()].flatMap((each) => [...each])).size).toBe(4)
  })

  test('subject, names, validity and use are as the profile says, and the path is valid', async () => {
    const [key] = await tenant.intendedKeys('alva-iphone', 'shared')
    const signing = key?.certificate
    if (signing === undefined) throw new Error('no signing certificate')
    // The comma belongs to the name.
    expect(signing.subjectText).toBe(`CN=Lindqvist\\, Alva,emailAddress=${alva},O=Test`)
    expect(signing.emails).toEqual([alva])
    expect(signing.notAfter).toEqual(new Date('2027-06-01T08:00:00Z'))
    expect([...(signing.keyUsage ?? [])]).toEqual(['digitalSignature'])
    const path = validatePath(signing, {
      anchors: [root],
      intermediates: [issuing],
      at: tenant.now,
      purpose: 'smime-sign',
    })
    expect(path.reasons).toEqual([])
    expect(path.ok).toBe(true)
  })

  test('an edited profile re-issues under another serial number', async () => {
    await using edited = await makeTenant()
    await edited.change(files.iosSigning, { certificateValidityPeriodValue: 2 })
    const [before] = await tenant.intendedKeys('alva-iphone', 'shared')
    const [after] = await (await edited.load()).tenant.intendedKeys('alva-iphone', 'shared')
    expect(after?.certificate.notAfter).toEqual(new Date('2028-06-01T08:00:00Z'))
    expect(after?.certificate.serialHex).not.toBe(before?.certificate.serialHex)
  })

  test('no key of the pool is in two certificates', async () => {
    const all = new Map<string, Set<string>>()
    for (const { id } of tenant.devices) {
      for (const policy of encryptionPolicies) {
        for (const key of await tenant.intendedKeys(id, policy)) {
          const spki = key.certificate.spki.toString('hex')
          all.set(spki, (all.get(spki) ?? new Set()).add(key.certificate.sha256))
        }
      }
    }
    expect([...all.values()].every((each) => each.size === 1)).toBe(true)
    expect(all.has(issuing.spki.toString('hex'))).toBe(false)
  })
})

describe('a device without a user', () => {
  test('gets trust and nothing else, and each profile that would have reached it says so', async () => {
    expect(await tenant.intendedKeys('kiosk', 'shared')).toEqual([])
    const deliveries = await tenant.deliveriesFor('kiosk', 'shared')
    expect(deliveries.map(({ profile }) => profile)).toEqual(['iOS root', 'iOS intermediate'])
  })

  test('an assignment to all devices warns', async () => {
    await using other = await makeTenant()
    await other.change(files.iosEncryption, {
      assignments: [{ target: { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' } }],
    })
    const loaded = await other.load()
    expect(loaded.problems).toEqual([
      expect.objectContaining({ file: files.iosEncryption, code: 'device-without-user', place: 'device kiosk' }),
    ])
    expect(await loaded.tenant.intendedKeys('kiosk', 'shared')).toEqual([])
  })
})

describe('directory', () => {
  const found = (policy: (typeof encryptionPolicies)[number], address: string, at: string) =>
    tenant
      .directory(policy)
      .certificatesFor(address, new Date(at))
      .map((each) => each.sha256)

  test('shared: the newest import that had begun', () => {
    expect(found('shared', alva, '2020-06-01')).toEqual([])
    expect(found('shared', alva, '2022-06-01')).toEqual(sha256('alva-2021'))
    expect(found('shared', alva.toUpperCase(), '2023-06-01')).toEqual(sha256('alva-2023'))
    expect(found('shared-newest-only', alva, '2023-06-01')).toEqual(sha256('alva-2023'))
    expect(found('shared', alva, '2026-06-01')).toEqual(sha256('alva-2025'))
  })

  test('per-device: what was last issued to any device, one that is gone included', () => {
    expect(found('per-device', alva, '2021-06-01')).toEqual(sha256('lost-2021'))
    expect(found('per-device', alva, '2023-06-01')).toEqual(sha256('iphone-2022'))
    expect(found('per-device', alva, '2025-06-01')).toEqual(sha256('iphone-2024'))
    expect(found('per-device', alva, '2026-06-01T08:00:00Z')).not.toEqual(sha256('iphone-2024'))
  })

  test('someone without devices is found by imports under every policy, someone unknown under none', () => {
    for (const policy of encryptionPolicies) {
      expect(found(policy, bo, '2026-06-01')).toEqual(sha256('bo-2024'))
      expect(found(policy, 'nobody@example.test', '2026-06-01')).toEqual([])
    }
  })
})

test('certificatesOf: all that ever were, for finding out why a message does not open', () => {
  const [user] = tenant.users
  if (user === undefined) throw new Error('no user')
  const of = (policy: (typeof encryptionPolicies)[number]) =>
    tenant.certificatesOf(user, policy).map((each) => each.sha256)
  expect(of('shared-newest-only')).toEqual(sha256('alva-2021', 'alva-2023', 'alva-2025'))
  expect(of('per-device').slice(0, 3)).toEqual(sha256('lost-2021', 'iphone-2022', 'iphone-2024'))
  // Four devices have nothing in the ledger, and got one each today.
  expect(of('per-device')).toHaveLength(7)
})

test('signingIdentityOf: the imported one that is current', () => {
  expect(tenant.signingIdentityOf('bo@corp.example.test')?.certificate.sha256).toBe(certificate('bo-signing').sha256)
  expect(tenant.signingIdentityOf('alva@corp.example.test')).toBeUndefined()
})

test('two loads, and two calls, give equal bytes', async () => {
  const again = (await loadOnce()).tenant
  for (const { id } of tenant.devices) {
    for (const policy of encryptionPolicies) {
      const first = await tenant.deliveriesFor(id, policy)
      expect(await tenant.deliveriesFor(id, policy)).toEqual(first)
      expect(await again.deliveriesFor(id, policy)).toEqual(first)
      expect(new Set(first.map((delivery) => delivery.id)).size).toBe(first.length)
    }
  }
})

test('an unknown device is an error that names the known ones', async () => {
  await expect(tenant.deliveriesFor('alva-ipad', 'shared')).rejects.toThrow(LabError)
  await expect(tenant.deliveriesFor('alva-ipad', 'shared')).rejects.toMatchObject({
    code: 'unknown-device',
    hint: expect.stringContaining('alva-iphone'),
  })
})

test('the certification authority is at hand, and revokes', async () => {
  const [key] = await tenant.intendedKeys('alva-mac', 'per-device')
  if (key === undefined) throw new Error('no key')
  expect(tenant.certificationAuthority.isRevoked(key.certificate)).toBe(false)
  tenant.certificationAuthority.revoke(key.certificate, tenant.now)
  expect(tenant.certificationAuthority.isRevoked(key.certificate)).toBe(true)
})
