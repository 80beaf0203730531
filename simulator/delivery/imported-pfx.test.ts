import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  createImportedPfx,
  type ImportRequest,
  parseImportedPfx,
  unwrapPassword,
  wrapPassword,
} from './imported-pfx.ts'
import { encryptOaep } from './oaep.ts'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** Made by OpenSSL, as an administrator would. */
const { pfx, certificate } = (() => {
  const folder = mkdtempSync(join(tmpdir(), 'smimelab-import-'))
  const run = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    run('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'key.pem')
    run('req', '-x509', '-key', 'key.pem', '-subj', '/CN=Alva', '-days', '30', '-out', 'certificate.pem')
    return {
      pfx: run('pkcs12', '-export', '-inkey', 'key.pem', '-in', 'certificate.pem', '-passout', 'pass:right password'),
      certificate: new X509Certificate(run('x509', '-in', 'certificate.pem')),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})()

const request: ImportRequest = {
  pfx,
  password: 'right password',
  userPrincipalName: 'alva@example.test',
  intendedPurpose: 'smimeEncryption',
  publicKey,
  at: new Date('2026-01-02T03:04:05Z'),
}

describe('createImportedPfx', () => {
  const record = createImportedPfx(request)

  test('says of the certificate what the certificate says', () => {
    expect(record.thumbprint).toBe(certificate.fingerprint.replaceAll(':', '').toLowerCase())
    expect(new Date(record.startDateTime)).toEqual(certificate.validFromDate)
    expect(new Date(record.expirationDateTime)).toEqual(certificate.validToDate)
    expect(Buffer.from(record.encryptedPfxBlob, 'base64')).toEqual(pfx)
    expect(record.createdDateTime).toBe('2026-01-02T03:04:05.000Z')
  })

  test('the connector recovers the password, whatever the padding', () => {
    for (const paddingScheme of ['oaepSha256', 'oaepSha384', 'oaepSha512'] as const)
      expect(unwrapPassword(createImportedPfx({ ...request, paddingScheme }), privateKey)).toBe('right password')
  })

  test('is read as it was written, and as the import tool writes it', () => {
    expect(parseImportedPfx(JSON.parse(JSON.stringify(record)))).toEqual(record)
    const asTool = {
      ...record,
      thumbprint: record.thumbprint.toUpperCase(),
      intendedPurpose: 'SmimeEncryption',
      paddingScheme: 'OaepSha512',
    }
    expect(parseImportedPfx(asTool)).toEqual(record)
  })

  test('a wrong password is found out before the upload', () => {
    expect(() => createImportedPfx({ ...request, password: 'wrong password' })).toThrow(
      expect.objectContaining({ code: 'pkcs12-wrong-password' }),
    )
  })

  test('a seeded source gives equal records twice', () => {
    const seeded = { ...request, random: (octets: number) => Buffer.alloc(octets, 5) }
    expect(createImportedPfx(seeded)).toEqual(createImportedPfx(seeded))
  })
})

describe('wrapPassword', () => {
  test('any ASCII password within the limit comes back', () => {
    const password = fc.string({
      unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
      maxLength: 126,
    })
    const record = createImportedPfx(request)
    fc.assert(
      fc.property(password, (each) => {
        const wrapped = { ...record, encryptedPfxPassword: wrapPassword(each, publicKey) }
        expect(unwrapPassword(wrapped, privateKey)).toBe(each)
      }),
      { numRuns: 20 },
    )
  })

  test.each([
    ['oaepSha256', 190],
    ['oaepSha384', 158],
    ['oaepSha512', 126],
  ] as const)('%s takes %i octets with 2048 bits, and no more', (padding, limit) => {
    expect(Buffer.from(wrapPassword('x'.repeat(limit), publicKey, padding), 'base64')).toHaveLength(256)
    expect(() => wrapPassword('x'.repeat(limit + 1), publicKey, padding)).toThrow(
      `at most ${limit} octets fit ${padding} with this key, the password has ${limit + 1}`,
    )
  })

  test('characters that import tools disagree about are refused, and not shown', () => {
    expect(() => wrapPassword('lösenord', publicKey)).toThrow(/^(?!.*lösenord).*printable ASCII/)
  })
})

describe('unwrapPassword', () => {
  const record = createImportedPfx(request)

  test.each([
    ['another padding', { paddingScheme: 'oaepSha256' }],
    ['octets that were never wrapped', { encryptedPfxPassword: randomBytes(256).toString('base64') }],
    ['too few octets', { encryptedPfxPassword: 'AAAA' }],
    ['none', { encryptedPfxPassword: '' }],
  ] as const)('%s: refused', (_, changes) => {
    expect(() => unwrapPassword({ ...record, ...changes }, privateKey)).toThrow(
      expect.objectContaining({ code: 'imported-pfx-unwrap' }),
    )
  })

  test("what the import tool makes of Latin-1 is read as the tool's", () => {
    const octets = encryptOaep(Buffer.from('lösenord', 'latin1'), publicKey, 'sha512', randomBytes)
    expect(unwrapPassword({ ...record, encryptedPfxPassword: octets.toString('base64') }, privateKey)).toBe('lösenord')
  })
})

describe('parseImportedPfx', () => {
  const record = createImportedPfx(request)

  test.each([
    ['thumbprint', { thumbprint: 'abc' }],
    ['intendedPurpose', { intendedPurpose: 'smime' }],
    ['paddingScheme', { paddingScheme: 'pkcs1' }],
    ['encryptedPfxBlob', { encryptedPfxBlob: 'not base64!' }],
    ['startDateTime', { startDateTime: '02.01.2026' }],
    ['userPrincipalName', { userPrincipalName: undefined }],
    ['@odata.type', { '@odata.type': '#microsoft.graph.windows10PFXImportCertificateProfile' }],
  ])('names %s and shows no value', (property, changes) => {
    const [value] = Object.values(changes)
    expect(() => parseImportedPfx({ ...record, ...changes })).toThrow(
      expect.objectContaining({
        code: 'imported-pfx-invalid',
        message: expect.stringMatching(new RegExp(`^${property.replace('.', '\\.')}: `)),
      }),
    )
    if (property.startsWith('encrypted'))
      expect(() => parseImportedPfx({ ...record, ...changes })).not.toThrow(String(value))
  })

  test.each([null, 'text', 7, [], {}])('%j is no record', (data) => {
    expect(() => parseImportedPfx(data)).toThrow(expect.objectContaining({ code: 'imported-pfx-invalid' }))
  })

  test('properties that nobody here needs are kept', () => {
    expect(parseImportedPfx({ ...record, id: 'x', other: { a: 1 } })).toMatchObject({ id: 'x', other: { a: 1 } })
  })
})
