import { execFileSync } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Oid } from '../../asn1/oid.ts'
import { context, integer, octetString, oid, sequence } from '../../asn1/write.ts'
import { LabError } from '../../error.ts'
import { type Certificate, readCertificates } from '../certificate.ts'
import { inspectPkcs12, openPkcs12, writePkcs12 } from './index.ts'

const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']
const pem = execFileSync('openssl', ['req', '-x509', '-nodes', ...curve, '-keyout', '-', '-subj', '/CN=Alva'], {
  stdio: ['ignore', 'pipe', 'ignore'],
})
const identity = { certificate: readCertificates(pem)[0] as Certificate, privateKey: createPrivateKey(pem) }
const bag = (type: string, value: Buffer) => sequence(oid(type), context(0, value))
const certificate = sequence(oid(Oid.x509Certificate), context(0, octetString(identity.certificate.der)))
const data = (octets: Buffer) => sequence(oid(Oid.data), context(0, octetString(octets)))
const bags = [
  bag(Oid.certBag, certificate),
  bag(Oid.keyBag, identity.privateKey.export({ type: 'pkcs8', format: 'der' })),
]
const common = { identities: [identity], password: 'secret', iterations: 2 }
const valid = [
  writePkcs12({ ...common, protection: 'pbe-sha1-3des' }),
  writePkcs12({ ...common, protection: 'pbes2-aes-256' }),
  // Without MAC and encryption, every octet reaches the readers of bags, keys and certificates.
  sequence(integer(3), data(sequence(data(sequence(...bags))))),
]

function expectValueOrRefusal(bytes: Buffer, password: string | null): void {
  for (const read of [() => openPkcs12(bytes, password, { maxIterations: 2000 }), () => inspectPkcs12(bytes)]) {
    try {
      expect(read()).toBeTypeOf('object')
    } catch (error) {
      expect(error).toBeInstanceOf(LabError)
      expect((error as LabError).code).toMatch(/^pkcs12-(wrong-password|malformed|unsupported|too-expensive)$/)
    }
  }
}

const mutation = fc.record({
  at: fc.nat(4000),
  remove: fc.nat(3),
  insert: fc.oneof(
    fc.uint8Array({ maxLength: 3 }),
    fc.constantFrom([0x80], [0x30, 0x80], [0xff], [0, 0], [0x84, 0x7f]),
  ),
})

describe('any octets end in a value or a typed refusal', () => {
  it('noise', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => expectValueOrRefusal(Buffer.from(bytes), 'x')))
  })

  it('valid files, changed in up to four places', () => {
    const changed = fc.tuple(fc.constantFrom(...valid), fc.array(mutation, { minLength: 1, maxLength: 4 }))
    fc.assert(
      fc.property(changed, ([original, mutations]) => {
        let bytes = original
        for (const { at, remove, insert } of mutations) {
          const place = at % (bytes.length + 1)
          bytes = Buffer.concat([bytes.subarray(0, place), Buffer.from(insert), bytes.subarray(place + remove)])
        }
        expectValueOrRefusal(bytes, 'secret')
      }),
      { numRuns: 2000 },
    )
  })

  it('a valid file, with each octet changed in turn', () => {
    for (const original of valid)
      for (let at = 0; at < original.length; at++) {
        const bytes = Buffer.from(original)
        bytes[at] = (bytes[at] ?? 0) ^ 0xff
        expectValueOrRefusal(bytes, 'secret')
      }
  })

  it('a valid file, cut off anywhere', () => {
    for (const original of valid)
      for (let length = 0; length < original.length; length++)
        expect(() => openPkcs12(original.subarray(0, length), 'secret')).toThrow(LabError)
  })
})

describe('what is written opens', () => {
  it('with any password and name, in either form', () => {
    const input = fc.record({
      password: fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constant(null)),
      friendlyName: fc.string({ unit: 'grapheme' }),
      protection: fc.constantFrom('pbe-sha1-3des' as const, 'pbes2-aes-256' as const),
      iterations: fc.integer({ min: 1, max: 300 }),
    })
    fc.assert(
      fc.property(input, ({ friendlyName, ...rest }) => {
        const bytes = writePkcs12({ ...rest, identities: [{ ...identity, friendlyName }] })
        const [opened] = openPkcs12(bytes, rest.password).identities
        expect(opened?.friendlyName).toBe(friendlyName)
        expect(opened?.certificate.sha256).toBe(identity.certificate.sha256)
        expect(opened?.privateKey.equals(identity.privateKey)).toBe(true)
      }),
    )
  })
})
