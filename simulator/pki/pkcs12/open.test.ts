import { execFileSync } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Oid } from '../../asn1/oid.ts'
import { children, encoding, readOnly } from '../../asn1/read.ts'
import { context, octetString, oid, sequence } from '../../asn1/write.ts'
import { parseCertificate, readCertificates } from '../certificate.ts'
import { inspectPkcs12, openPkcs12, writePkcs12 } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'pkcs12-'))
const at = (name: string) => join(folder, name)
const run = (command: string, ...args: string[]) => execFileSync(command, args, { cwd: folder, stdio: 'pipe' })
const certificate = (name: string) => readCertificates(readFileSync(at(`${name}.crt`)))[0]
const privateKey = (name: string) => createPrivateKey(readFileSync(at(`${name}.key`)))

/** A file as OpenSSL exports it: the identity `who`, more options, password 'secret' unless the options name one. */
function exported(who: string, ...options: string[]): Buffer {
  const password = options.includes('-passout') ? [] : ['-passout', 'pass:secret']
  run(
    'openssl',
    'pkcs12',
    '-export',
    '-inkey',
    `${who}.key`,
    '-in',
    `${who}.crt`,
    '-out',
    'out.p12',
    ...password,
    ...options,
  )
  return readFileSync(at('out.p12'))
}

function expectIdentity(bytes: Buffer, who: string, password: string | null = 'secret') {
  const contents = openPkcs12(bytes, password)
  expect(contents.identities).toHaveLength(1)
  expect(contents.identities[0]?.certificate.sha256).toBe(certificate(who)?.sha256)
  expect(contents.identities[0]?.privateKey.equals(privateKey(who))).toBe(true)
  return contents
}

beforeAll(() => {
  const kinds = {
    rsa: ['-newkey', 'rsa:2048'],
    ec: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
    ed: ['-newkey', 'ed25519'],
    chain: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  }
  for (const [name, key] of Object.entries(kinds))
    run(
      'openssl',
      'req',
      '-x509',
      '-nodes',
      ...key,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.crt`,
      '-subj',
      `/CN=${name}`,
    )
})

afterAll(() => rmSync(folder, { recursive: true }))

describe('encryption schemes of files by OpenSSL', () => {
  it.each([
    ['PBE-SHA1-RC2-40', 'pbe-sha1-rc2-40'],
    ['PBE-SHA1-RC2-128', 'pbe-sha1-rc2-128'],
    ['PBE-SHA1-RC4-40', 'pbe-sha1-rc4-40'],
    ['PBE-SHA1-RC4-128', 'pbe-sha1-rc4-128'],
    ['PBE-SHA1-2DES', 'pbe-sha1-3des-2key'],
    ['PBE-SHA1-3DES', 'pbe-sha1-3des'],
    ['aes-128-cbc', 'pbes2-aes-128-cbc-hmac-sha256'],
    ['aes-192-cbc', 'pbes2-aes-192-cbc-hmac-sha256'],
    ['aes-256-cbc', 'pbes2-aes-256-cbc-hmac-sha256'],
    ['des-ede3-cbc', 'pbes2-des-ede3-cbc-hmac-sha256'],
    ['NONE', 'none'],
  ])('%s', (scheme, name) => {
    const bytes = exported('ec', '-legacy', '-keypbe', scheme, '-certpbe', scheme)
    const wanted = { key: name, certificates: name, mac: 'hmac-sha1', iterations: 2048 }
    expect(expectIdentity(bytes, 'ec').protection).toEqual(wanted)
    expect(inspectPkcs12(bytes)).toEqual(wanted)
  })

  it('what OpenSSL 1 and 3 write by default', () => {
    const modern = 'pbes2-aes-256-cbc-hmac-sha256'
    expect(expectIdentity(exported('rsa'), 'rsa').protection).toMatchObject({ key: modern, certificates: modern })
    expect(expectIdentity(exported('rsa', '-legacy'), 'rsa').protection).toMatchObject({
      key: 'pbe-sha1-3des',
      certificates: 'pbe-sha1-rc2-40',
    })
  })

  it.each(['SHA1', 'SHA224', 'SHA256', 'SHA384', 'SHA512'])('PBES2 with PBKDF2-HMAC-%s', (prf) => {
    run(
      'openssl',
      ...['pkcs8', '-topk8', '-in', 'ec.key', '-outform', 'DER', '-out', 'ec.p8', '-passout', 'pass:secret'],
      ...['-v2', 'aes-256-cbc', '-v2prf', `hmacWith${prf}`],
    )
    // OpenSSL's exporter has no switch for the function, so the key it encrypted goes into a hand-made file without a MAC.
    const keyBag = sequence(oid(Oid.pkcs8ShroudedKeyBag), context(0, readFileSync(at('ec.p8'))))
    const contents = openPkcs12(pfxWithoutMac(sequence(keyBag, certificateBag('ec'))), 'secret')
    expect(contents.identities).toHaveLength(1)
    expect(contents.protection).toEqual({
      key: `pbes2-aes-256-cbc-hmac-${prf.toLowerCase()}`,
      certificates: 'none',
      mac: 'none',
      iterations: 2048,
    })
  })
})

function certificateBag(who: string): Buffer {
  const der = certificate(who)?.der ?? Buffer.alloc(0)
  return sequence(oid(Oid.certBag), context(0, sequence(oid(Oid.x509Certificate), context(0, octetString(der)))))
}

const data = (octets: Buffer) => sequence(oid(Oid.data), context(0, octetString(octets)))

function pfxWithoutMac(safeContents: Buffer): Buffer {
  return sequence(Buffer.of(2, 1, 3), data(sequence(data(safeContents))))
}

describe('MACs', () => {
  it.each(['sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'blake2b512'])('%s', (digest) => {
    const { protection } = expectIdentity(exported('ec', '-macalg', digest), 'ec')
    expect(protection.mac).toBe(`hmac-${digest}`)
  })

  it('none', () => {
    expect(expectIdentity(exported('ec', '-nomac'), 'ec').protection.mac).toBe('none')
  })

  it('one iteration, where the count is left out', () => {
    expectIdentity(exported('ec', '-nomaciter'), 'ec')
  })
})

describe('passwords', () => {
  it.each(['', 'pass phrase with spaces', 'Übergrößenträger', 'σύνθημα', '\u{1f511} beyond the BMP'])(
    '%j',
    (password) => {
      for (const form of [['-legacy'], []])
        expectIdentity(exported('ec', ...form, '-passout', `pass:${password}`), 'ec', password)
    },
  )

  it('one that does not fit', () => {
    for (const form of [['-legacy'], [], ['-nomac'], ['-nomac', '-legacy']]) {
      const bytes = exported('ec', ...form)
      for (const password of ['Secret', 'secret ', '', null])
        expect(() => openPkcs12(bytes, password)).toThrow(expect.objectContaining({ code: 'pkcs12-wrong-password' }))
    }
  })
})

describe('contents', () => {
  it.each(['rsa', 'ec', 'ed'])('a key of kind %s', (who) => {
    expectIdentity(exported(who), who)
  })

  it('friendlyName, localKeyID and the rest of the chain', () => {
    const bytes = exported('rsa', '-name', 'Alva Øre 2026', '-certfile', 'chain.crt')
    const { identities, certificates } = expectIdentity(bytes, 'rsa')
    expect(identities[0]?.friendlyName).toBe('Alva Øre 2026')
    expect(identities[0]?.localKeyId?.toString('hex')).toBe(certificate('rsa')?.sha1)
    expect(certificates.map(({ sha256 }) => sha256)).toEqual([certificate('chain')?.sha256])
  })

  it('a friendlyName that counts the zero behind it, as Windows exports have it', () => {
    const { identities } = openPkcs12(exported('rsa', '-name', 'Alva'), 'secret')
    const named = identities.map((identity) => ({ ...identity, friendlyName: 'Alva\0' }))
    const bytes = writePkcs12({ identities: named, password: 'secret', protection: 'pbe-sha1-3des' })
    expect(openPkcs12(bytes, 'secret').identities[0]?.friendlyName).toBe('Alva')
  })

  it('certificates without a key, and a key without a certificate', () => {
    const noKey = openPkcs12(exported('rsa', '-nokeys'), 'secret')
    expect(noKey.identities).toEqual([])
    expect(noKey.certificates).toHaveLength(1)
    const noCertificate = openPkcs12(exported('ec', '-nocerts'), 'secret')
    expect(noCertificate.identities).toEqual([])
    expect(noCertificate.keysWithoutCertificate[0]?.equals(privateKey('ec'))).toBe(true)
  })

  it('no localKeyID: the public key pairs, whatever the order', () => {
    const key = (who: string) =>
      sequence(oid(Oid.keyBag), context(0, privateKey(who).export({ type: 'pkcs8', format: 'der' })))
    const bags = [certificateBag('chain'), key('ec'), certificateBag('rsa'), key('rsa'), certificateBag('ec')]
    const { identities, certificates } = openPkcs12(pfxWithoutMac(sequence(...bags)), null)
    expect(identities.map((identity) => identity.certificate.subjectText)).toEqual(['CN=ec', 'CN=rsa'])
    expect(certificates.map(({ subjectText }) => subjectText)).toEqual(['CN=chain'])
  })

  it('zero octets behind the end, as Windows leaves them', () => {
    expectIdentity(Buffer.concat([exported('ec'), Buffer.alloc(8)]), 'ec')
  })

  it('nested SafeContents, and bags of kinds that it does not know', () => {
    const foreign = sequence(oid('1.2.840.113549.1.12.10.1.5'), context(0, sequence()))
    let bag = certificateBag('rsa')
    for (let depth = 0; depth < 8; depth++) bag = sequence(oid(Oid.safeContentsBag), context(0, sequence(foreign, bag)))
    expect(openPkcs12(pfxWithoutMac(sequence(bag)), null).certificates).toHaveLength(1)
  })

  it('a certificate that breaks RFC 5280 is set aside; the identity beside it opens', () => {
    const odd = sequence(
      oid(Oid.certBag),
      context(0, sequence(oid(Oid.x509Certificate), context(0, octetString(sequence())))),
    )
    const key = sequence(oid(Oid.keyBag), context(0, privateKey('ec').export({ type: 'pkcs8', format: 'der' })))
    const contents = openPkcs12(pfxWithoutMac(sequence(odd, key, certificateBag('ec'))), null)
    expect(contents.identities).toHaveLength(1)
    expect(contents.unreadableCertificates).toMatchObject([
      { der: sequence(), error: { code: 'certificate-malformed' } },
    ])
  })
})

describe('BER', () => {
  it('what NSS exports: indefinite lengths, constructed OCTET STRINGs, 600 000 iterations', () => {
    writeFileSync(at('in.p12'), exported('rsa', '-name', 'rsa'))
    writeFileSync(at('pin'), 'pin')
    run('certutil', '-N', '-d', 'sql:.', '-f', 'pin')
    run('pk12util', '-i', 'in.p12', '-d', 'sql:.', '-k', 'pin', '-W', 'secret')
    run('pk12util', '-o', 'nss.p12', '-n', 'rsa', '-d', 'sql:.', '-k', 'pin', '-W', 'geheim·ä')
    const bytes = readFileSync(at('nss.p12'))
    expect(bytes.subarray(0, 2)).toEqual(Buffer.of(0x30, 0x80))
    expectIdentity(bytes, 'rsa', 'geheim·ä')
  })

  it('an authSafe and a ciphertext cut into segments', () => {
    const bytes = segmented(exported('ec', '-nomac', '-legacy'))
    expect(expectIdentity(bytes, 'ec').identities[0]?.certificate).toEqual(
      parseCertificate(certificate('ec')?.der ?? bytes),
    )
  })
})

/** The same file in BER: indefinite lengths throughout, every long OCTET STRING cut into nested segments. */
function segmented(der: Buffer): Buffer {
  const indefinite = (first: number, content: Buffer) =>
    Buffer.concat([Buffer.of(first, 0x80), content, Buffer.of(0, 0)])
  const rewrite = (bytes: Buffer): Buffer => {
    const node = readOnly(bytes)
    const first = bytes[0] ?? 0
    const inner = bytes.subarray(node.contentStart, node.contentEnd)
    if (node.constructed) return indefinite(first, Buffer.concat(children(node).map((each) => rewrite(encoding(each)))))
    if ((first !== 0x04 && first !== 0x80) || inner.length < 40) return bytes
    const half = inner.length >> 1
    const nested = indefinite(0x24, octetString(inner.subarray(half)))
    return indefinite(first | 0x20, Buffer.concat([octetString(inner.subarray(0, half)), nested]))
  }
  return rewrite(der)
}
