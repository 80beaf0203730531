import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type ConfigurationProfile,
  encodeMobileconfig,
  type Payload,
  payloadUuid,
} from '../../delivery/mobileconfig/index.ts'
import { certificateToPem } from '../../pki/certificate.ts'
import { writePkcs12 } from '../../pki/pkcs12/index.ts'
import { ios, macos } from './index.ts'
import {
  type Credentials,
  errorsOf,
  exchangePayload,
  fullProfile,
  identityPayload,
  makeCredentials,
  managedMailPayload,
  profileOf,
  rootPayload,
  TestDevice,
} from './testing/example-profile.ts'

let mine: Credentials
const folder = mkdtempSync(join(tmpdir(), 'smimelab-apple-'))

beforeAll(async () => {
  mine = await makeCredentials()
  const pem = `${certificateToPem(mine.signing.certificate)}\n${mine.signing.privateKey.export({ type: 'pkcs8', format: 'pem' })}`
  writeFileSync(join(folder, 'identity.pem'), pem)
  const { privateKey } = generateKeyPairSync('ed25519')
  writeFileSync(join(folder, 'ed25519.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
})

afterAll(() => rmSync(folder, { recursive: true }))

/** Refuses on a device that holds a full profile already, and looks that nothing of it has changed. */
function refusal(device: TestDevice, profile: ConfigurationProfile | Buffer, channel?: 'device' | 'user') {
  const before = device.snapshot()
  const report = device.install(profile, channel)
  expect(report).toMatchObject({ accepted: false, installed: [], native: { kind: 'apple', status: 'Error' } })
  expect(device.snapshot()).toBe(before)
  return { chain: errorsOf(report), code: report.reasons[0]?.code, message: report.reasons[0]?.message }
}

function loadedPhone(): TestDevice {
  const device = new TestDevice(ios, '18.6')
  expect(device.install(fullProfile(mine)).accepted).toBe(true)
  return device
}

const failed = 'MCInstallationErrorDomain 4001'
const unread = 'MCInstallationErrorDomain 4000'

describe('bytes that are no profile', () => {
  const whole = () => encodeMobileconfig(fullProfile(mine)).toString()
  const put = (inner: string) => () => whole().replace('<key>PayloadContent</key>', `${inner}<key>PayloadContent</key>`)

  test.each<[string, () => string, string[]]>([
    ['truncated', () => whole().slice(0, -40), ['MCProfileErrorDomain 1000']],
    ['cut inside a payload', () => whole().slice(0, 2000), ['MCProfileErrorDomain 1000']],
    ['a duplicate key', put('<key>PayloadVersion</key><integer>1</integer>'), ['MCProfileErrorDomain 1000']],
    ['a huge integer', put('<key>Huge</key><integer>18446744073709551616</integer>'), ['MCProfileErrorDomain 1000']],
    [
      '20000 levels',
      put(`<key>Deep</key>${'<array>'.repeat(20_000)}${'</array>'.repeat(20_000)}`),
      ['MCProfileErrorDomain 1000'],
    ],
    [
      'entities',
      () =>
        whole()
          .replace(/<!DOCTYPE[^>]*>/, '<!DOCTYPE plist [<!ENTITY m "Mail">]>')
          .replace('>Mail<', '>&m;<'),
      ['MCProfileErrorDomain 1000'],
    ],
    ['an encrypted profile', put('<key>IsEncrypted</key><true/>'), ['MCProfileErrorDomain 1006']],
    ['another PayloadType', () => whole().replace('>Configuration<', '>Settings<'), ['MCProfileErrorDomain 1010']],
    [
      'a payload without its content',
      () => whole().replace(/<key>PayloadContent<\/key>\s*<data>[^<]*<\/data>/, ''),
      ['MCProfileErrorDomain 1000', 'MCPayloadErrorDomain 2002'],
    ],
    [
      'a switch that is a string',
      () => whole().replace(/(<key>SMIMESigningEnabled<\/key>\s*)<true\/>/, '$1<string>YES</string>'),
      ['MCProfileErrorDomain 1000', 'MCPayloadErrorDomain 2003'],
    ],
  ])('%s', (_, bytes, chain) => {
    expect(bytes()).not.toBe(whole())
    expect(refusal(loadedPhone(), Buffer.from(bytes())).chain).toEqual([unread, ...chain])
  })

  test('a signed profile is not simulated, and says so', () => {
    const file = join(folder, 'plain.mobileconfig')
    writeFileSync(file, whole())
    const signer = join(folder, 'identity.pem')
    const signed = openssl('cms', '-sign', '-nodetach', '-binary', '-outform', 'DER', '-signer', signer, '-in', file)
    expect(refusal(loadedPhone(), signed)).toMatchObject({
      chain: [unread, 'MCInstallationErrorDomain 4007'],
      message: expect.stringContaining('not simulated yet'),
    })
  })
})

describe('certificates and identities', () => {
  const signing = (content: Buffer, password = 'pw') =>
    profileOf([{ ...identityPayload('signing', [mine.signing]), content, password }])

  test.each<[string, () => ConfigurationProfile, string]>([
    [
      'a wrong password',
      () => profileOf([identityPayload('signing', [mine.signing], { password: 'wrong' })]),
      'MCCertificateErrorDomain 9000',
    ],
    [
      'an empty password that is right',
      () => signing(writePkcs12({ identities: [mine.signing], password: '', protection: 'pbe-sha1-3des' }), ''),
      'MCCertificateErrorDomain 9000',
    ],
    [
      'two identities',
      () => profileOf([identityPayload('both', [mine.signing, mine.encryption])]),
      'MCCertificateErrorDomain 9001',
    ],
    [
      'a PKCS#12 of certificates alone',
      () =>
        signing(
          writePkcs12({ identities: [], certificates: [mine.root], password: 'pw', protection: 'pbe-sha1-3des' }),
        ),
      'MCCertificateErrorDomain 9006',
    ],
    ['no PKCS#12', () => signing(Buffer.from('not DER')), 'MCCertificateErrorDomain 9005'],
    ['an empty PKCS#12', () => signing(Buffer.alloc(0)), 'MCCertificateErrorDomain 9005'],
    [
      'a root that is no certificate',
      () => profileOf([{ ...rootPayload(mine.root), content: mine.root.der.subarray(0, -1) } as Payload]),
      'MCCertificateErrorDomain 9005',
    ],
    [
      'a root in PEM',
      () => profileOf([{ ...rootPayload(mine.root), content: Buffer.from(certificateToPem(mine.root)) } as Payload]),
      'MCCertificateErrorDomain 9005',
    ],
    [
      'two certificates in a pem payload',
      () => profileOf([{ ...rootPayload(mine.root), kind: 'pem', content: Buffer.from(bundle()) } as Payload]),
      'MCCertificateErrorDomain 9001',
    ],
    [
      'a pem payload without a certificate',
      () => profileOf([{ ...rootPayload(mine.root), kind: 'pem', content: Buffer.from('none') } as Payload]),
      'MCCertificateErrorDomain 9005',
    ],
  ])('%s', (_, profile, error) => {
    expect(refusal(loadedPhone(), profile()).chain).toEqual([failed, error])
  })

  const bundle = () => `${certificateToPem(mine.root)}\n${certificateToPem(mine.issuing)}`

  test('one certificate in a pem payload is taken', () => {
    const device = new TestDevice(ios, '18.6')
    const content = Buffer.from(certificateToPem(mine.root))
    expect(device.install(profileOf([{ ...rootPayload(mine.root), kind: 'pem', content } as Payload])).accepted).toBe(
      true,
    )
    expect(device.stores.certificates.get(mine.root.sha256)?.trust).toBe('anchor')
  })

  test('without a Password nobody can be asked for it', () => {
    const { password: _, ...payload } = identityPayload('signing', [mine.signing])
    expect(refusal(loadedPhone(), profileOf([payload]))).toMatchObject({
      chain: [failed, 'MCCertificateErrorDomain 9000'],
      code: 'pkcs12-password-missing',
    })
  })

  test('files that would take long to open share one bound', () => {
    const content = writePkcs12({
      identities: [mine.signing],
      password: 'pw',
      protection: 'pbes2-aes-256',
      iterations: 20_000,
    })
    const payloads = Array.from({ length: 100 }, (_, index) =>
      identityPayload(`signing ${index}`, [mine.signing], { content, password: 'pw' }),
    )
    const start = performance.now()
    expect(refusal(loadedPhone(), profileOf(payloads)).code).toBe('pkcs12-too-expensive')
    expect(performance.now() - start).toBeLessThan(1000)
    expect(loadedPhone().install(profileOf(payloads.slice(0, 2))).accepted).toBe(true)
  })

  test('no refusal tells the password', () => {
    const { message } = refusal(
      loadedPhone(),
      profileOf([identityPayload('signing', [mine.signing], { password: 'hunter2' })]),
    )
    expect(message).toMatch(/^PayloadContent\[0\]: /)
    expect(message).not.toMatch(/hunter2|correct horse/)
  })
})

describe('PKCS#12 generations, files by OpenSSL', () => {
  const pfx = (...options: string[]) =>
    openssl('pkcs12', '-export', '-in', join(folder, 'identity.pem'), '-passout', 'pass:pw', ...options)
  const legacy = ['-certpbe', 'PBE-SHA1-3DES', '-keypbe', 'PBE-SHA1-3DES', '-macalg', 'sha1']
  const rc2 = ['-legacy', '-certpbe', 'PBE-SHA1-RC2-40', '-keypbe', 'PBE-SHA1-3DES', '-macalg', 'sha1']
  const modern: string[] = []
  const sha1Mac = ['-macalg', 'sha1']
  const aes128 = ['-certpbe', 'AES-128-CBC', '-keypbe', 'AES-128-CBC']

  test.each([
    ['3DES, SHA-1 MAC', legacy, ios, '17.7', []],
    ['3DES, SHA-1 MAC', legacy, ios, '18.0', []],
    ['RC2-40, SHA-1 MAC', rc2, ios, '17.7', []],
    ['AES-256, SHA-256 MAC', modern, ios, '17.7.2', [failed, 'MCCertificateErrorDomain 9000']],
    ['AES-256, SHA-256 MAC', modern, ios, '18', []],
    ['AES-256, SHA-256 MAC', modern, ios, '26.1', []],
    ['AES-256, SHA-256 MAC', modern, macos, '14.7', [failed, 'MCCertificateErrorDomain 9000']],
    ['AES-256, SHA-256 MAC', modern, macos, '15.0', []],
    ['3DES, SHA-256 MAC', legacy.slice(0, 4), ios, '17.7', [failed, 'MCCertificateErrorDomain 9000']],
    ['AES-256, SHA-1 MAC', sha1Mac, ios, '17.7', [failed, 'MCCertificateErrorDomain 9005']],
    ['AES-128, SHA-256 MAC', aes128, ios, '18.6', [failed, 'MCCertificateErrorDomain 9005']],
    ['no MAC', ['-nomac'], ios, '18.6', [failed, 'MCCertificateErrorDomain 9005']],
  ])('%s on %#', (_, options, platform, osVersion, errors) => {
    const device = new TestDevice(platform, osVersion)
    const payload = identityPayload('signing', [mine.signing], { content: pfx(...options), password: 'pw' })
    expect(errorsOf(device.install(profileOf([payload]), 'user'))).toEqual(errors)
    expect(device.stores.keys.has(mine.signing.certificate.sha256)).toBe(errors.length === 0)
  })

  test('macOS takes an empty password for none', () => {
    const content = writePkcs12({ identities: [mine.signing], password: null, protection: 'pbe-sha1-3des' })
    const payload = identityPayload('signing', [mine.signing], { content, password: '' })
    expect(new TestDevice(macos, '15.5').install(profileOf([payload])).accepted).toBe(true)
  })

  test('an Ed25519 key is not taken', () => {
    const key = join(folder, 'ed25519.key')
    const certificate = openssl('req', '-x509', '-new', '-key', key, '-subj', '/CN=Alva Example')
    writeFileSync(join(folder, 'ed25519.pem'), certificate)
    const content = openssl(
      'pkcs12',
      '-export',
      '-inkey',
      key,
      '-in',
      join(folder, 'ed25519.pem'),
      '-passout',
      'pass:pw',
    )
    const payload = identityPayload('signing', [mine.signing], { content, password: 'pw' })
    expect(refusal(loadedPhone(), profileOf([payload])).chain).toEqual([failed, 'MCCertificateErrorDomain 9005'])
  })
})

describe('accounts', () => {
  const smime = (uuid: string) => ({ signingEnabled: true, signingCertificateUuid: uuid })

  test.each<[string, () => Payload[], string, string]>([
    [
      'a dangling signing UUID',
      () => [exchangePayload({ smime: smime(payloadUuid('nowhere')) })],
      'MCEmailErrorDomain 7003',
      'smime-certificate-not-found',
    ],
    [
      'a dangling encryption UUID, S/MIME off',
      () => [managedMailPayload({ smime: { encryptionCertificateUuid: payloadUuid('nowhere') } })],
      'MCEmailErrorDomain 7003',
      'smime-certificate-not-found',
    ],
    [
      'the UUID in lower case',
      () => [
        identityPayload('signing', [mine.signing]),
        exchangePayload({ smime: smime(payloadUuid('signing').toLowerCase()) }),
      ],
      'MCEmailErrorDomain 7003',
      'smime-certificate-not-found',
    ],
    [
      'the UUID of a root',
      () => [rootPayload(mine.root), exchangePayload({ smime: smime(payloadUuid('root')) })],
      'MCEmailErrorDomain 7004',
      'smime-certificate-not-an-identity',
    ],
    [
      'the UUID of the account itself',
      () => [exchangePayload({ smime: smime(payloadUuid('account')) })],
      'MCEmailErrorDomain 7004',
      'smime-certificate-not-an-identity',
    ],
    ['no host', () => [exchangePayload({ host: '', smime: {} })], 'MCEASErrorDomain 21003', 'account-without-host'],
    [
      'no user name',
      () => [exchangePayload({ userName: '', smime: {} })],
      'MCPayloadErrorDomain 2002',
      'account-incomplete',
    ],
    [
      'an address without a domain',
      () => [exchangePayload({ emailAddress: 'alva', smime: {} })],
      'MCPayloadErrorDomain 2004',
      'account-address-malformed',
    ],
    [
      'an Exchange account of the same address',
      () => [exchangePayload({ smime: {} })],
      'MCEASErrorDomain 21005',
      'exchange-account-not-unique',
    ],
    [
      'a mail account of the same address',
      () => [managedMailPayload({ smime: {} })],
      'MCEmailErrorDomain 7002',
      'mail-account-not-unique',
    ],
    [
      'a payload that nobody simulates',
      () => [{ kind: 'unknown', identifier: 'w', uuid: 'w', type: 'com.apple.wifi.managed', settings: {} }],
      'MCInstallationErrorDomain 4023',
      'payload-not-supported',
    ],
  ])('%s', (_, payloads, error, code) => {
    const second = profileOf(payloads(), { identifier: 'com.example.second' })
    expect(refusal(loadedPhone(), second)).toMatchObject({ chain: [failed, error], code })
  })

  test('an identity of another profile is out of reach of a reference', () => {
    const device = new TestDevice(ios, '18.6')
    device.install(profileOf([identityPayload('signing', [mine.signing])], { identifier: 'com.example.identity' }))
    const account = profileOf([exchangePayload({ smime: smime(payloadUuid('signing')) })])
    expect(refusal(device, account).chain).toEqual([failed, 'MCEmailErrorDomain 7003'])
  })

  test('two accounts of one address in a profile', () => {
    const payloads = [exchangePayload({ smime: {} }), managedMailPayload({ smime: {} })]
    expect(refusal(new TestDevice(ios, '18.6'), profileOf(payloads)).code).toBe('mail-account-not-unique')
  })

  test('the profile UUID of another profile', () => {
    const taken = profileOf([rootPayload(mine.root)], {
      identifier: 'com.example.second',
      uuid: payloadUuid('profile', 'com.example.mail'),
    })
    expect(refusal(loadedPhone(), taken).chain).toEqual([failed, 'MCInstallationErrorDomain 4002'])
  })

  test('a late fault undoes what came before it', () => {
    const payloads = [
      rootPayload(mine.root),
      identityPayload('signing', [mine.signing]),
      exchangePayload({ smime: smime(payloadUuid('nowhere')) }),
    ]
    expect(refusal(new TestDevice(ios, '18.6'), profileOf(payloads)).code).toBe('smime-certificate-not-found')
  })

  test('macOS has no Exchange payload, and mail on the user channel only', () => {
    const mac = new TestDevice(macos, '15.5')
    expect(refusal(mac, profileOf([exchangePayload({ smime: {} })]), 'user').chain).toEqual([
      failed,
      'MCInstallationErrorDomain 4023',
    ])
    expect(refusal(mac, profileOf([managedMailPayload()]), 'device').chain).toEqual([failed, 'NSPOSIXErrorDomain 1'])
  })
})

test('an OS version that is none is a mistake of the lab, not of the bytes', () => {
  expect(() => new TestDevice(ios, 'eighteen').install(fullProfile(mine))).toThrow(
    expect.objectContaining({ code: 'os-version-malformed' }),
  )
})

function openssl(...args: string[]): Buffer {
  return execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] })
}
