import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Oid } from '../asn1/oid.ts'
import { certificateToPem } from './certificate.ts'
import { CertificationAuthority, createRoot, type IssueRequest } from './certification-authority.ts'
import { parseCrl } from './crl.ts'
import { mailboxesMatch } from './mailbox.ts'
import { writePem } from './pem.ts'

const rsaKeys = generateKeyPairSync('rsa', { modulusLength: 2048 })
const leafKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const validity = { notBefore: new Date('2025-01-01T00:00:00Z'), notAfter: new Date('2052-01-01T00:00:00Z') }
const at = new Date('2025-06-01T12:00:00.789Z')

const rootRequest = {
  subject: 'CN=Root,O=Example\\, Inc,C=SE',
  keyUsage: ['keyCertSign', 'cRLSign'],
  serial: Buffer.from('ff01', 'hex'),
  ca: { pathLength: 1 },
  ...validity,
} as const
const request: IssueRequest = {
  subject: 'CN=Alva Åström,O=Example',
  publicKey: leafKeys.publicKey,
  emails: ['Alva@Example.com', 'alva@exämple.com', 'ålva@exämple.com'],
  keyUsage: ['digitalSignature', 'decipherOnly'],
  extendedKeyUsage: [Oid.emailProtection],
  serial: Buffer.from('00000077', 'hex'),
  crlUrl: 'http://crl.example.com/root.crl',
  ...validity,
}

async function newAuthority(
  keys: { publicKey: typeof rsaKeys.publicKey; privateKey: typeof rsaKeys.privateKey } = rsaKeys,
) {
  const certificate = await createRoot(rootRequest, keys)
  return new CertificationAuthority({ certificate, privateKey: keys.privateKey }, [certificate])
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'smimelab-authority-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function opensslText(kind: 'x509' | 'crl', pem: string): string {
  const path = join(folder, `${kind}.pem`)
  writeFileSync(path, pem)
  return execFileSync('openssl', [kind, '-in', path, '-noout', '-text', '-nameopt', 'RFC2253,utf8,-esc_msb'], {
    encoding: 'utf8',
  })
}

describe('an RSA authority', () => {
  test('gives the same bytes for the same request', async () => {
    const [one, two] = [await newAuthority(), await newAuthority()]
    expect(one.certificate.der).toEqual(two.certificate.der)
    expect((await one.issue(request)).der).toEqual((await two.issue(request)).der)
    const other = await one.issue({ ...request, serial: Buffer.of(0x78) })
    expect(other.sha256).not.toBe((await one.issue(request)).sha256)
    one.revoke(other, new Date('2025-05-01'), 'superseded')
    two.revoke(other, new Date('2025-05-01'), 'superseded')
    expect((await one.crl(at)).der).toEqual((await two.crl(at)).der)
  })

  test('issues what was asked for, as OpenSSL reads it', async () => {
    const authority = await newAuthority()
    const certificate = await authority.issue(request)
    const text = opensslText('x509', certificateToPem(certificate)).replace(/\s+/g, ' ')
    for (const part of [
      'Serial Number: 119 (0x77)',
      'Signature Algorithm: sha256WithRSAEncryption',
      'Issuer: CN=Root,O=Example\\, Inc,C=SE',
      'Subject: CN=Alva Åström,O=Example',
      'Not After : Jan 1 00:00:00 2052 GMT',
      'X509v3 Basic Constraints: critical CA:FALSE',
      'X509v3 Key Usage: critical Digital Signature, Decipher Only',
      'X509v3 Extended Key Usage: E-mail Protection',
      'X509v3 Subject Alternative Name: email:Alva@Example.com, email:alva@xn--exmple-cua.com, othername: SmtpUTF8Mailbox::ålva@xn--exmple-cua.com',
      'URI:http://crl.example.com/root.crl',
    ])
      expect(text).toContain(part)
    expect(certificate.authorityKeyId).toEqual(authority.certificate.subjectKeyId)
    expect(new X509Certificate(certificate.der).verify(rsaKeys.publicKey)).toBe(true)
  })

  test('keeps the addresses, whatever form the domain takes', async () => {
    const { emails } = await (await newAuthority()).issue(request)
    expect(emails).toEqual(['Alva@Example.com', 'alva@xn--exmple-cua.com', 'ålva@xn--exmple-cua.com'])
    for (const [index, email] of request.emails.entries()) expect(mailboxesMatch(email, emails[index] ?? '')).toBe(true)
  })

  test('signs itself as root, with limits and a serial number of the high half', async () => {
    const { certificate } = await newAuthority()
    expect(certificate.serialHex).toBe('ff01')
    expect(certificate.serial).toEqual(Buffer.from('00ff01', 'hex'))
    expect(certificate.basicConstraints).toEqual({ ca: true, pathLength: 1 })
    expect(certificate.issuer).toEqual(certificate.subject)
    expect(certificate.authorityKeyId).toEqual(certificate.subjectKeyId)
    expect(new X509Certificate(certificate.der).verify(rsaKeys.publicKey)).toBe(true)
  })

  test('names a subject only by address where it has no other name', async () => {
    const certificate = await (await newAuthority()).issue({ ...request, subject: '' })
    expect(certificate.subject).toEqual(Buffer.of(0x30, 0))
    expect(certificate.extensions.find(({ oid }) => oid === Oid.subjectAltName)?.critical).toBe(true)
  })

  test('carries names of any type over', async () => {
    const subject = 'CN=#14034dfc6c,emailAddress=alva@example.com,DC=example'
    const certificate = await (await newAuthority()).issue({ ...request, subject })
    expect(certificate.subjectText).toBe('CN=Mül,emailAddress=alva@example.com,DC=example')
  })

  test.each<[string, Partial<IssueRequest>, string]>([
    ['zero as serial number', { serial: Buffer.alloc(4) }, 'serial-malformed'],
    ['a serial number of 21 octets', { serial: Buffer.alloc(20, 0xff) }, 'serial-malformed'],
    ['a name that is none', { subject: 'Alva' }, 'name-malformed'],
    ['an address that is none', { emails: ['alva'] }, 'address-malformed'],
  ])('refuses %s', async (_, change, code) => {
    const authority = await newAuthority()
    await expect(authority.issue({ ...request, ...change })).rejects.toThrow(expect.objectContaining({ code }))
  })
})

describe('other keys', () => {
  test.each([
    ['P-256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['P-384', generateKeyPairSync('ec', { namedCurve: 'P-384' })],
    ['Ed25519', generateKeyPairSync('ed25519')],
  ])('%s signs certificates and lists', async (_, keys) => {
    const authority = await newAuthority(keys)
    const certificate = await authority.issue(request)
    expect(new X509Certificate(certificate.der).verify(keys.publicKey)).toBe(true)
    authority.revoke(certificate, new Date('2025-05-01'))
    const path = join(folder, 'list.pem')
    writeFileSync(path, writePem('X509 CRL', (await authority.crl(at)).der))
    writeFileSync(join(folder, 'root.pem'), certificateToPem(authority.certificate))
    // OpenSSL 3.0 exits with 0 either way; it says "verify OK" on stderr.
    const words = ['-c', `openssl crl -in ${path} -CAfile ${join(folder, 'root.pem')} -noout 2>&1`]
    expect(execFileSync('sh', words, { encoding: 'utf8' })).toContain('verify OK')
  })

  test('a key that cannot sign certificates is refused', async () => {
    const { certificate } = await newAuthority()
    const { privateKey } = generateKeyPairSync('x25519')
    expect(() => new CertificationAuthority({ certificate, privateKey }, [])).toThrow(
      expect.objectContaining({ code: 'signing-key-unsupported' }),
    )
  })
})

describe('revocation lists', () => {
  test('tell what was revoked until then, with its reason, as OpenSSL reads them', async () => {
    const authority = await newAuthority()
    const issue = (serial: number) => authority.issue({ ...request, serial: Buffer.of(serial) })
    const [first, second, later] = [await issue(0x81), await issue(2), await issue(3)]
    authority.revoke(first, new Date('2025-05-01T00:00:00Z'), 'keyCompromise')
    authority.revoke(second, new Date('2025-05-02T00:00:00Z'))
    authority.revoke(later, new Date('2025-07-01T00:00:00Z'))
    const list = await authority.crl(at)
    expect(list.revoked.size).toBe(2)
    expect(list.revoked.get(first.serial)).toEqual({
      revokedAt: new Date('2025-05-01T00:00:00Z'),
      reason: 'keyCompromise',
    })
    expect(list.revoked.get(second.serial)).toEqual({
      revokedAt: new Date('2025-05-02T00:00:00Z'),
      reason: 'unspecified',
    })
    expect(list.revoked.get(later.serial)).toBeUndefined()
    expect(list.thisUpdate).toEqual(new Date('2025-06-01T12:00:00Z'))
    expect(list.nextUpdate).toEqual(new Date('2025-06-08T12:00:00Z'))
    expect(list.authorityKeyId).toEqual(authority.certificate.subjectKeyId)
    const text = opensslText('crl', writePem('X509 CRL', list.der))
    expect(text).toMatch(/Serial Number: 81\s+Revocation Date: May {2}1[^S]*X509v3 CRL Reason Code:\s+Key Compromise/)
    expect(text).toMatch(/Serial Number: 02\s+Revocation Date: May {2}2 00:00:00 2025 GMT\s+Signature Algorithm/)
  })

  test('are read from PEM as from DER', async () => {
    const { der } = await (await newAuthority()).crl(at, new Date('2025-06-02T00:00:00Z'))
    const read = parseCrl(Buffer.from(writePem('X509 CRL', der)))
    expect(read.der).toEqual(der)
    expect(read.nextUpdate).toEqual(new Date('2025-06-02T00:00:00Z'))
    expect(read.revoked.size).toBe(0)
    expect(() => parseCrl(der.subarray(0, 40))).toThrow(expect.objectContaining({ code: 'crl-malformed' }))
    expect(() => parseCrl(Buffer.from(writePem('CERTIFICATE', der)))).toThrow(
      expect.objectContaining({ code: 'crl-malformed' }),
    )
  })

  test('keep the first date and reason', async () => {
    const authority = await newAuthority()
    const certificate = await authority.issue(request)
    expect(authority.isRevoked(certificate)).toBe(false)
    authority.revoke(certificate, new Date('2025-05-01'), 'keyCompromise')
    authority.revoke(certificate, new Date('2025-04-01'), 'superseded')
    expect(authority.isRevoked(certificate)).toBe(true)
    expect((await authority.crl(at)).revoked.get(certificate.serial)?.reason).toBe('keyCompromise')
  })

  test('hold no certificate of another authority', async () => {
    const authority = await newAuthority()
    const stranger = await createRoot({ ...rootRequest, subject: 'CN=Stranger' }, rsaKeys)
    expect(() => authority.revoke(stranger, at)).toThrow(expect.objectContaining({ code: 'not-issued-here' }))
    expect(authority.isRevoked(stranger)).toBe(false)
  })
})
