import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Oid } from '../../asn1/oid.ts'
import * as write from '../../asn1/write.ts'
import { certificateToPem } from '../certificate.ts'
import { type Judgement, judgeCertificate } from './judge.ts'
import { LintOid } from './lint-oid.ts'
import {
  altNames,
  anything,
  bake,
  issuerSubject,
  policies,
  purposes,
  type Recipe,
  rfc822Name,
  spkiOf,
  usages,
} from './testing/recipe.ts'

const outcomes = ({ results }: Judgement, area: string) =>
  new Set(results.filter(({ lint }) => lint.id.startsWith(`${area}/`)).map(({ outcome }) => outcome))
const outcome = ({ results }: Judgement, id: string) => results.find(({ lint }) => lint.id === id)?.outcome
const errors = ({ results }: Judgement) => results.filter(({ found }) => found.length > 0).map(({ lint }) => lint.id)

test('OpenSSL reads what the tests bake', () => {
  const input = certificateToPem(bake())
  const text = execFileSync('openssl', ['x509', '-noout', '-text'], { input, encoding: 'utf8' })
  expect(text).toContain('Policy: 2.23.140.1.5.1.3')
  expect(text).toContain('email:alva@contoso.com')
  expect(text).toContain('URI:http://crl.contoso.com/issuing.crl')
})

describe('the Baseline Requirements', () => {
  const ofNoProfile: Recipe = { extensions: { [Oid.certificatePolicies]: null, [Oid.keyUsage]: null } }

  test('bind who claims them by a reserved policy', () => {
    const judgement = judgeCertificate(bake({ extensions: { [Oid.keyUsage]: null } }))
    expect(judgement.subject.profiles).toEqual([
      { policy: '2.23.140.1.5.1.3', type: 'mailbox-validated', generation: 'strict' },
    ])
    expect(errors(judgement)).toEqual(['br/key-usage-present'])
  })

  test('do not bind others, of whom RFC 8550 asks less', () => {
    const judgement = judgeCertificate(bake(ofNoProfile))
    expect(outcomes(judgement, 'br')).toEqual(new Set(['not-applicable']))
    expect(errors(judgement)).toEqual(['smime/key-usage-present'])
  })

  test('bind an authority that the caller knows to be public: it has to claim one profile', () => {
    const judgement = judgeCertificate(bake(ofNoProfile), { publiclyTrusted: true })
    expect(outcome(judgement, 'br/policy-exactly-one')).toBe('error')
    expect(outcome(judgement, 'br/public-key-algorithm')).toBe('pass')
    // Which usages are right depends on the profile.
    expect(outcome(judgement, 'br/key-usage-present')).toBe('not-applicable')
  })

  test('do not bind a public certificate that is not for mail', () => {
    const forServers = { ...ofNoProfile.extensions, [Oid.extendedKeyUsage]: purposes(Oid.serverAuth) }
    const judgement = judgeCertificate(bake({ extensions: forServers }), { publiclyTrusted: true })
    expect(outcomes(judgement, 'br')).toEqual(new Set(['not-applicable']))
  })

  test('bind neither authorities nor who signs himself', () => {
    const authority = { value: write.sequence(write.boolean(true)) }
    const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const himself = { spki: spkiOf(keys.publicKey), subject: issuerSubject }
    for (const [role, certificate] of [
      ['authority', bake({ extensions: { [Oid.basicConstraints]: authority } })],
      ['self-signed', bake(himself, keys.privateKey)],
    ] as const) {
      const judgement = judgeCertificate(certificate)
      expect(judgement.subject.role).toBe(role)
      expect(outcomes(judgement, 'br')).toEqual(new Set(['not-applicable']))
    }
    // The same name alone does not make it signed by itself.
    expect(judgeCertificate(bake({ subject: issuerSubject })).subject.role).toBe('subscriber')
  })

  test.each([
    ['2023-08-31T23:59:59Z', 'not-effective'],
    ['2023-09-01T00:00:00Z', 'error'],
  ])('count from the day on that they were in force: %s %s', (notBefore, expected) => {
    const judgement = judgeCertificate(
      bake({ notBefore, notAfter: '2025-01-01', extensions: { [Oid.keyUsage]: null } }),
    )
    expect(outcome(judgement, 'br/key-usage-present')).toBe(expected)
  })

  test.each([
    ['2025-08-21T23:59:59Z', 'pass', 'not-effective'],
    ['2025-08-22T00:00:00Z', 'not-effective', 'pass'],
  ])('replace a requirement by another at an instant: %s', (notBefore, older, newer) => {
    const judgement = judgeCertificate(bake({ notBefore, notAfter: '2026-12-31' }))
    expect(outcome(judgement, 'br/public-key-algorithm-before-2025-08')).toBe(older)
    expect(outcome(judgement, 'br/public-key-algorithm')).toBe(newer)
  })
})

test('of several profiles each one counts, and the narrowest key usages', () => {
  const judgement = judgeCertificate(
    bake({
      extensions: {
        [Oid.certificatePolicies]: policies('2.23.140.1.5.1.2', '2.23.140.1.5.1.3', '1.2.3.4'),
        [LintOid.adobeTimeStamp]: anything(true),
      },
    }),
  )
  expect(errors(judgement)).toEqual(['br/policy-exactly-one', 'br/adobe-absent', 'br/adobe-not-critical'])
})

test('what can not be read is told once, and by nobody taken for something else', () => {
  const judgement = judgeCertificate(
    bake({
      spki: write.sequence(
        write.sequence(write.oid(Oid.rsaEncryption), write.nullValue()),
        write.bitString(Buffer.from('no key')),
      ),
    }),
  )
  expect(errors(judgement)).toEqual(['x509/readable'])
  expect(judgement.results.find(({ lint }) => lint.id === 'x509/readable')?.found.join()).toContain(
    'subjectPublicKeyInfo',
  )
})

test('thousands of faults are a few lines, and quick to find', () => {
  const names = Array.from({ length: 8_000 }, (_, index) => rfc822Name(`a b${index}@x`))
  const certificate = bake({
    subject: Array.from({ length: 4_000 }, (_, index) => [Oid.emailAddress, `a${index}@contoso.com`]),
    extensions: { [Oid.subjectAltName]: altNames(...names), [Oid.keyUsage]: usages('digitalSignature') },
  })
  const start = performance.now()
  const { results } = judgeCertificate(certificate)
  expect(performance.now() - start).toBeLessThan(2_000)
  for (const { found } of results) expect(found.length).toBeLessThanOrEqual(9)
  expect(results.find(({ lint }) => lint.id === 'br/san-mailbox-form')?.found.at(-1)).toBe('and 7992 more')
})
