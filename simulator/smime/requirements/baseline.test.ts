/** The S/MIME Baseline Requirements, by the lints of simulator/pki/lint: what must not pass, beside what does. */
import { describe, expect, it } from 'vitest'
import { Oid } from '../../asn1/oid.ts'
import * as der from '../../asn1/write.ts'
import { judgeCertificate } from '../../pki/lint/index.ts'
import {
  algorithm,
  altNames,
  bake,
  crls,
  dnsName,
  policies,
  purposes,
  type Recipe,
  type RecipeExtension,
  rfc822Name,
  rsaSpki,
  spki,
  uri,
  usages,
} from '../../pki/lint/testing/recipe.ts'

/** Baseline requirements of level SHALL that a certificate breaks. */
function broken(recipe: Recipe = {}): string[] {
  return judgeCertificate(bake(recipe))
    .results.filter(({ lint, outcome }) => lint.id.startsWith('br/') && outcome === 'error')
    .map(({ lint }) => lint.id)
}

const extend = (type: string, extension: RecipeExtension | null): Recipe => ({ extensions: { [type]: extension } })
const strict = '2.23.140.1.5.1.3'
const multipurpose = '2.23.140.1.5.1.2'
const legacy = '2.23.140.1.5.1.1'
const claiming = (policy: string, more: NonNullable<Recipe['extensions']> = {}): Recipe => ({
  extensions: { [Oid.certificatePolicies]: policies(policy), ...more },
})

describe('BR-01 extended key usage', () => {
  it('BR-01 of a good certificate breaks nothing', () => {
    expect(broken()).toEqual([])
  })

  it.each([
    ['serverAuth', Oid.serverAuth],
    ['codeSigning', Oid.codeSigning],
    ['timeStamping', Oid.timeStamping],
    ['any', Oid.anyExtendedKeyUsage],
  ])('BR-01 has no %s, whatever the generation', (_, forbidden) => {
    for (const policy of [strict, multipurpose])
      expect(broken(claiming(policy, { [Oid.extendedKeyUsage]: purposes(Oid.emailProtection, forbidden) }))).toContain(
        'br/eku-foreign',
      )
  })

  it('BR-01 has emailProtection; in strict certificates nothing else', () => {
    expect(broken(extend(Oid.extendedKeyUsage, purposes(Oid.clientAuth)))).toContain('br/eku-email-protection')
    expect(broken(extend(Oid.extendedKeyUsage, null))).toContain('br/eku-email-protection')
    const both = { [Oid.extendedKeyUsage]: purposes(Oid.emailProtection, Oid.clientAuth) }
    expect(broken(claiming(strict, both))).toEqual(['br/eku-strict'])
    expect(broken(claiming(multipurpose, both))).toEqual([])
  })
})

describe('BR-02 key usage', () => {
  const rsa = (...set: Parameters<typeof usages>): Recipe => ({
    ...extend(Oid.keyUsage, usages(...set)),
    spki: spki.rsa,
  })
  const ec = (...set: Parameters<typeof usages>): Recipe => extend(Oid.keyUsage, usages(...set))
  const edwards = (...set: Parameters<typeof usages>): Recipe => ({
    ...extend(Oid.keyUsage, usages(...set)),
    spki: spki.ed25519,
  })

  it.each([
    ['RSA to sign', rsa('digitalSignature')],
    ['RSA to encrypt', rsa('keyEncipherment')],
    ['RSA for both', rsa('digitalSignature', 'keyEncipherment')],
    ['EC to sign', ec('digitalSignature', 'nonRepudiation')],
    ['EC to encrypt', ec('keyAgreement')],
    ['EC for both', ec('digitalSignature', 'keyAgreement')],
    ['EdDSA to sign', edwards('digitalSignature')],
  ])('BR-02 fits: %s', (_, recipe) => {
    expect(broken(recipe)).toEqual([])
  })

  it.each([
    ['RSA by agreement', rsa('digitalSignature', 'keyAgreement')],
    ['RSA to sign certificates', rsa('digitalSignature', 'keyCertSign')],
    ['EC by transport', ec('digitalSignature', 'keyEncipherment')],
    ['EdDSA to encrypt', edwards('digitalSignature', 'keyEncipherment')],
    ['neither purpose', rsa('nonRepudiation')],
    ['none at all', extend(Oid.keyUsage, null)],
  ])('BR-02 does not fit: %s', (_, recipe) => {
    expect(broken(recipe)).toEqual([expect.stringMatching(/^br\/key-usage-/)])
  })
})

describe('BR-03 validity', () => {
  const lasting = (policy: string, days: number, notBefore: string): Recipe => {
    // Both ends count: the second of notAfter is within.
    const notAfter = new Date(Date.parse(notBefore) + days * 86_400_000 - 1000).toISOString()
    return { ...claiming(policy), notBefore, notAfter }
  }

  it.each([
    ['strict', strict, 825, '2026-01-01T00:00:00Z'],
    ['multipurpose', multipurpose, 825, '2026-01-01T00:00:00Z'],
    ['legacy', legacy, 1185, '2024-01-01T00:00:00Z'],
  ])('BR-03 of a %s certificate: a day more is too long', (_, policy, days, notBefore) => {
    expect(broken(lasting(policy, days, notBefore))).not.toContain('br/validity')
    expect(broken(lasting(policy, days + 1, notBefore))).toContain('br/validity')
  })
})

describe('BR-04 subjectAltName', () => {
  it('BR-04 has a mailbox', () => {
    expect(broken(extend(Oid.subjectAltName, altNames(rfc822Name('alva@contoso.com'))))).toEqual([])
    expect(broken(extend(Oid.subjectAltName, null))).toContain('br/san-present')
    expect(broken(extend(Oid.subjectAltName, altNames(dnsName('contoso.com'))))).toContain('br/san-mailbox')
  })

  it('BR-04 repeats every mailbox of the subject', () => {
    const subject = [[Oid.commonName, 'bo@contoso.com']] as const
    expect(broken({ subject })).toContain('br/san-repeats-mailboxes')
    const both = altNames(rfc822Name('alva@contoso.com'), rfc822Name('bo@contoso.com'))
    expect(broken({ subject, ...extend(Oid.subjectAltName, both) })).toEqual([])
  })
})

describe('BR-05 policies, lists and issuer', () => {
  it('BR-05 names exactly one reserved policy', () => {
    const own = '1.3.6.1.4.1.99999.6'
    expect(broken(extend(Oid.certificatePolicies, policies(strict, own)))).toEqual([])
    expect(broken(extend(Oid.certificatePolicies, policies(strict, multipurpose)))).toContain('br/policy-exactly-one')
  })

  it('BR-05 tells where the list is, by http', () => {
    expect(broken(extend(Oid.crlDistributionPoints, null))).toContain('br/crl-present')
    const ldap = crls(uri('http://crl.contoso.com/ca.crl'), uri('ldap://crl.contoso.com/cn=ca'))
    expect(broken(extend(Oid.crlDistributionPoints, ldap))).toContain('br/crl-http')
  })

  it('BR-05 names its issuer by key identifier, and by nothing else', () => {
    const keyId = der.contextPrimitive(0, Buffer.alloc(20, 7))
    const serial = der.contextPrimitive(2, Buffer.of(1))
    const issuer = (...fields: Buffer[]): Recipe =>
      extend(Oid.authorityKeyIdentifier, { value: der.sequence(...fields) })
    expect(broken(issuer(keyId))).toEqual([])
    for (const recipe of [extend(Oid.authorityKeyIdentifier, null), issuer(serial), issuer(keyId, serial)])
      expect(broken(recipe)).toEqual([expect.stringMatching(/^br\/(aki|authority-key)/)])
  })
})

describe('BR-06 public keys', () => {
  const rsa = (bits: number): Recipe => ({ ...extend(Oid.keyUsage, usages('digitalSignature')), spki: rsaSpki(bits) })
  const curve = (dotted: string): Recipe => ({
    spki: der.sequence(
      algorithm(Oid.ecPublicKey, der.oid(dotted)),
      der.bitString(Buffer.concat([Buffer.of(4), Buffer.alloc(64, 1)])),
    ),
  })

  it.each([
    ['RSA of 2048 bits', rsa(2048)],
    ['RSA of 4096 bits', rsa(4096)],
    ['P-256', {}],
    ['Ed25519', { spki: spki.ed25519 }],
  ])('BR-06 may be %s', (_, recipe) => {
    expect(broken(recipe)).toEqual([])
  })

  it.each([
    ['RSA of 1024 bits', rsa(1024)],
    ['RSA of 2050 bits', rsa(2050)],
    ['secp256k1', curve('1.3.132.0.10')],
    ['no curve that anyone knows', curve('1.3.6.1.4.1.99999.4')],
  ])('BR-06 may not be %s', (_, recipe) => {
    expect(broken(recipe).length).toBeGreaterThan(0)
  })
})
