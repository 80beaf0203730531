import { readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { LabError } from '../error.ts'
import { loadKeyPool } from '../pki/key-pool.ts'
import { loadTenant } from './load-tenant.ts'
import {
  certificate,
  files,
  freshPool,
  importRecord,
  issuing,
  ledger,
  makeTenant,
  people,
  pfxOf,
  pkcsFields,
  profileFile,
  root,
  type TemporaryTenant,
  toGroup,
} from './testing/temporary-tenant.ts'

async function broken(change: (folder: TemporaryTenant) => Promise<unknown>) {
  await using folder = await makeTenant()
  await change(folder)
  return await folder.load()
}

async function refusal(change: (folder: TemporaryTenant) => Promise<unknown>): Promise<LabError> {
  try {
    await broken(change)
  } catch (error) {
    if (error instanceof LabError) return error
    throw error
  }
  throw new Error('the tenant was loaded')
}

describe('without these there is no tenant', () => {
  test('the folder', async () => {
    await expect(loadTenant('/nowhere/tenant', { keyPool: freshPool() })).rejects.toMatchObject({
      code: 'tenant-missing',
      message: expect.stringContaining('/nowhere/tenant'),
      hint: expect.stringContaining('people.yaml'),
    })
  })

  test('a file is no folder', async () => {
    await using folder = await makeTenant()
    await expect(loadTenant(join(folder.folder, 'people.yaml'), { keyPool: freshPool() })).rejects.toMatchObject({
      code: 'tenant-missing',
    })
  })

  test('the people', async () => {
    expect(await refusal((folder) => folder.remove('people.yaml'))).toMatchObject({ code: 'people-missing' })
  })

  test('the certification authority, its file named', async () => {
    const error = await refusal((folder) => folder.remove('certification-authority/issuing.key.pem'))
    expect(error).toMatchObject({ code: 'file-missing', message: expect.stringContaining('issuing.key.pem') })
  })

  test("the authority's own key", async () => {
    const error = await refusal(async (folder) => {
      const key = await readFile(join(folder.folder, 'connector/PFXEncryptionKey.pem'))
      await folder.write('certification-authority/issuing.key.pem', key)
    })
    expect(error.code).toBe('authority-key-mismatch')
  })
})

describe('people.yaml', () => {
  const refused = (text: string) => refusal((folder) => folder.write('people.yaml', text))

  test('a wrong value is told with line and column', async () => {
    const error = await refused(people.replace('platform: macos', 'platform: macintosh'))
    expect(error).toMatchObject({ code: 'people-invalid' })
    expect(error.message).toMatch(/^people\.yaml: line 11, column \d+: devices\[2\]\.platform: /)
  })

  test('a version without quotes would be a number', async () => {
    const error = await refused(people.replace("os: '18.6'", 'os: 18.10'))
    expect(error.message).toContain('a version in quotes was wanted')
  })

  test('broken YAML is told with line and column', async () => {
    const error = await refused(`${people}\n  - [`)
    expect(error).toMatchObject({ code: 'yaml-broken' })
    expect(error.message).toMatch(/^people\.yaml: line \d+, column \d+: /)
  })

  test.each([
    [
      'an avalanche of aliases',
      `l0: &l0 x\n${Array.from({ length: 12 }, (_, n) => `l${n + 1}: &l${n + 1} [${`*l${n},`.repeat(9)}]`).join('\n')}`,
    ],
    ['an alias of nothing', 'now: *nothing'],
    ['great depth', '['.repeat(100_000)],
  ])('%s is refused', async (_, text) => {
    expect(await refused(text)).toMatchObject({ code: 'yaml-broken' })
  })

  test('a misspelt key is told, and not passed over', async () => {
    const error = await refused(people.replace('userSetUp', 'userSetup'))
    expect(error.message).toMatch(/devices\[3\]: .*userSetup/)
  })

  test('names that lead nowhere are problems, and the rest goes on', async () => {
    const text = people
      .replace('groups: [Mail users] }\n  - { upn: bo', 'groups: [Mail users, Nobody] }\n  - { upn: bo')
      .replace('user: alva@corp.example.test, platform: macos', 'user: alma@corp.example.test, platform: macos')
    const { tenant, problems } = await broken((folder) => folder.write('people.yaml', text))
    expect(problems.map(({ code, place }) => [code, place])).toEqual([
      ['unknown-group', 'users[0].groups'],
      ['unknown-user', 'devices[2].user'],
    ])
    expect(await tenant.intendedKeys('alva-mac', 'shared')).toEqual([])
    expect(await tenant.intendedKeys('alva-iphone', 'shared')).toHaveLength(4)
  })
})

describe('profiles', () => {
  test('broken JSON: file, line and column, and the others still count', async () => {
    const { tenant, problems } = await broken((folder) =>
      folder.write(files.iosSigning, '{\n  "displayName": "x",\n  oops'),
    )
    expect(problems).toContainEqual({
      file: files.iosSigning,
      place: 'line 3, column 3',
      code: 'json-broken',
      message: 'a name in double quotes was wanted',
      severity: 'error',
    })
    expect(await tenant.intendedKeys('alva-iphone', 'shared')).toHaveLength(3)
  })

  test('UTF-16 with a byte order mark, as PowerShell 5.1 exports, is read', async () => {
    const { problems } = await broken(async (folder) => {
      const text = await readFile(join(folder.folder, files.iosSigning), 'utf8')
      await folder.write(files.iosSigning, Buffer.from(`\ufeff${text}`, 'utf16le'))
    })
    expect(problems).toEqual([])
  })

  test('an unknown type is an error', async () => {
    const { problems } = await broken(async (folder) => {
      for (const type of ['iosScepCertificateProfile', 'iosGeneralDeviceConfiguration'])
        await folder.write(`Device Configurations/${type}.json`, {
          '@odata.type': `#microsoft.graph.${type}`,
          displayName: 'other',
        })
    })
    expect(problems.map(({ file, code, severity }) => [file, code, severity])).toEqual([
      ['Device Configurations/iosGeneralDeviceConfiguration.json', 'unknown-type', 'error'],
      ['Device Configurations/iosScepCertificateProfile.json', 'unknown-type', 'error'],
    ])
  })

  test('a value of the wrong kind names its property', async () => {
    const { problems } = await broken((folder) =>
      folder.change(files.iosSigning, { certificateValidityPeriodValue: '1' }),
    )
    expect(problems[0]).toMatchObject({
      file: files.iosSigning,
      code: 'profile-invalid',
      message: expect.stringContaining('certificateValidityPeriodValue'),
    })
  })

  test('text that no wire form could carry, and names that are no packages, are told', async () => {
    const { problems } = await broken(async (folder) => {
      await folder.change(files.iosMail, { accountName: 'Mail\u0000' })
      await folder.change(files.outlook, { packageId: 'app:Outlook' })
    })
    expect(problems.slice(0, 2).map(({ file, code, message }) => [file, code, message])).toEqual([
      [files.iosMail, 'profile-invalid', 'accountName: text without control characters was wanted'],
      [files.outlook, 'profile-invalid', 'packageId: a package name was wanted, as com.example.mail'],
    ])
  })

  test('an assignment to an unknown group reaches nobody', async () => {
    const { tenant, problems } = await broken((folder) =>
      folder.change(files.macosEncryption, { assignments: [toGroup('Mail usres', 'groupAssignmentTarget')] }),
    )
    expect(problems).toEqual([
      expect.objectContaining({
        file: files.macosEncryption,
        place: 'assignments[0].target',
        code: 'unknown-group',
        message: "no group is named 'Mail usres'",
      }),
    ])
    expect(await tenant.intendedKeys('alva-mac', 'shared')).toHaveLength(1)
  })

  test('exclusion wins', async () => {
    const { tenant } = await broken(async (folder) => {
      await folder.write(
        'people.yaml',
        people.replace('surname: Lindqvist, groups: [', 'surname: Lindqvist, groups: [Leavers, '),
      )
      await folder.change(files.macosEncryption, {
        assignments: [
          toGroup('Mail users', 'groupAssignmentTarget'),
          toGroup('Leavers', 'exclusionGroupAssignmentTarget'),
        ],
      })
    })
    expect(await tenant.intendedKeys('alva-mac', 'shared')).toHaveLength(1)
    expect(await tenant.intendedKeys('alva-windows', 'shared')).toHaveLength(4)
  })

  test('an unknown variable keeps the profile from every device, told for each, with the right spelling', async () => {
    const { tenant, problems } = await broken((folder) =>
      folder.change(files.windowsSigning, { ...pkcsFields, subjectNameFormatString: 'CN={{Username}}' }),
    )
    expect(problems).toEqual([
      expect.objectContaining({
        file: files.windowsSigning,
        place: 'device alva-windows',
        code: 'unknown-variable',
        hint: 'write {{UserName}}',
      }),
    ])
    expect((await tenant.intendedKeys('alva-windows', 'shared')).map(({ purpose }) => purpose)).toEqual([
      'encryption',
      'encryption',
      'encryption',
    ])
  })

  test('a purpose that is not for mail is told', async () => {
    const { problems } = await broken((folder) => folder.change(files.macosEncryption, { intendedPurpose: 'vpn' }))
    expect(problems[0]).toMatchObject({ file: files.macosEncryption, code: 'purpose-not-smime' })
  })
})

describe('links of the mail profile', () => {
  const withLinks = (text: string) =>
    broken((folder) => folder.write('people.yaml', people.replace(/links:[\s\S]*$/, `links: ${text}\n`)))

  test('without them the only fitting profile is assumed, and that is told', async () => {
    const { problems } = await withLinks('{}')
    expect(problems.map(({ code, severity }) => [code, severity])).toEqual([
      ['link-assumed', 'warning'],
      ['link-assumed', 'warning'],
    ])
    expect(problems[0]?.hint).toBe('in people.yaml: links: { "iOS mail": { signing: "iOS signing" } }')
  })

  test('names of nothing are errors', async () => {
    const { problems } = await withLinks(
      '{ iOS mail: { signing: iOS sining, encryption: macOS encryption }, Mail: {} }',
    )
    expect(problems.map(({ place, code }) => [place, code])).toEqual([
      ['links.Mail', 'unknown-profile'],
      ['links.iOS mail.signing', 'unknown-profile'],
      ['links.iOS mail.encryption', 'unknown-profile'],
    ])
  })

  test('a linked profile that does not reach the device is an error, for that device', async () => {
    const { problems } = await broken((folder) => folder.change(files.iosEncryption, { assignments: [] }))
    expect(problems.map(({ file, place, code }) => [file, place, code])).toEqual([
      [files.iosMail, 'device alva-iphone', 'linked-profile-not-assigned'],
      [files.iosMail, 'device alva-old-iphone', 'linked-profile-not-assigned'],
    ])
  })
})

describe('imports', () => {
  const record = importRecord('alva-2023', 'alva@corp.example.test')
  const file = 'imported-pfx/alva-2023.json'
  const withRecord = (changes: object) => broken((folder) => folder.write(file, { ...record, ...changes }))

  test('a password that does not open the PFX: that record is not delivered, the others are', async () => {
    const other = pfxOf('alva-2023', 'another password').toString('base64')
    const { tenant, problems } = await withRecord({ encryptedPfxBlob: other })
    expect(problems).toEqual([expect.objectContaining({ file, code: 'pkcs12-wrong-password', severity: 'error' })])
    expect(JSON.stringify(problems)).not.toContain('another password')
    const keys = await tenant.intendedKeys('alva-mac', 'shared')
    expect(keys.slice(1).map((key) => key.certificate.sha256)).toEqual([
      certificate('alva-2021').sha256,
      certificate('alva-2025').sha256,
    ])
  })

  test('a password that was wrapped to another key', async () => {
    const { problems } = await withRecord({ encryptedPfxPassword: Buffer.alloc(256, 7).toString('base64') })
    expect(problems).toEqual([expect.objectContaining({ file, code: 'imported-pfx-unwrap' })])
  })

  test.each([
    ['a blob as Graph reads it back', { encryptedPfxBlob: 'AA==' }, 'imported-pfx-read-back'],
    ['a padding that the service refuses', { paddingScheme: 'pkcs1' }, 'imported-pfx-invalid'],
    ['an unknown user', { userPrincipalName: 'alma@corp.example.test' }, 'unknown-user'],
    ['the thumbprint of another certificate', { thumbprint: 'ab'.repeat(20) }, 'imported-pfx-thumbprint'],
    ['a purpose that is not for mail', { intendedPurpose: 'Wifi' }, 'purpose-not-smime'],
    ['dates of another certificate', { startDateTime: '2020-01-01T00:00:00+02:00' }, 'imported-pfx-dates'],
  ])('%s', async (_, changes, code) => {
    const { problems } = await withRecord(changes)
    expect(problems.map((problem) => [problem.file, problem.code])).toEqual([[file, code]])
  })

  test('one certificate twice is a conflict, and the first stays', async () => {
    const { problems, tenant } = await broken((folder) =>
      folder.write('imported-pfx/z.json', { ...record, intendedPurpose: 'smimeSigning' }),
    )
    expect(problems).toEqual([expect.objectContaining({ file: 'imported-pfx/z.json', code: 'imported-pfx-duplicate' })])
    expect(await tenant.intendedKeys('alva-mac', 'shared')).toHaveLength(4)
  })

  test("without the connector's key none is delivered", async () => {
    const { problems, tenant } = await broken((folder) => folder.remove('connector/PFXEncryptionKey.pem'))
    expect(problems).toEqual([
      expect.objectContaining({ file: 'connector/PFXEncryptionKey.pem', code: 'file-missing' }),
    ])
    expect(await tenant.intendedKeys('alva-mac', 'shared')).toHaveLength(1)
  })
})

describe('the ledger', () => {
  test('entries that can not be used are problems, the others count', async () => {
    const { tenant, problems } = await broken((folder) =>
      folder.write(
        'certification-authority/issued.yaml',
        ledger
          .replace('issued/iphone-2024.pfx, password: test', 'issued/iphone-2024.pfx, password: another')
          .replace('issued/lost-2021.pfx', 'issued/nothing.pfx'),
      ),
    )
    expect(problems.map(({ file, place, code }) => [file, place, code])).toEqual([
      ['certification-authority/issued.yaml', '[0]', 'pkcs12-wrong-password'],
      ['certification-authority/issued.yaml', '[2]', 'file-missing'],
    ])
    const keys = await tenant.intendedKeys('alva-iphone', 'per-device')
    expect(keys.slice(1).map((key) => key.certificate.sha256)).toEqual([certificate('iphone-2022').sha256])
  })

  test.each(['../../../outside.pfx', '/etc/hostname', 'link.pfx'])(
    '%s leaves the folder and is not read',
    async (path) => {
      const { problems } = await broken(async (folder) => {
        await symlink('/etc/hostname', join(folder.folder, 'certification-authority/link.pfx'))
        await folder.write(
          'certification-authority/issued.yaml',
          `[{ device: d, user: u, issued: 2020-01-01, purpose: encryption, pfx: ${path}, password: secret }]`,
        )
      })
      const expected = path.startsWith('/') ? 'file-missing' : 'path-outside-tenant'
      expect(problems).toEqual([expect.objectContaining({ place: '[0]', code: expected })])
      expect(JSON.stringify(problems)).not.toContain('secret')
    },
  )

  test('a file that is no list is a problem', async () => {
    const { problems } = await broken((folder) => folder.write('certification-authority/issued.yaml', 'device: one'))
    expect(problems).toEqual([expect.objectContaining({ code: 'ledger-invalid' })])
  })

  test('none at all is fine', async () => {
    const { problems } = await broken((folder) => folder.remove('certification-authority/issued.yaml'))
    expect(problems).toEqual([])
  })
})

test('a pool that runs dry is a problem of each device that goes without', async () => {
  await using folder = await makeTenant()
  const { tenant, problems } = await loadTenant(folder.folder, { keyPool: loadKeyPool({ rsa: '', ec: '' }) })
  expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(['key-pool-exhausted']))
  // Five signing certificates, and an encryption certificate for each of the four devices without a ledger.
  expect(problems).toHaveLength(9)
  expect(await tenant.intendedKeys('alva-mac', 'shared')).toHaveLength(3)
})

test('two certificates in one trusted-certificate profile are one too many', async () => {
  const file = profileFile('Windows root', 'windows81TrustedRootCertificate')
  const { problems } = await broken((folder) =>
    folder.change(file, {
      trustedRootCertificate: Buffer.from(
        [root, issuing]
          .map(({ der }) => `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`)
          .join(''),
      ).toString('base64'),
    }),
  )
  expect(problems).toEqual([
    expect.objectContaining({ file, message: 'trustedRootCertificate: one certificate was wanted, 2 came' }),
  ])
})
