import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Oid } from '../asn1/oid.ts'
import * as write from '../asn1/write.ts'
import { type Certificate, publicKeyOf, readCertificates } from './certificate.ts'
import { type PssParameters, signatureHash, verifyPss, verifySignature } from './signature.ts'

let folder: string
const openssl = (...words: string[]) =>
  execFileSync('openssl', words, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'smimelab-signature-'))
  const generate = (name: string, ...options: string[]) => openssl('genpkey', '-out', name, ...options)
  generate('rsa', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048')
  generate('rsa-pss', '-algorithm', 'RSA-PSS', '-pkeyopt', 'rsa_keygen_bits:2048')
  generate('rsa-pss-sha256-sha384', ...'-algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048'.split(' '), ...restriction)
  generate('p-256', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256')
  generate('p-521', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-521')
  generate('ed25519', '-algorithm', 'ED25519')
  generate('ed448', '-algorithm', 'ED448')
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The key allows one hash, one mask and salts of 16 octets or more (RFC 4055 3.1). */
const restriction = ['rsa_pss_keygen_md:sha256', 'rsa_pss_keygen_mgf1_md:sha384', 'rsa_pss_keygen_saltlen:16'].flatMap(
  (each) => ['-pkeyopt', each],
)

function selfSigned(key: string, ...options: string[]): Certificate {
  openssl('req', '-x509', '-key', key, '-subj', '/CN=Signed', '-days', '30', '-out', 'cert.pem', ...options)
  const [certificate] = readCertificates(readFileSync(join(folder, 'cert.pem')))
  if (certificate === undefined) throw new Error('no certificate')
  return certificate
}

const mask = (hash: string) => ['-sigopt', `rsa_mgf1_md:${hash}`]
const pss = (salt: string) => ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', `rsa_pss_saltlen:${salt}`]

describe('OpenSSL signs, this verifies', () => {
  test.each([
    ['rsa', ['-sha256']],
    ['rsa', ['-sha1']],
    ['rsa', ['-sha512']],
    ['rsa', ['-sha256', ...pss('digest')]],
    ['rsa', ['-sha384', ...pss('max')]],
    ['rsa', ['-sha256', ...pss('0')]],
    ['rsa', ['-sha1', ...pss('20')]],
    ['rsa', ['-sha256', ...pss('digest'), ...mask('sha512')]],
    ['rsa', ['-sha512', ...pss('20'), ...mask('sha1')]],
    ['rsa-pss', ['-sha256']],
    ['rsa-pss', ['-sha384', ...mask('sha224')]],
    ['rsa-pss-sha256-sha384', []],
    ['p-256', ['-sha256']],
    ['p-521', ['-sha512']],
    ['ed25519', []],
    ['ed448', []],
  ])('%s %s', (key, options) => {
    const certificate = selfSigned(key, ...options)
    expect(verifySignature(certificate, publicKeyOf(certificate))).toBe('valid')
    const tbs = Buffer.from(certificate.tbs)
    tbs[tbs.length - 1] = (tbs.at(-1) ?? 0) ^ 1
    expect(verifySignature({ ...certificate, tbs }, publicKeyOf(certificate))).toBe('invalid')
  })
})

describe('not verified', () => {
  test('MD5', () => {
    const md5 = selfSigned('rsa', '-md5')
    expect(verifySignature(md5, publicKeyOf(md5))).toBe('unsupported')
    expect(signatureHash(md5)).toBeUndefined()
  })

  test('PSS with other parameters than the signer used, or than the key allows', () => {
    const open = selfSigned('rsa', '-sha256', ...pss('20'), ...mask('sha512'))
    const bound = selfSigned('rsa-pss-sha256-sha384', ...pss('32'))
    const verify = ({ tbs, signature, ...rest }: Certificate, pss: PssParameters) =>
      verifyPss(tbs, signature, publicKeyOf({ tbs, signature, ...rest }), pss)
    expect(verify(open, { hash: 'sha256', mgfHash: 'sha512', saltLength: 20 })).toBe(true)
    for (const wrong of [
      { hash: 'sha256', mgfHash: 'sha256', saltLength: 20 },
      { hash: 'sha256', mgfHash: 'sha384', saltLength: 20 },
      { hash: 'sha384', mgfHash: 'sha512', saltLength: 20 },
      { hash: 'sha256', mgfHash: 'sha512', saltLength: 21 },
      { hash: 'sha256', mgfHash: 'sha512', saltLength: 0 },
      { hash: 'sha256', mgfHash: 'sha512', saltLength: 1_000_000_000 },
    ] as const)
      expect(verify(open, wrong)).toBe(false)
    // OpenSSL takes the hashes from the key, whatever the certificate says; so that is compared before.
    expect(verify(bound, { hash: 'sha256', mgfHash: 'sha384', saltLength: 32 })).toBe(true)
    expect(verify(bound, { hash: 'sha256', mgfHash: 'sha256', saltLength: 32 })).toBe(false)
  })

  test('a key of another kind, a broken algorithm, an empty signature', () => {
    const certificate = selfSigned('rsa', '-sha256')
    const key = publicKeyOf(certificate)
    expect(verifySignature(certificate, publicKeyOf(selfSigned('p-256')))).toBe('invalid')
    expect(verifySignature({ ...certificate, signature: Buffer.alloc(0) }, key)).toBe('invalid')
    expect(verifySignature({ ...certificate, signatureAlgorithm: Buffer.of(0x30) }, key)).toBe('invalid')
    const absent = write.sequence(write.oid(Oid.rsassaPss))
    expect(verifySignature({ ...certificate, signatureAlgorithm: absent }, key)).toBe('invalid')
  })
})
