import { generateKeyPairSync } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Oid } from '../asn1/oid.ts'
import * as write from '../asn1/write.ts'
import { LabError } from '../error.ts'
import { parseCertificate, readCertificates } from './certificate.ts'
import { CertificationAuthority, createRoot } from './certification-authority.ts'
import { parseCrl } from './crl.ts'
import { nameFromText, showName } from './name-text.ts'
import { parseOcspResponse } from './ocsp.ts'
import { validatePath } from './path-validation.ts'
import { readPem, writePem } from './pem.ts'

const at = new Date('2025-06-01T00:00:00Z')
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const validity = { notBefore: new Date('2025-01-01T00:00:00Z'), notAfter: new Date('2026-01-01T00:00:00Z') }
/** Mail at example.com, names in O=Example. */
const constraints = {
  oid: Oid.nameConstraints,
  critical: true,
  value: write.sequence(
    write.context(
      0,
      write.sequence(write.contextPrimitive(1, Buffer.from('example.com'))),
      write.sequence(write.context(4, nameFromText('O=Example'))),
    ),
  ),
}
const root = await createRoot(
  {
    subject: 'CN=Root,O=Example',
    keyUsage: ['keyCertSign', 'cRLSign'],
    serial: Buffer.of(1),
    ca: {},
    extensions: [constraints],
    ...validity,
  },
  keys,
)
const authority = new CertificationAuthority({ certificate: root, privateKey: keys.privateKey }, [root])
const leaf = await authority.issue({
  subject: 'CN=Alva Example,O=Example',
  publicKey: keys.publicKey,
  emails: ['alva@example.com', 'ålva@example.com'],
  keyUsage: ['digitalSignature'],
  extendedKeyUsage: [Oid.emailProtection],
  serial: Buffer.of(2),
  crlUrl: 'http://crl.example.com/',
  extensions: [
    {
      oid: Oid.certificatePolicies,
      critical: false,
      value: write.sequence(write.sequence(write.oid('1.2.3.4'))),
    },
  ],
  ...validity,
})
authority.revoke(leaf, new Date('2025-05-01'), 'superseded')
const list = await authority.crl(at)
const good = await new CertificationAuthority({ certificate: root, privateKey: keys.privateKey }, [root]).ocspResponse(
  leaf,
  at,
)

/** Some octets changed, some taken out or put in. */
const damaged = (bytes: Buffer) =>
  fc
    .array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(2), fc.uint8Array({ minLength: 1, maxLength: 3 })), {
      minLength: 1,
      maxLength: 4,
    })
    .map((edits) => {
      let out: Buffer = Buffer.from(bytes)
      for (const [place, removed, added] of edits)
        out = Buffer.concat([out.subarray(0, place), added, out.subarray(place + removed)])
      return out
    })

/** What `read` gives, or undefined where it refuses with a LabError; any other error fails the test. */
function orRefusal<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    expect(error).toBeInstanceOf(LabError)
    return undefined
  }
}

test('a damaged certificate is refused or read, and what is read never trusted', () => {
  fc.assert(
    fc.property(damaged(leaf.der), (bytes) => {
      const certificate = orRefusal(() => parseCertificate(bytes))
      if (certificate === undefined) return
      const result = validatePath(certificate, { anchors: [root], intermediates: [], at, purpose: 'smime-sign' })
      expect(result.ok).toBe(bytes.equals(leaf.der))
    }),
    { numRuns: 1000 },
  )
})

test('a damaged certificate as anchor or intermediate breaks nothing', () => {
  fc.assert(
    fc.property(damaged(root.der), (bytes) => {
      const certificate = orRefusal(() => parseCertificate(bytes))
      if (certificate === undefined) return
      const without = validatePath(leaf, { anchors: [], intermediates: [certificate], at })
      expect(without.ok).toBe(false)
      const beside = validatePath(leaf, { anchors: [root], intermediates: [certificate], at, crls: [list] })
      expect(beside.reasons.map(({ code }) => code)).toEqual(['revoked'])
      expect(() => validatePath(leaf, { anchors: [certificate], intermediates: [], at, crls: [list] })).not.toThrow()
    }),
    { numRuns: 1000 },
  )
})

test('a damaged list is refused or read, and what is read never believed', () => {
  fc.assert(
    fc.property(damaged(list.der), (bytes) => {
      const crl = orRefusal(() => parseCrl(bytes))
      if (crl === undefined) return
      const result = validatePath(leaf, { anchors: [root], intermediates: [], at, crls: [crl] })
      expect(result.ok).toBe(!bytes.equals(list.der))
    }),
    { numRuns: 1000 },
  )
})

test('a damaged OCSP response is refused or read, and what is read never believed', () => {
  fc.assert(
    fc.property(damaged(good.der), (bytes) => {
      const response = orRefusal(() => parseOcspResponse(bytes))
      if (response === undefined) return
      const options = { anchors: [root], intermediates: [], at, ocsp: [response], revocation: 'required' } as const
      const { reasons } = validatePath(leaf, options)
      const codes = reasons.map(({ code }) => code)
      // Octets outside the signed part may change without harm, such as the response's own lengths.
      expect(codes).toEqual(codes.length === 0 && response.tbs.equals(good.tbs) ? [] : ['revocation-unknown'])
    }),
    { numRuns: 1000 },
  )
})

test('any octets as file, certificate or list end in a LabError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      for (const read of [parseCertificate, parseCrl, parseOcspResponse, readCertificates])
        expect(() => read(bytes)).toThrow(expect.objectContaining({ name: 'LabError' }))
    }),
  )
})

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })

test('a name comes back from its text', () => {
  const types = [Oid.commonName, Oid.organization, '1.2.3.4', '2.5.4.97']
  const attribute = fc
    .tuple(fc.constantFrom(...types), text)
    .map(([type, value]) => write.sequence(write.oid(type), write.utf8String(value)))
  const name = fc
    .array(fc.array(attribute, { minLength: 1, maxLength: 2 }), { maxLength: 4 })
    .map((rdns) => write.sequence(...rdns.map((rdn) => write.setOf(...rdn))))
  fc.assert(
    fc.property(name, (encoded) => {
      expect(nameFromText(showName(encoded))).toEqual(encoded)
    }),
  )
})

test('PEM comes back as it went, with anything but PEM around it', () => {
  const around = fc.string().filter((each) => !each.includes('-----'))
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), around, (bytes, noise) => {
      const source = `${noise}\n${writePem('X509 CRL', bytes)}${noise}`
      expect(readPem(source)).toEqual([{ label: 'X509 CRL', bytes: Buffer.from(bytes) }])
    }),
  )
})
