import { execFileSync } from 'node:child_process'
import { createHmac, createPrivateKey, pbkdf2Sync } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { Oid } from '../../asn1/oid.ts'
import { children, encoding, octets, readOnly } from '../../asn1/read.ts'
import { bmpString, context, integer, nullValue, octetString, oid, sequence, setOf } from '../../asn1/write.ts'
import { LabError } from '../../error.ts'
import { type Certificate, readCertificates } from '../certificate.ts'
import { inspectPkcs12, openPkcs12, type WriteProtection, writePkcs12 } from './index.ts'

function selfSigned() {
  const args = [
    'req',
    '-x509',
    '-nodes',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-keyout',
    '-',
    '-subj',
    '/CN=Alva',
  ]
  const pem = execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] })
  return { certificate: readCertificates(pem)[0] as Certificate, privateKey: createPrivateKey(pem) }
}

const identity = selfSigned()
function file(iterations = 2048, protection: WriteProtection = 'pbes2-aes-256', password = 'secret'): Buffer {
  return writePkcs12({ identities: [identity], password, protection, iterations })
}

function refusal(read: () => unknown): LabError {
  try {
    read()
  } catch (error) {
    if (error instanceof LabError) return error
    throw error
  }
  throw new Error('it was not refused')
}

const code = (bytes: Buffer, password: string | null = 'secret') => refusal(() => openPkcs12(bytes, password)).code
const data = (inner: Buffer) => sequence(oid(Oid.data), context(0, octetString(inner)))
const pfx = (authSafe: Buffer, ...mac: Buffer[]) => sequence(integer(3), data(authSafe), ...mac)

describe('a password that does not fit and a MAC that was changed', () => {
  it('look the same in every way', () => {
    for (const protection of ['pbe-sha1-3des', 'pbes2-aes-256'] as const) {
      const bytes = file(10, protection)
      const macChanged = Buffer.from(bytes)
      const [, , macData] = children(readOnly(macChanged))
      const digest = children(children(macData ?? readOnly(macChanged))[0] ?? readOnly(macChanged))[1]
      const at = digest?.contentStart ?? 0
      macChanged[at] = (macChanged[at] ?? 0) ^ 1
      const wrong = refusal(() => openPkcs12(bytes, 'Secret'))
      const changed = refusal(() => openPkcs12(macChanged, 'secret'))
      expect(wrong.code).toBe('pkcs12-wrong-password')
      expect({ ...changed, message: changed.message }).toEqual({ ...wrong, message: wrong.message })
      expect(wrong.message).not.toContain('ecret')
    }
  })

  it('without a MAC, garbled plaintext looks as bad padding does', () => {
    const [, authSafe] = children(readOnly(file(1, 'pbe-sha1-3des')))
    const codes = new Set<string>()
    // About one wrong password in 256 gives padding that passes, and garbage behind it.
    const withoutMac = sequence(integer(3), encoding(authSafe ?? readOnly(Buffer.alloc(2))))
    for (let n = 0; n < 1500; n++) codes.add(code(withoutMac, `wrong ${n}`))
    expect([...codes]).toEqual(['pkcs12-wrong-password'])
  })
})

describe('iterations', () => {
  it('are refused before anything is derived, with the count and the limit', () => {
    const start = performance.now()
    const [, authSafe, macData] = children(readOnly(file(5)))
    const [digestInfo, salt] = children(macData ?? readOnly(Buffer.alloc(2)))
    const parts = [digestInfo, salt].map((node) => encoding(node ?? readOnly(Buffer.alloc(2))))
    const bomb = sequence(
      integer(3),
      encoding(authSafe ?? readOnly(Buffer.alloc(2))),
      sequence(...parts, integer(2_000_000_000)),
    )
    const error = refusal(() => openPkcs12(bomb, 'secret'))
    expect(error.code).toBe('pkcs12-too-expensive')
    expect(error.message).toContain('2000000000')
    expect(error.message).toContain('5000000')
    expect(performance.now() - start).toBeLessThan(500)
    expect(inspectPkcs12(bomb).iterations).toBe(2_000_000_000)
  })

  it('are counted together: MAC, certificates and key', () => {
    const bytes = file(1000)
    expect(openPkcs12(bytes, 'secret', { maxIterations: 3000 }).identities).toHaveLength(1)
    expect(refusal(() => openPkcs12(bytes, 'secret', { maxIterations: 2999 })).code).toBe('pkcs12-too-expensive')
  })

  it('of zero are malformed', () => {
    const scheme = sequence(oid(Oid.pbeSha1TripleDes), sequence(octetString(Buffer.alloc(8)), integer(0)))
    const bag = sequence(oid(Oid.pkcs8ShroudedKeyBag), context(0, sequence(scheme, octetString(Buffer.alloc(8)))))
    expect(code(pfx(sequence(data(sequence(bag)))))).toBe('pkcs12-malformed')
  })
})

describe('structures', () => {
  it.each<[string, string, Buffer]>([
    ['nothing', 'pkcs12-malformed', Buffer.alloc(0)],
    ['a text', 'pkcs12-malformed', Buffer.from('-----BEGIN CERTIFICATE-----')],
    ['octets behind the end', 'pkcs12-malformed', Buffer.concat([pfx(sequence()), Buffer.of(0, 1)])],
    ['version 2', 'pkcs12-unsupported', sequence(integer(2), data(sequence()))],
    ['authSafe without content', 'pkcs12-malformed', sequence(integer(3), sequence(oid(Oid.data)))],
    ['authSafe with empty content', 'pkcs12-malformed', sequence(integer(3), sequence(oid(Oid.data), context(0)))],
    [
      'public-key integrity',
      'pkcs12-unsupported',
      sequence(integer(3), sequence(oid(Oid.signedData), context(0, sequence()))),
    ],
    [
      'public-key privacy',
      'pkcs12-unsupported',
      pfx(sequence(sequence(oid(Oid.envelopedData), context(0, sequence())))),
    ],
    ['a bag without a value', 'pkcs12-malformed', pfx(sequence(data(sequence(sequence(oid(Oid.certBag))))))],
    [
      'a key that is none',
      'pkcs12-malformed',
      pfx(sequence(data(sequence(sequence(oid(Oid.keyBag), context(0, sequence())))))),
    ],
    ['4 MB and more', 'pkcs12-malformed', Buffer.alloc(4 * 1024 * 1024 + 1)],
  ])('%s: %s', (_what, wanted, bytes) => {
    expect(code(bytes)).toBe(wanted)
  })

  it('a scheme that is unknown can be told, not opened', () => {
    const scheme = sequence(oid('1.2.840.113549.1.5.3'), sequence(octetString(Buffer.alloc(8)), integer(1)))
    const bag = sequence(oid(Oid.pkcs8ShroudedKeyBag), context(0, sequence(scheme, octetString(Buffer.alloc(8)))))
    const bytes = pfx(sequence(data(sequence(bag))))
    expect(inspectPkcs12(bytes).key).toBe('1.2.840.113549.1.5.3')
    expect(code(bytes)).toBe('pkcs12-unsupported')
  })

  it('a key of an unknown algorithm', () => {
    const key = sequence(integer(0), sequence(oid('1.2.3.4')), octetString(Buffer.alloc(4)))
    expect(code(pfx(sequence(data(sequence(sequence(oid(Oid.keyBag), context(0, key)))))))).toBe('pkcs12-unsupported')
  })

  it('nesting and bags without an end', () => {
    let nested = sequence()
    for (let depth = 0; depth < 10; depth++) nested = sequence(sequence(oid(Oid.safeContentsBag), context(0, nested)))
    expect(code(pfx(sequence(data(nested))))).toBe('pkcs12-malformed')
    const crls = Array.from({ length: 1100 }, () => sequence(oid(Oid.crlBag), context(0, sequence())))
    expect(code(pfx(sequence(data(sequence(...crls)))))).toBe('pkcs12-malformed')
    const safes = Array.from({ length: 1100 }, () => data(sequence()))
    expect(code(pfx(sequence(...safes)))).toBe('pkcs12-malformed')
  })

  it('a localKeyID never ties a key to a certificate with another one', () => {
    const attributes = setOf(
      sequence(oid(Oid.localKeyId), setOf(octetString(Buffer.of(1)))),
      sequence(oid(Oid.friendlyName), setOf(bmpString('Alva'))),
    )
    const stranger = selfSigned().certificate.der
    const certificate = sequence(oid(Oid.x509Certificate), context(0, octetString(stranger)))
    const bags = [
      sequence(oid(Oid.keyBag), context(0, identity.privateKey.export({ type: 'pkcs8', format: 'der' })), attributes),
      sequence(oid(Oid.certBag), context(0, certificate), attributes),
    ]
    const contents = openPkcs12(pfx(sequence(data(sequence(...bags)))), null)
    expect(contents.identities).toEqual([])
    expect(contents.keysWithoutCertificate).toHaveLength(1)
    expect(contents.certificates).toHaveLength(1)
  })
})

describe('PBMAC1 (RFC 9579)', () => {
  /** The file's own contents under a PBMAC1 MAC. */
  function withPbmac1(options: { keyLength?: Buffer; octets?: number; salt?: Buffer; password?: string } = {}): Buffer {
    const password = options.password ?? 'secret'
    const [, info] = children(readOnly(file(10, 'pbes2-aes-256', password)))
    const authSafe = info === undefined ? undefined : children(info)[1]
    const covered = octets(authSafe === undefined ? undefined : children(authSafe)[0], 'authSafe')
    const salt = Buffer.alloc(16, 7)
    const key = pbkdf2Sync(password, salt, 10, options.octets ?? 32, 'sha512')
    const keyLength = options.keyLength ?? integer(32)
    const prf = sequence(oid(Oid.hmacWithSha512), nullValue())
    const kdf = sequence(oid(Oid.pbkdf2), sequence(options.salt ?? octetString(salt), integer(10), keyLength, prf))
    const algorithm = sequence(oid(Oid.pbmac1), sequence(kdf, sequence(oid(Oid.hmacWithSha256), nullValue())))
    const digestInfo = sequence(algorithm, octetString(createHmac('sha256', key).update(covered).digest()))
    return pfx(covered, sequence(digestInfo, octetString(Buffer.from('unused')), integer(1)))
  }

  it('opens, as it does in the TLS of Node', () => {
    const bytes = withPbmac1()
    expect(() => createSecureContext({ pfx: bytes, passphrase: 'secret' })).not.toThrow()
    const { identities, protection } = openPkcs12(bytes, 'secret')
    expect(identities).toHaveLength(1)
    expect(protection.mac).toBe('pbmac1-hmac-sha256')
    expect(code(bytes, 'other')).toBe('pkcs12-wrong-password')
  })

  it('takes the password in UTF-8', () => {
    expect(openPkcs12(withPbmac1({ password: 'größe \u{1f511}' }), 'größe \u{1f511}').identities).toHaveLength(1)
  })

  it.each<[string, Parameters<typeof withPbmac1>[0]]>([
    ['keyLength left out', { keyLength: Buffer.alloc(0) }],
    ['a keyLength of 19', { keyLength: integer(19), octets: 19 }],
    ['a keyLength of 0', { keyLength: integer(0) }],
    ['a negative keyLength', { keyLength: Buffer.of(2, 1, 0xe0) }],
    ['a keyLength of 2^31', { keyLength: integer(2 ** 31) }],
    ['a keyLength of 9 octets', { keyLength: integer(Buffer.alloc(9, 1)) }],
    ['a salt that is no OCTET STRING', { salt: integer(7) }],
  ])('refuses %s', (_what, options) => {
    expect(code(withPbmac1(options))).toBe('pkcs12-malformed')
  })
})
