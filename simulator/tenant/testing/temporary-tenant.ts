/** A small tenant in a temporary folder, for tests: right as it is, and easy to break in one place. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createImportedPfx, type IntendedPurpose } from '../../delivery/imported-pfx.ts'
import { type Certificate, certificateToPem, type Identity } from '../../pki/certificate.ts'
import { CertificationAuthority, createRoot, type IssueRequest } from '../../pki/certification-authority.ts'
import { type KeyPool, loadKeyPool } from '../../pki/key-pool.ts'
import { writePkcs12 } from '../../pki/pkcs12/index.ts'
import { loadTenant } from '../load-tenant.ts'

const poolFolder = new URL('../../../fixtures/key-pool/', import.meta.url)
const [rsa, ec] = await Promise.all(
  ['rsa-2048.pem', 'p-256.pem'].map((file) => readFile(new URL(file, poolFolder), 'utf8')),
)
export const freshPool = (): KeyPool => loadKeyPool({ rsa: rsa ?? '', ec: ec ?? '' })

const pool = freshPool()
let serial = 0
const request = (subject: string, from: string, until: string): Omit<IssueRequest, 'publicKey'> => ({
  subject,
  emails: [],
  keyUsage: ['keyCertSign', 'cRLSign'],
  extendedKeyUsage: [],
  notBefore: new Date(from),
  notAfter: new Date(until),
  serial: Buffer.of(0x40, ++serial),
})

const rootKeys = pool.take('rsa-2048', 'root')
export const root = await createRoot(
  { ...request('CN=Test Root,O=Test', '2015-01-01', '2045-01-01'), ca: {} },
  rootKeys,
)
const issuingKeys = pool.take('rsa-2048', 'issuing')
const rootAuthority = new CertificationAuthority({ certificate: root, privateKey: rootKeys.privateKey }, [root])
export const issuing = await rootAuthority.issue({
  ...request('CN=Test Issuing,O=Test', '2016-01-01', '2035-01-01'),
  ca: { pathLength: 0 },
  publicKey: issuingKeys.publicKey,
})
const authority = new CertificationAuthority({ certificate: issuing, privateKey: issuingKeys.privateKey }, [
  issuing,
  root,
])
const connector = pool.take('rsa-2048', 'connector')

async function issue(label: string, address: string, from: string, until: string): Promise<Identity> {
  const { publicKey, privateKey } = pool.take('p-256', label)
  const certificate = await authority.issue({
    ...request(`CN=${label}`, from, until),
    emails: [address],
    keyUsage: ['keyAgreement'],
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.4'],
    publicKey,
  })
  return { certificate, privateKey }
}

export const alva = 'alva.lindqvist@example.test'
export const bo = 'bo@example.test'

/** By label: what was imported for the users, and what the devices `alva-iphone` and `lost-phone` once were issued. */
export const identities = {
  'alva-2021': await issue('alva-2021', alva, '2021-01-10', '2023-01-10'),
  'alva-2023': await issue('alva-2023', alva, '2023-01-05', '2025-01-05'),
  'alva-2025': await issue('alva-2025', alva, '2024-12-20', '2026-12-20'),
  'bo-2024': await issue('bo-2024', bo, '2024-03-01', '2027-03-01'),
  'bo-signing': await issue('bo-signing', bo, '2024-03-01', '2027-03-01'),
  'iphone-2022': await issue('iphone-2022', alva, '2022-05-01', '2024-05-01'),
  'iphone-2024': await issue('iphone-2024', alva, '2024-04-20', '2026-12-20'),
  'lost-2021': await issue('lost-2021', alva, '2021-02-01', '2023-02-01'),
} satisfies Record<string, Identity>
export type Label = keyof typeof identities

export const certificate = (label: Label): Certificate => identities[label].certificate

const pfxPassword = 'test password of a PFX'

export function pfxOf(label: Label, password = pfxPassword): Buffer {
  return writePkcs12({ identities: [identities[label]], password, protection: 'pbes2-aes-256', iterations: 1 })
}

export function importRecord(label: Label, upn: string, intendedPurpose: IntendedPurpose = 'smimeEncryption') {
  return createImportedPfx({
    pfx: pfxOf(label),
    password: pfxPassword,
    userPrincipalName: upn,
    intendedPurpose,
    publicKey: connector.publicKey,
    at: new Date('2025-01-01'),
  })
}

export const people = `
now: 2026-06-01T08:00:00Z
organization: Test
groups: [{ name: Mail users }, { name: Leavers }]
users:
  - { upn: alva@corp.example.test, address: ${alva}, name: 'Lindqvist, Alva', givenName: Alva, surname: Lindqvist, groups: [Mail users] }
  - { upn: bo@corp.example.test, address: ${bo}, name: Bo Ek, groups: [Mail users] }
devices:
  - { id: alva-iphone, user: Alva@corp.example.test, platform: ios, os: '18.6', enrolled: 2022-01-01 }
  - { id: alva-old-iphone, user: alva@corp.example.test, platform: ios, os: '17.7', enrolled: 2022-01-01 }
  - { id: alva-mac, user: alva@corp.example.test, platform: macos, os: '15.6', enrolled: 2024-01-01 }
  - { id: alva-windows, user: alva@corp.example.test, platform: windows, os: '10.0.26100', enrolled: 2024-01-01, userSetUp: { smime: true } }
  - { id: alva-android, user: alva@corp.example.test, platform: android, os: '15', enrolled: 2024-01-01 }
  - { id: kiosk, platform: ios, os: '18.6', enrolled: 2024-01-01 }
links:
  iOS mail: { signing: iOS signing, encryption: iOS encryption }
`

type Json = Record<string, unknown>

export const toGroup = (groupName: string, kind: 'groupAssignmentTarget' | 'exclusionGroupAssignmentTarget') => ({
  target: { '@odata.type': `#microsoft.graph.${kind}`, groupName },
})
const mailUsers = [toGroup('Mail users', 'groupAssignmentTarget')]
const everyDevice = [{ target: { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' } }]

export const pkcsFields: Json = {
  certificateValidityPeriodValue: 1,
  certificateValidityPeriodScale: 'years',
  subjectNameFormat: 'custom',
  subjectNameFormatString: 'CN={{UserName}},E={{EmailAddress}},O=Test',
  customSubjectAlternativeNames: [{ sanType: 'emailAddress', name: '{{EmailAddress}}' }],
}

const trusted = (type: string, displayName: string, each: Certificate, more: Json = {}): [string, Json] => [
  type,
  { displayName, trustedRootCertificate: each.der.toString('base64'), assignments: everyDevice, ...more },
]

const profiles: readonly [type: string, Json][] = [
  trusted('iosTrustedRootCertificate', 'iOS intermediate', issuing),
  trusted('iosTrustedRootCertificate', 'iOS root', root),
  ['iosPkcsCertificateProfile', { displayName: 'iOS signing', ...pkcsFields }],
  ['iosImportedPFXCertificateProfile', { displayName: 'iOS encryption', intendedPurpose: 'SmimeEncryption' }],
  [
    'iosEasEmailProfileConfiguration',
    {
      displayName: 'iOS mail',
      hostName: 'mail.example.test',
      emailAddressSource: 'primarySmtpAddress',
      usernameSource: 'userPrincipalName',
      requireSmime: true,
      smimeSigningEnabled: true,
      signingCertificateType: 'certificate',
      encryptionCertificateType: 'certificate',
      smimeEncryptByDefaultEnabled: false,
      smimeEnablePerMessageSwitch: true,
    },
  ],
  trusted('macOSTrustedRootCertificate', 'macOS root', root),
  ['macOSPkcsCertificateProfile', { displayName: 'macOS signing', ...pkcsFields }],
  ['macOSImportedPFXCertificateProfile', { displayName: 'macOS encryption', intendedPurpose: 'smimeEncryption' }],
  trusted('windows81TrustedRootCertificate', 'Windows root', root, { destinationStore: 'computerCertStoreRoot' }),
  trusted('windows81TrustedRootCertificate', 'Windows intermediate', issuing, {
    destinationStore: 'computerCertStoreIntermediate',
  }),
  [
    'windows10PkcsCertificateProfile',
    { displayName: 'Windows signing', keyStorageProvider: 'useSoftwareKsp', ...pkcsFields },
  ],
  [
    'windows10ImportedPFXCertificateProfile',
    { displayName: 'Windows encryption', keyStorageProvider: 'useSoftwareKsp', intendedPurpose: 'smimeEncryption' },
  ],
  ['windows10EasEmailProfileConfiguration', { displayName: 'Windows mail', hostName: 'mail.example.test' }],
  trusted('androidDeviceOwnerTrustedRootCertificate', 'Android root', root),
  ['androidDeviceOwnerPkcsCertificateProfile', { displayName: 'Android signing', ...pkcsFields }],
  [
    'androidDeviceOwnerImportedPFXCertificateProfile',
    {
      displayName: 'Android encryption',
      intendedPurpose: 'smimeEncryption',
      certificateAccessType: 'specificApps',
      silentCertificateAccessDetails: [{ packageId: 'com.example.listed' }],
    },
  ],
]

const outlook: Json = {
  '@odata.type': '#microsoft.graph.androidManagedStoreAppConfiguration',
  displayName: 'Outlook',
  packageId: 'app:com.microsoft.office.outlook',
  assignments: mailUsers,
  payloadJson: {
    managedProperty: [
      { key: 'com.microsoft.outlook.EmailProfile.EmailAddress', valueString: '{{mail}}' },
      { key: 'com.microsoft.outlook.Mail.SMIMEEnabled', valueBool: true },
    ],
  },
}

export class TemporaryTenant implements AsyncDisposable {
  readonly folder: string
  constructor(folder: string) {
    this.folder = folder
  }

  async write(path: string, content: string | Buffer | object): Promise<void> {
    const file = join(this.folder, path)
    await mkdir(dirname(file), { recursive: true })
    const plain = typeof content === 'string' || Buffer.isBuffer(content)
    await writeFile(file, plain ? content : JSON.stringify(content, null, 2))
  }

  async remove(path: string): Promise<void> {
    await rm(join(this.folder, path), { recursive: true })
  }

  /** Sets properties of a JSON file. */
  async change(file: string, changes: Json): Promise<void> {
    const before = JSON.parse(await readFile(join(this.folder, file), 'utf8')) as Json
    await this.write(file, { ...before, ...changes })
  }

  load() {
    return loadTenant(this.folder, { keyPool: freshPool() })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }
}

export const profileFile = (displayName: string, type: string): string =>
  `Device Configurations/${displayName}_${type}.json`

export const files = {
  iosSigning: profileFile('iOS signing', 'iosPkcsCertificateProfile'),
  iosEncryption: profileFile('iOS encryption', 'iosImportedPFXCertificateProfile'),
  iosMail: profileFile('iOS mail', 'iosEasEmailProfileConfiguration'),
  windowsSigning: profileFile('Windows signing', 'windows10PkcsCertificateProfile'),
  macosEncryption: profileFile('macOS encryption', 'macOSImportedPFXCertificateProfile'),
  outlook: 'App Configuration/Outlook_androidManagedStoreAppConfiguration.json',
}

/** Write with `await using`: the folder goes when the test ends. */
export async function makeTenant(): Promise<TemporaryTenant> {
  const tenant = new TemporaryTenant(await mkdtemp(join(tmpdir(), 'smimelab-tenant-')))
  await tenant.write('people.yaml', people)
  for (const [type, profile] of profiles) {
    await tenant.write(profileFile(String(profile.displayName), type), {
      '@odata.type': `#microsoft.graph.${type}`,
      assignments: mailUsers,
      ...profile,
    })
  }
  await tenant.write(files.outlook, outlook)
  await tenant.write('certification-authority/root.pem', certificateToPem(root))
  await tenant.write('certification-authority/issuing.pem', certificateToPem(issuing))
  await tenant.write('certification-authority/issuing.key.pem', toPem(issuingKeys.privateKey))
  await tenant.write('connector/PFXEncryptionKey.pem', toPem(connector.privateKey))
  for (const label of ['alva-2021', 'alva-2023', 'alva-2025'] as const)
    await tenant.write(`imported-pfx/${label}.json`, importRecord(label, 'alva@corp.example.test'))
  await tenant.write('imported-pfx/bo-2024.json', importRecord('bo-2024', 'BO@corp.example.test'))
  await tenant.write('imported-pfx/bo-signing.json', importRecord('bo-signing', 'bo@corp.example.test', 'smimeSigning'))
  for (const label of ['iphone-2022', 'iphone-2024', 'lost-2021'] as const)
    await tenant.write(`certification-authority/issued/${label}.pfx`, pfxOf(label))
  await tenant.write('certification-authority/issued.yaml', ledger)
  return tenant
}

const entry = (device: string, issued: string, label: Label): string =>
  `- { device: ${device}, user: alva@corp.example.test, issued: ${issued}, purpose: encryption, pfx: issued/${label}.pfx, password: ${pfxPassword} }\n`

export const ledger = [
  entry('alva-iphone', '2024-04-20', 'iphone-2024'),
  entry('alva-iphone', '2022-05-01', 'iphone-2022'),
  entry('lost-phone', '2021-02-01', 'lost-2021'),
].join('')

function toPem(key: Identity['privateKey']): string {
  return key.export({ format: 'pem', type: 'pkcs8' }).toString()
}
