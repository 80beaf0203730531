/** The main job on the sample tenant: what must hold, and that each way to break it goes red. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PolicyRecord, RunRecord } from '../../reports/record.ts'
import type { Platform, PlatformFamily } from '../../simulator/device/platform.ts'
import { platforms } from '../../simulator/lab.ts'
import { acknowledgesAndForgets } from '../mutants/acknowledges-and-forgets.ts'
import { acknowledgesWithoutInstalling } from '../mutants/acknowledges-without-installing.ts'
import type { Peer } from '../second-opinion/opinion.ts'
import { sampleTenant } from './package-files.ts'
import { exitCodeOf, type RunOptions, runTenant } from './run-tenant.ts'

const alva = 'alva@example.test'
const platformsOf = Object.entries(platforms) as [PlatformFamily, Platform][]
const folders: string[] = []

/** A copy of the sample tenant, to be broken. */
function tenantCopy(): string {
  const folder = mkdtempSync(join(tmpdir(), 'smimelab-tenant-'))
  folders.push(folder)
  cpSync(sampleTenant, folder, { recursive: true })
  return folder
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const run = (options: Partial<RunOptions> = {}): Promise<RunRecord> =>
  runTenant({ folder: sampleTenant, policies: ['shared'], version: 'test', peers: [], ...options })

function policyOf(record: RunRecord, policy: string): PolicyRecord {
  const found = record.policies.find((each) => each.policy === policy)
  if (found === undefined) throw new Error(`no ${policy} in the record`)
  return found
}

describe('the sample tenant', () => {
  let record: RunRecord
  beforeAll(async () => {
    record = await run({ policies: ['per-device', 'shared', 'shared-newest-only'] })
  })

  test('shared: every device opens every message addressed to Alva, and none that is not', () => {
    const { messages, cells, devices } = policyOf(record, 'shared')
    const encrypted = messages.filter((message) => message.encrypted)
    expect(devices).toHaveLength(4)
    expect(encrypted.length).toBeGreaterThan(30)
    for (const message of encrypted) {
      for (const device of devices) {
        const cell = cells.find((each) => each.message === message.id && each.device === device.id)
        expect([message.id, device.id, cell?.outcome]).toEqual([
          message.id,
          device.id,
          message.addressedTo.includes(alva) ? 'opened' : 'closed',
        ])
      }
    }
    expect(encrypted.some((message) => !message.addressedTo.includes(alva))).toBe(true)
  })

  test('per-device: at least two devices cannot open part of the archive, each closed cell with its cause', () => {
    const { cells, verdict, messages } = policyOf(record, 'per-device')
    expect(verdict.closedByDevice.filter((each) => each.closed > 0).length).toBeGreaterThanOrEqual(2)
    const mine = new Set(messages.filter((message) => message.addressedTo.includes(alva)).map((message) => message.id))
    const closed = cells.filter((cell) => cell.outcome === 'closed')
    expect(new Set(closed.filter((cell) => mine.has(cell.message)).map((cell) => cell.cause))).toEqual(
      new Set(['key-never-delivered']),
    )
    expect(new Set(closed.filter((cell) => !mine.has(cell.message)).map((cell) => cell.cause))).toEqual(
      new Set(['never-recipient']),
    )
  })

  test('newest only: the older generations stay closed everywhere, the newest opens', () => {
    const { cells } = policyOf(record, 'shared-newest-only')
    const archived = cells.filter((cell) => !cell.message.startsWith('live/'))
    expect(new Set(archived.flatMap((cell) => (cell.openedBy === null ? [] : [cell.openedBy.label])))).toEqual(
      new Set(['2025']),
    )
    expect(archived.some((cell) => cell.cause === 'key-never-delivered')).toBe(true)
  })

  test('nothing is at fault, everything was accepted and sent, and the exit code says so', () => {
    expect(record.problems).toEqual([])
    for (const policy of record.policies) {
      expect(policy.faults).toEqual([])
      expect(policy.installs.every((install) => install.accepted)).toBe(true)
      expect(policy.mail?.map((mail) => mail.sent)).toEqual([true, true, true, true, true])
    }
    expect(exitCodeOf(record)).toBe(0)
  })

  test('the digest is the same for the same meaning, whatever the ciphertext', async () => {
    const again = await run({ policies: ['per-device', 'shared', 'shared-newest-only'] })
    expect(again.digest).toBe(record.digest)
  })

  test('no private key and no password is in the record', () => {
    const text = JSON.stringify(record)
    expect(text).not.toMatch(/PRIVATE KEY/)
    const ledger = readFileSync(join(sampleTenant, 'certification-authority/issued.yaml'), 'utf8')
    const passwords = [...ledger.matchAll(/password: (\S+)/g)].map((match) => match[1] as string)
    expect(passwords.length).toBeGreaterThan(5)
    for (const password of passwords) expect(text).not.toContain(password)
  })
})

describe('what must go red', () => {
  test('one changed byte in any archived message', async () => {
    for (const archive of ['shared', 'per-device'] as const) {
      const folder = tenantCopy()
      const names = readdirSync(join(folder, 'archive', archive))
      names.forEach((name, index) => {
        const file = join(folder, 'archive', archive, name)
        const bytes = readFileSync(file)
        // A different place in each: headers, base64, signature, end.
        const at = Math.floor((bytes.length - 1) * ((index % 10) / 9))
        bytes[at] = (bytes[at] as number) ^ 1
        writeFileSync(file, bytes)
      })
      const record = await run({ folder, policies: [archive] })
      const changed = policyOf(record, archive).faults.filter((fault) => fault.code === 'archive-changed')
      expect(changed.map((fault) => `${fault.messageId}.eml`).sort()).toEqual(names.sort())
      expect(exitCodeOf(record)).not.toBe(0)
    }
  })

  test('a removed history PFX', async () => {
    const folder = tenantCopy()
    rmSync(join(folder, 'imported-pfx/alva-encryption-2023.json'))
    const record = await run({ folder })
    const { verdict } = policyOf(record, 'shared')
    expect(verdict.kept).toBe(false)
    expect(verdict.closedByDevice.every((each) => each.closed > 0)).toBe(true)
    expect(exitCodeOf(record)).toBe(1)
  })

  test.each(platformsOf)('%s acknowledges without installing', async (family, platform) => {
    const record = await run({ platforms: { [family]: acknowledgesWithoutInstalling(platform) } })
    const { faults, verdict } = policyOf(record, 'shared')
    expect(faults.map((fault) => fault.code)).toContain('acknowledged-not-installed')
    expect(verdict.kept).toBe(false)
    expect(exitCodeOf(record)).toBe(1)
  })

  test.each(
    platformsOf.flatMap(([family, platform]) =>
      (['keys', 'certificates', 'profiles', 'accounts'] as const).map((store) => [family, store, platform] as const),
    ),
  )('%s acknowledges, and keeps no %s', async (family, store, platform) => {
    const record = await run({ platforms: { [family]: acknowledgesAndForgets(platform, store) } })
    // A Mac's account is its user's own: no delivery brings one.
    const expected = family === 'macos' && store === 'accounts' ? 0 : 1
    expect(exitCodeOf(record)).toBe(expected)
  })

  test('a message that is missing from the archive', async () => {
    const folder = tenantCopy()
    rmSync(join(folder, 'archive/shared/2026-10-13-forecast.eml'))
    const record = await run({ folder })
    expect(policyOf(record, 'shared').faults.map((fault) => fault.code)).toEqual(['archive-incomplete'])
    expect(exitCodeOf(record)).toBe(1)
  })
})

test('a peer that gives no answer leaves the run inconclusive', async () => {
  const mute: Peer = {
    name: 'mute',
    version: async () => '1',
    ask: async () => ({ kind: 'no-answer', reason: 'killed' }),
  }
  expect(exitCodeOf(await run({ peers: [mute] }))).toBe(4)
})

test('a peer that disagrees is our fault', async () => {
  const contrary: Peer = {
    name: 'contrary',
    version: async () => '1',
    ask: async () => ({ kind: 'disagrees', ours: 'a', theirs: 'b' }),
  }
  expect(exitCodeOf(await run({ peers: [contrary] }))).toBe(5)
})

describe('bad input', () => {
  test('a broken profile, an unknown type and a wrong password are named, the rest goes on', async () => {
    const folder = tenantCopy()
    const profiles = join(folder, 'Device Configurations')
    writeFileSync(join(profiles, 'broken.json'), '{\n  "displayName": "x",\n')
    writeFileSync(
      join(profiles, 'strange.json'),
      JSON.stringify({ '@odata.type': '#microsoft.graph.toasterConfiguration', displayName: 'toaster' }),
    )
    const file = join(folder, 'imported-pfx/alva-encryption-2021.json')
    const record = JSON.parse(readFileSync(file, 'utf8'))
    const other = JSON.parse(readFileSync(join(folder, 'imported-pfx/alva-encryption-2023.json'), 'utf8'))
    writeFileSync(file, JSON.stringify({ ...record, encryptedPfxPassword: other.encryptedPfxPassword }))

    const result = await run({ folder })
    const problems = new Map(result.problems.map((problem) => [problem.file, problem]))
    expect(problems.get('Device Configurations/broken.json')?.place).toMatch(/line/)
    expect(problems.get('Device Configurations/strange.json')?.message).toContain('toasterConfiguration')
    expect(problems.get('imported-pfx/alva-encryption-2021.json')?.message).toMatch(/password/)
    expect(policyOf(result, 'shared').cells.some((cell) => cell.openedBy?.label === '2023')).toBe(true)
    expect(exitCodeOf(result)).toBe(1)
  })

  describe('without a manifest', () => {
    const withoutManifest = (change: (archive: string) => void): string => {
      const folder = tenantCopy()
      rmSync(join(folder, 'archive/manifest.json'))
      change(join(folder, 'archive/shared'))
      return folder
    }

    test('a truncated message is named, the others still open', async () => {
      const folder = withoutManifest((archive) => {
        const file = join(archive, '2021-12-20-draft-contract.eml')
        writeFileSync(file, readFileSync(file).subarray(0, 900))
      })
      const record = await run({ folder })
      expect(record.problems).toMatchObject([
        { file: 'archive/shared/2021-12-20-draft-contract.eml', code: 'message-malformed', severity: 'error' },
      ])
      expect(policyOf(record, 'shared').cells.filter((cell) => cell.outcome === 'opened').length).toBeGreaterThan(100)
      expect(exitCodeOf(record)).toBe(1)
    })

    test('a changed word under a signature is named', async () => {
      const folder = withoutManifest((archive) => {
        const file = join(archive, '2022-03-14-office-closed-on-friday.eml')
        writeFileSync(file, readFileSync(file, 'latin1').replace('kept for those', 'lost for those'), 'latin1')
      })
      const record = await run({ folder })
      expect(record.problems).toMatchObject([
        { file: 'archive/shared/2022-03-14-office-closed-on-friday.eml', code: 'signature-invalid' },
      ])
      expect(exitCodeOf(record)).toBe(1)
    })

    test('a removed history PFX still has its true cause', async () => {
      const folder = withoutManifest(() => {})
      rmSync(join(folder, 'imported-pfx/alva-encryption-2023.json'))
      const { cells, verdict } = policyOf(await run({ folder }), 'shared')
      expect(verdict.kept).toBe(false)
      expect(cells.find((cell) => cell.message === '2024-05-21-access-codes')?.cause).toBe('key-never-delivered')
      expect(cells.find((cell) => cell.message === '2024-11-19-your-lease-ends')?.cause).toBe('never-recipient')
    })

    test('nothing in the archive, and no device, is nothing selected', async () => {
      const empty = withoutManifest((archive) => {
        rmSync(archive, { recursive: true })
        rmSync(join(archive, '../per-device'), { recursive: true })
      })
      await expect(run({ folder: empty })).rejects.toMatchObject({ code: 'nothing-selected' })
      const people = readFileSync(join(sampleTenant, 'people.yaml'), 'utf8')
      const alone = withoutManifest((archive) =>
        writeFileSync(join(archive, '../../people.yaml'), people.replace(/devices:\n[\s\S]*?\n\n/, 'devices: []\n\n')),
      )
      await expect(run({ folder: alone })).rejects.toMatchObject({ code: 'nothing-selected' })
    })
  })

  test('an unknown type alone fails the run', async () => {
    const folder = tenantCopy()
    writeFileSync(
      join(folder, 'Device Configurations/strange.json'),
      JSON.stringify({ '@odata.type': '#microsoft.graph.toasterConfiguration', displayName: 'toaster' }),
    )
    expect(exitCodeOf(await run({ folder }))).toBe(1)
  })

  test('an archive that the manifest does not know is not taken for granted', async () => {
    const folder = tenantCopy()
    writeFileSync(join(folder, 'archive/manifest.json'), JSON.stringify({ version: 1, messages: [] }))
    const { faults } = policyOf(await run({ folder }), 'shared')
    expect(new Set(faults.map((fault) => fault.code))).toEqual(new Set(['archive-unexpected']))
  })

  test('a tenant that is not there', async () => {
    await expect(run({ folder: join(sampleTenant, 'nowhere') })).rejects.toMatchObject({ code: 'tenant-missing' })
  })
})
