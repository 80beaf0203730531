import { execFileSync } from 'node:child_process'
import { createHash, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Oid } from '../asn1/oid.ts'
import * as write from '../asn1/write.ts'
import { type Certificate, certificateToPem, parseCertificate, publicKeyOf, readCertificates } from './certificate.ts'
import { nameFromText } from './name-text.ts'

let folder: string
const file = (name: string) => join(folder, name)
const openssl = (...words: string[]) =>
  execFileSync('openssl', words, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'smimelab-certificate-'))
  openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', 'ec.pem')
})
afterAll(() => rmSync(folder, { recursive: true }))

function selfSigned(...options: string[]): Certificate {
  openssl('req', '-x509', '-key', 'ec.pem', '-days', '30', '-out', 'cert.pem', ...options)
  const [certificate] = readCertificates(readFileSync(file('cert.pem')))
  if (certificate === undefined) throw new Error('no certificate')
  return certificate
}

/** A certificate with fields of one's own choice; nobody's signature. */
function assemble(fields: {
  version?: Buffer
  serial?: Buffer
  name?: Buffer
  spki?: Buffer
  validity?: Buffer
  outerAlgorithm?: Buffer
  extensions?: Buffer[]
}): Buffer {
  const algorithm = write.sequence(write.oid(Oid.ecdsaWithSha256))
  const name = fields.name ?? nameFromText('CN=Odd')
  const { publicKey } = generateKeyPairSync('ed25519')
  const tbs = write.sequence(
    fields.version ?? write.context(0, write.integer(2)),
    write.tlv(2, fields.serial ?? Buffer.of(1)),
    algorithm,
    name,
    fields.validity ?? write.sequence(write.time(new Date('2025-01-01')), write.time(new Date('2051-01-01'))),
    name,
    fields.spki ?? publicKey.export({ format: 'der', type: 'spki' }),
    ...(fields.extensions === undefined ? [] : [write.context(3, write.sequence(...fields.extensions))]),
  )
  return write.sequence(tbs, fields.outerAlgorithm ?? algorithm, write.bitString(Buffer.of(1, 2, 3)))
}

const encodeExtension = (oid: string, value: Buffer) => write.sequence(write.oid(oid), write.octetString(value))

describe('the fields', () => {
  test('are those that Node reads', () => {
    const certificate = selfSigned('-subj', '/C=SE/O=Example, Inc./CN=Alva \\+ Co')
    const node = new X509Certificate(certificate.der)
    expect(certificate.sha256).toBe(node.fingerprint256.replaceAll(':', '').toLowerCase())
    expect(certificate.sha1).toBe(node.fingerprint.replaceAll(':', '').toLowerCase())
    expect(certificate.serialHex).toBe(node.serialNumber.toLowerCase())
    expect(certificate.notBefore).toEqual(node.validFromDate)
    expect(certificate.notAfter).toEqual(node.validToDate)
    expect(publicKeyOf(certificate).equals(node.publicKey)).toBe(true)
    expect(certificate.publicKeyAlgorithm).toBe(Oid.ecPublicKey)
    expect(certificate.subjectText).toBe('CN=Alva \\+ Co,O=Example\\, Inc.,C=SE')
    expect(certificate.issuer).toEqual(certificate.subject)
    expect(certificate.subjectKeyId).toEqual(certificate.authorityKeyId)
    expect(certificate.version).toBe(3)
  })

  test('of the extensions', () => {
    const certificate = selfSigned(
      '-subj',
      '/CN=Alva/emailAddress=dn@example.com/emailAddress=one@example.com',
      '-addext',
      'subjectAltName=email:one@example.com,otherName:1.3.6.1.5.5.7.8.9;UTF8:utf8@example.com,email:two@example.com,DNS:x.example',
      '-addext',
      'keyUsage=critical,nonRepudiation,decipherOnly',
      '-addext',
      'extendedKeyUsage=emailProtection,1.2.3.4',
      '-addext',
      'basicConstraints=critical,CA:TRUE,pathlen:3',
    )
    expect(certificate.emails).toEqual(['one@example.com', 'two@example.com', 'utf8@example.com', 'dn@example.com'])
    expect(certificate.keyUsage).toEqual(new Set(['nonRepudiation', 'decipherOnly']))
    expect(certificate.extendedKeyUsage).toEqual([Oid.emailProtection, '1.2.3.4'])
    expect(certificate.basicConstraints).toEqual({ ca: true, pathLength: 3 })
    expect(certificate.extensions.find(({ oid }) => oid === Oid.keyUsage)?.critical).toBe(true)
    expect(certificate.extensions.find(({ oid }) => oid === Oid.subjectAltName)?.critical).toBe(false)
  })

  test('do not change when the octets that were read do', () => {
    const bytes = assemble({})
    const certificate = parseCertificate(bytes)
    const before = createHash('sha256').update(bytes).digest('hex')
    bytes.fill(0)
    expect(certificate.sha256).toBe(before)
  })
})

describe('odd but honest certificates are read', () => {
  test('version 1', () => {
    const certificate = parseCertificate(assemble({ version: Buffer.alloc(0) }))
    expect(certificate).toMatchObject({ version: 1, extensions: [], keyUsage: undefined, basicConstraints: undefined })
  })

  test('negative, zero and long serial numbers', () => {
    const serialHex = (serial: Buffer) => parseCertificate(assemble({ serial })).serialHex
    expect(serialHex(Buffer.of(0xff))).toBe('ff')
    expect(serialHex(Buffer.of(0, 0xff))).toBe('ff')
    expect(serialHex(Buffer.of(0))).toBe('00')
    expect(serialHex(Buffer.alloc(64, 0x7f))).toBe('7f'.repeat(64))
  })

  test('names in T61String, BMPString and unknown types', () => {
    const attribute = (value: Buffer) => write.setOf(write.sequence(write.oid(Oid.commonName), value))
    const name = (value: Buffer) => parseCertificate(assemble({ name: write.sequence(attribute(value)) })).subjectText
    expect(name(write.tlv(20, Buffer.from('M\xfcller', 'latin1')))).toBe('CN=Müller')
    expect(name(write.bmpString('Ålva'))).toBe('CN=Ålva')
    expect(name(write.nullValue())).toBe('CN=#0500')
    expect(parseCertificate(assemble({ name: write.sequence() })).subjectText).toBe('')
  })

  test('Ed25519 and X25519 keys; an unknown key only fails when used', () => {
    const spki = (type: 'ed25519' | 'x25519') =>
      (type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('x25519')).publicKey.export({
        format: 'der',
        type: 'spki',
      })
    expect(publicKeyOf(parseCertificate(assemble({ spki: spki('ed25519') }))).asymmetricKeyType).toBe('ed25519')
    expect(publicKeyOf(parseCertificate(assemble({ spki: spki('x25519') }))).asymmetricKeyType).toBe('x25519')
    const unknown = write.sequence(write.sequence(write.oid('1.2.3.4')), write.bitString(Buffer.of(1)))
    const certificate = parseCertificate(assemble({ spki: unknown }))
    expect(() => publicKeyOf(certificate)).toThrow(expect.objectContaining({ code: 'public-key-unusable' }))
  })

  test('extensions that nobody knows', () => {
    const extensions = [encodeExtension('1.2.3.4', Buffer.from('not even ASN.1'))]
    expect(parseCertificate(assemble({ extensions })).extensions).toEqual([
      { oid: '1.2.3.4', critical: false, value: Buffer.from('not even ASN.1') },
    ])
  })

  test('dates before 2000 and after 2049', () => {
    const validity = write.sequence(
      write.time(new Date('1999-12-31T23:59:59Z')),
      write.time(new Date('9999-12-31T23:59:59Z')),
    )
    const certificate = parseCertificate(assemble({ validity }))
    expect(certificate.notBefore).toEqual(new Date('1999-12-31T23:59:59Z'))
    expect(certificate.notAfter).toEqual(new Date('9999-12-31T23:59:59Z'))
  })
})

describe('refused', () => {
  const refusal = (code: string, message: RegExp) =>
    expect.objectContaining({ code, message: expect.stringMatching(message) })

  test.each<[string, () => Buffer, RegExp]>([
    ['octets behind the end', () => Buffer.concat([assemble({}), Buffer.of(0)]), /octets behind the end/],
    ['a cut certificate', () => assemble({}).subarray(0, 60), /content octets announced/],
    ['no certificate at all', () => write.sequence(write.integer(1)), /certificate \(RFC 5280 4\.1\) wanted/],
    [
      'the same extension twice',
      () => {
        const usage = encodeExtension(Oid.keyUsage, write.bitString(Buffer.of(0x80), 7))
        return assemble({ extensions: [usage, usage] })
      },
      /keyUsage is there twice/,
    ],
    ['two signature algorithms', () => assemble({ outerAlgorithm: write.sequence(write.oid(Oid.ed25519)) }), /differ/],
    [
      'a key usage that is none',
      () => assemble({ extensions: [encodeExtension(Oid.keyUsage, write.nullValue())] }),
      /keyUsage/,
    ],
    [
      'a date that never was',
      () => {
        const never = write.tlv(23, Buffer.from('250231000000Z'))
        return assemble({ validity: write.sequence(never, never) })
      },
      /no such date/,
    ],
  ])('%s', (_, build, message) => {
    expect(() => parseCertificate(build())).toThrow(refusal('certificate-malformed', message))
  })

  test('a certificate of megabytes, unread', () => {
    expect(() => parseCertificate(Buffer.alloc(2 << 20))).toThrow(refusal('certificate-malformed', /at most 1048576/))
  })
})

describe('files', () => {
  test('PEM with several certificates, text and other blocks; DER', () => {
    const certificate = selfSigned('-subj', '/CN=File')
    const key = readFileSync(file('ec.pem'), 'utf8')
    const pem = certificateToPem(certificate)
    const both = Buffer.from(`Bag Attributes\n  friendlyName: x\n${pem}${key}\n${pem.replaceAll('\n', '\r\n')}`)
    expect(readCertificates(both).map(({ sha256 }) => sha256)).toEqual([certificate.sha256, certificate.sha256])
    expect(readCertificates(certificate.der)[0]?.sha256).toBe(certificate.sha256)
    writeFileSync(file('own.pem'), pem)
    expect(openssl('x509', '-in', 'own.pem', '-outform', 'DER')).toEqual(certificate.der)
  })

  test('without a certificate are an error', () => {
    const key = readFileSync(file('ec.pem'))
    for (const bytes of [key, Buffer.from('hello'), Buffer.alloc(0)])
      expect(() => readCertificates(bytes)).toThrow(expect.objectContaining({ code: 'certificate-missing' }))
    const damaged = Buffer.from('-----BEGIN CERTIFICATE-----\nMII*\n-----END CERTIFICATE-----\n')
    expect(() => readCertificates(damaged)).toThrow(expect.objectContaining({ code: 'pem-malformed' }))
    const cut = Buffer.from('-----BEGIN CERTIFICATE-----\nMIIB\n')
    expect(() => readCertificates(cut)).toThrow(expect.objectContaining({ code: 'pem-malformed' }))
  })
})
