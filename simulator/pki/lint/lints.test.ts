import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Oid } from '../../asn1/oid.ts'
import * as write from '../../asn1/write.ts'
import { allLints } from './all-lints.ts'
import { judgeCertificate } from './judge.ts'
import { LintOid } from './lint-oid.ts'
import {
  accesses,
  algorithm,
  altNames,
  anything,
  bake,
  critical,
  crls,
  directoryName,
  dnsName,
  flawless,
  issuerSubject,
  otherName,
  policies,
  purposes,
  type Recipe,
  rfc822Name,
  rsaSpki,
  spki,
  uri,
  usages,
} from './testing/recipe.ts'

type Extensions = NonNullable<Recipe['extensions']>

/** Types 1 to 4 and generations 1 to 3 of the reserved policies. */
const claims = (type: number, generation: number, extensions: Extensions = {}): Recipe => ({
  extensions: { [Oid.certificatePolicies]: policies(`2.23.140.1.5.${type}.${generation}`), ...extensions },
})
const mailbox = 1
const organization = 2
const sponsor = 3
const individual = 4
const legacy = 1
const multipurpose = 2
const strict = 3

const extend = (type: string, extension: Extensions[string]): Recipe => ({ extensions: { [type]: extension } })
const before = (recipe: Recipe): Recipe => ({ ...recipe, notBefore: '2025-01-01', notAfter: '2026-12-31' })
/** The same without a claim to be a public certificate. */
const unclaimed = (recipe: Recipe = {}): Recipe => ({
  ...recipe,
  extensions: { [Oid.certificatePolicies]: null, ...recipe.extensions },
})

const contoso = [
  [Oid.organization, 'Contoso'],
  [LintOid.organizationIdentifier, 'NTRGB-12345678'],
] as const
const inOrganization = (...more: NonNullable<Recipe['subject']>): Recipe => ({
  ...claims(organization, strict),
  subject: [...contoso, ...more],
})
const asPerson = (...subject: NonNullable<Recipe['subject']>): Recipe => ({
  ...claims(individual, multipurpose),
  subject,
})

const mlDsa = write.sequence(algorithm('2.16.840.1.101.3.4.3.17'), write.bitString(Buffer.alloc(1312)))
const gost = write.sequence(algorithm('1.2.643.7.1.1.1.1'), write.bitString(Buffer.alloc(64)))
const offCurve = write.sequence(
  algorithm(Oid.ecPublicKey, write.oid(Oid.p256)),
  write.bitString(Buffer.concat([Buffer.of(4), Buffer.alloc(64, 1)])),
)
const ldap = uri('ldap://crl.contoso.com/cn=ca')
const http = uri('http://crl.contoso.com/ca')
const mailboxes = altNames(rfc822Name('alva@contoso.com'))

/** What breaks the lint, and what it lets pass where that is not the flawless certificate. */
const cases: Readonly<Record<string, readonly [fails: Recipe, passes?: Recipe]>> = {
  'br/policy-exactly-one': [extend(Oid.certificatePolicies, policies('2.23.140.1.5.1.3', '2.23.140.1.5.1.2'))],
  'br/policies-not-critical': [extend(Oid.certificatePolicies, critical(flawless[Oid.certificatePolicies]))],
  'br/crl-present': [extend(Oid.crlDistributionPoints, null)],
  'br/crl-http': [extend(Oid.crlDistributionPoints, crls(http, ldap))],
  'br/crl-not-critical': [extend(Oid.crlDistributionPoints, critical(crls(http)))],
  'br/aia-ca-issuers': [extend(Oid.authorityInfoAccess, accesses([LintOid.ocsp, http]))],
  'br/aia-not-critical': [extend(Oid.authorityInfoAccess, critical(flawless[Oid.authorityInfoAccess]))],
  'br/aia-http-only': [extend(Oid.authorityInfoAccess, accesses([LintOid.ocsp, http], [LintOid.ocsp, ldap]))],
  'br/aia-http-one': [
    before(
      claims(mailbox, legacy, { [Oid.authorityInfoAccess]: accesses([LintOid.ocsp, http], [LintOid.caIssuers, ldap]) }),
    ),
    before(
      claims(mailbox, legacy, { [Oid.authorityInfoAccess]: accesses([LintOid.ocsp, http], [LintOid.ocsp, ldap]) }),
    ),
  ],
  'br/aia-public-names': [extend(Oid.authorityInfoAccess, accesses([LintOid.ocsp, uri('http://pki.contoso.local/')]))],
  'br/key-usage-present': [extend(Oid.keyUsage, null)],
  'br/key-usage-critical': [extend(Oid.keyUsage, { ...usages('digitalSignature'), critical: false })],
  'br/key-usage-purpose': [extend(Oid.keyUsage, usages('nonRepudiation'))],
  'br/key-usage-rsa': [
    { ...extend(Oid.keyUsage, usages('keyEncipherment', 'dataEncipherment')), spki: spki.rsa },
    {
      ...claims(mailbox, multipurpose, { [Oid.keyUsage]: usages('keyEncipherment', 'dataEncipherment') }),
      spki: spki.rsa,
    },
  ],
  'br/key-usage-ec': [
    extend(Oid.keyUsage, usages('digitalSignature', 'encipherOnly')),
    extend(Oid.keyUsage, usages('digitalSignature', 'nonRepudiation', 'keyAgreement', 'encipherOnly')),
  ],
  'br/key-usage-eddsa': [
    { ...extend(Oid.keyUsage, usages('nonRepudiation', 'keyAgreement')), spki: spki.ed25519 },
    { spki: spki.ed25519 },
  ],
  'br/eku-email-protection': [extend(Oid.extendedKeyUsage, purposes(Oid.clientAuth))],
  'br/eku-foreign': [extend(Oid.extendedKeyUsage, purposes(Oid.emailProtection, Oid.anyExtendedKeyUsage))],
  'br/eku-strict': [extend(Oid.extendedKeyUsage, purposes(Oid.emailProtection, Oid.clientAuth))],
  'br/san-present': [extend(Oid.subjectAltName, null)],
  'br/san-not-critical': [
    extend(Oid.subjectAltName, critical(mailboxes)),
    { ...extend(Oid.subjectAltName, critical(mailboxes)), subject: [] },
  ],
  'br/san-mailbox': [
    extend(Oid.subjectAltName, altNames(directoryName([[Oid.commonName, 'Alva']]))),
    extend(Oid.subjectAltName, altNames(otherName(Oid.smtpUtf8Mailbox, write.utf8String('ålva@contoso.com')))),
  ],
  'br/san-mailbox-form': [extend(Oid.subjectAltName, altNames(rfc822Name('alva@contoso.com bo@contoso.com')))],
  'br/san-repeats-mailboxes': [
    extend(Oid.subjectAltName, altNames(rfc822Name('bo@contoso.com'))),
    extend(Oid.subjectAltName, altNames(rfc822Name('Alva@CONTOSO.com'))),
  ],
  'br/san-kinds': [extend(Oid.subjectAltName, altNames(rfc822Name('alva@contoso.com'), dnsName('contoso.com')))],
  'br/basic-constraints-no-path-length': [
    extend(Oid.basicConstraints, { value: write.sequence(write.integer(0)) }),
    extend(Oid.basicConstraints, { value: write.sequence() }),
  ],
  'br/authority-key-id': [
    extend(Oid.authorityKeyIdentifier, {
      value: write.sequence(
        write.contextPrimitive(0, Buffer.alloc(20, 7)),
        write.context(1, directoryName(issuerSubject)),
        write.contextPrimitive(2, Buffer.of(1)),
      ),
    }),
  ],
  'br/smime-capabilities-not-critical': [
    extend(LintOid.smimeCapabilities, anything(true)),
    extend(LintOid.smimeCapabilities, anything()),
  ],
  'br/directory-attributes-absent': [extend(LintOid.subjectDirectoryAttributes, anything())],
  'br/directory-attributes-not-critical': [
    extend(LintOid.subjectDirectoryAttributes, anything(true)),
    before(claims(mailbox, legacy, { [LintOid.subjectDirectoryAttributes]: anything() })),
  ],
  'br/qc-statements-not-critical': [
    extend(LintOid.qcStatements, anything(true)),
    extend(LintOid.qcStatements, anything()),
  ],
  'br/legal-entity-identifier': [
    claims(organization, strict, { [LintOid.legalEntityIdentifierRole]: anything() }),
    claims(sponsor, strict, { [LintOid.legalEntityIdentifierRole]: anything() }),
  ],
  'br/adobe-absent': [extend(LintOid.adobeTimeStamp, anything())],
  'br/adobe-not-critical': [
    claims(mailbox, multipurpose, { [LintOid.adobeArchiveRevInfo]: anything(true) }),
    claims(mailbox, multipurpose, { [LintOid.adobeArchiveRevInfo]: anything() }),
  ],
  'br/subject-key-id': [extend(Oid.subjectKeyIdentifier, null)],
  'br/subject-key-id-not-critical': [extend(Oid.subjectKeyIdentifier, critical(flawless[Oid.subjectKeyIdentifier]))],
  'br/legacy-generation-ended': [claims(mailbox, legacy), before(claims(mailbox, legacy))],
  'br/subject-attributes-mailbox-validated': [{ subject: [[Oid.organization, 'Contoso']] }],
  'br/subject-attributes-organization-validated': [
    inOrganization([Oid.street, 'High Street 1']),
    { ...inOrganization([Oid.street, 'High Street 1']), ...claims(organization, multipurpose) },
  ],
  'br/subject-attributes-sponsor-validated': [
    { ...claims(sponsor, strict), subject: [...contoso, [Oid.domainComponent, 'com']] },
    { ...claims(sponsor, strict), subject: [...contoso, [Oid.title, 'Auditor']] },
  ],
  'br/subject-attributes-individual-validated': [
    asPerson([Oid.organization, 'Contoso']),
    asPerson([Oid.surname, 'Bo']),
  ],
  'br/subject-organization': [
    { ...claims(sponsor, strict), subject: [[Oid.organization, 'Contoso']] },
    inOrganization(),
  ],
  'br/subject-no-filler': [{ subject: [[Oid.serialNumber, ' - ']] }],
  'br/common-name-mailbox': [{ subject: [[Oid.commonName, 'Alva']] }],
  'br/common-name-organization': [
    inOrganization([Oid.commonName, 'Fabrikam']),
    inOrganization([Oid.commonName, 'Contoso']),
  ],
  'br/pseudonym-alone': [
    asPerson([LintOid.pseudonym, 'A. Nonymous'], [Oid.givenName, 'Alva']),
    asPerson([LintOid.pseudonym, 'A. Nonymous']),
  ],
  'br/personal-name': [asPerson([Oid.commonName, 'Alva']), asPerson([Oid.givenName, 'Alva'])],
  'br/subject-email-single': [
    { subject: [[Oid.emailAddress, 'alva@contoso.com, bo@contoso.com']] },
    { subject: [[Oid.emailAddress, 'alva@contoso.com']] },
  ],
  'br/street-in-context': [
    inOrganization([Oid.street, 'High Street 1']),
    inOrganization([Oid.street, 'High Street 1'], [Oid.locality, 'York']),
  ],
  'br/locality-in-context': [
    inOrganization([Oid.locality, 'York']),
    inOrganization([Oid.locality, 'York'], [Oid.country, 'GB']),
  ],
  'br/state-in-context': [
    inOrganization([Oid.state, 'Yorkshire']),
    inOrganization([Oid.state, 'Yorkshire'], [Oid.country, 'GB']),
  ],
  'br/postal-code-in-context': [
    inOrganization([LintOid.postalCode, 'YO1 7HH']),
    inOrganization([LintOid.postalCode, 'YO1 7HH'], [Oid.country, 'GB']),
  ],
  'br/country-code': [inOrganization([Oid.country, 'UK']), inOrganization([Oid.country, 'XX'])],
  'br/organization-identifier-form': [
    { ...claims(organization, strict), subject: [[LintOid.organizationIdentifier, 'LEIGB-529900T8BM49AURSDO55']] },
    { ...claims(organization, strict), subject: [[LintOid.organizationIdentifier, 'NTRUS+CA-12345678']] },
  ],
  'br/organization-identifier-country': [
    inOrganization([Oid.country, 'FR']),
    {
      ...claims(organization, strict),
      subject: [
        [LintOid.organizationIdentifier, 'VATEL-123456789'],
        [Oid.country, 'GR'],
      ],
    },
  ],
  'br/public-key-algorithm-before-2025-08': [before({ spki: mlDsa }), before({})],
  'br/public-key-algorithm': [{ spki: gost }, { spki: mlDsa }],
  'br/rsa-modulus': [{ spki: rsaSpki(2052) }, { spki: spki.rsa }],
  'br/rsa-exponent': [{ spki: rsaSpki(2048, 65536) }, { spki: spki.rsa }],
  'br/rsa-exponent-range': [{ spki: rsaSpki(2048, 3) }, { spki: spki.rsa }],
  'br/ec-point': [{ spki: offCurve }],
  'br/version': [{ version: 2 }],
  'br/serial-number': [
    { serial: Buffer.concat([Buffer.of(0, 0x80), Buffer.alloc(19)]) },
    { serial: Buffer.alloc(20, 0x7f) },
  ],
  'br/validity': [
    { notBefore: '2026-01-01T00:00:00Z', notAfter: '2028-04-05T00:00:00Z' },
    { notBefore: '2026-01-01T00:00:00Z', notAfter: '2028-04-04T23:59:59Z' },
  ],
  'br/signature-algorithm': [{ signatureAlgorithm: algorithm(Oid.sha1WithRsa, write.nullValue()) }],
  'smime/key-usage-present': [unclaimed(extend(Oid.keyUsage, null)), unclaimed()],
  'smime/key-usage-mail': [unclaimed(extend(Oid.keyUsage, usages('dataEncipherment'))), unclaimed()],
  'smime/eku-email-protection': [unclaimed(extend(Oid.extendedKeyUsage, purposes(Oid.clientAuth))), unclaimed()],
  'smime/address': [unclaimed(extend(Oid.subjectAltName, null)), unclaimed()],
  'smime/address-in-san': [
    unclaimed({ ...extend(Oid.subjectAltName, null), subject: [[Oid.emailAddress, 'alva@contoso.com']] }),
    unclaimed({ subject: [[Oid.emailAddress, 'alva@contoso.com']] }),
  ],
  'smime/address-form': [
    unclaimed(extend(Oid.subjectAltName, altNames(rfc822Name('Alva <alva@contoso.com>')))),
    unclaimed(),
  ],
  'smime/rsa-key-size': [unclaimed({ spki: rsaSpki(1024) }), unclaimed({ spki: spki.rsa })],
  'x509/readable': [extend(Oid.authorityInfoAccess, anything())],
  'x509/validity-order': [{ notBefore: '2026-01-02', notAfter: '2026-01-01' }],
  'x509/serial-number': [unclaimed({ serial: Buffer.of(0x80) }), unclaimed()],
  'x509/serial-number-random': [{ serial: Buffer.of(0x1a, 0x2b) }],
  'x509/attribute-length': [
    { subject: [[Oid.commonName, 'x'.repeat(65)]] },
    { subject: [[Oid.commonName, '😀'.repeat(64)]] },
  ],
  'x509/key-usage-empty': [extend(Oid.keyUsage, usages())],
  'x509/cert-sign-authority-only': [extend(Oid.keyUsage, usages('digitalSignature', 'keyCertSign'))],
  'x509/ec-key-usage': [extend(Oid.keyUsage, usages('digitalSignature', 'keyEncipherment'))],
  'x509/authority-key-id': [unclaimed(extend(Oid.authorityKeyIdentifier, null)), unclaimed()],
  'x509/subject-key-id': [unclaimed(extend(Oid.subjectKeyIdentifier, null)), unclaimed()],
  'x509/san-critical-without-subject': [
    { subject: [] },
    { ...extend(Oid.subjectAltName, critical(mailboxes)), subject: [] },
  ],
  'x509/revocation-address': [
    unclaimed({ extensions: { [Oid.crlDistributionPoints]: null, [Oid.authorityInfoAccess]: null } }),
    unclaimed(),
  ],
}

const resultOf = (id: string, recipe: Recipe) =>
  judgeCertificate(bake(recipe)).results.find((each) => each.lint.id === id)

describe.each(allLints.map((lint) => [lint.id, lint] as const))('%s', (id, lint) => {
  test('tells the certificate that breaks it from the one that does not', () => {
    const [fails, passes = {}] = cases[id] ?? []
    if (fails === undefined) throw new Error('no certificate that breaks it')
    const broken = resultOf(id, fails)
    expect(broken?.outcome).toBe(lint.level)
    expect(broken?.found.join()).toMatch(/\S/)
    // Once the generation has ended, nothing of it can pass.
    expect(resultOf(id, passes)?.outcome).toBe(id === 'br/legacy-generation-ended' ? 'not-effective' : 'pass')
  })

  test('says what, by which clause, and where to read it', () => {
    expect(id).toMatch(/^(br|smime|x509)\/[a-z0-9]+(-[a-z0-9]+)*$/)
    expect(lint.statement).toMatch(/^[A-Za-z].*\.$/)
    expect(lint.clause).toMatch(/^(SMIME BR|RFC \d{4}) [A-Z]?[\d.]+/)
    expect(lint.url).toMatch(/^https:\/\/\S+#\S+$/)
  })
})

test('every case belongs to a lint, and no two lints share an id', () => {
  const ids = allLints.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(Object.keys(cases).filter((id) => !ids.includes(id))).toEqual([])
})

test('the flawless certificate meets everything that applies, claimed or not', () => {
  for (const recipe of [{}, unclaimed()]) {
    const { results } = judgeCertificate(bake(recipe))
    expect(results.filter(({ found }) => found.length > 0)).toEqual([])
    expect(results.filter(({ outcome }) => outcome === 'pass').length).toBeGreaterThan(15)
  }
})

test('each lint that an RSA certificate for signing and encrypting meets', () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 3072 })
  const certificate = bake({
    ...claims(sponsor, multipurpose, {
      [Oid.keyUsage]: usages('digitalSignature', 'nonRepudiation', 'keyEncipherment', 'dataEncipherment'),
      [Oid.extendedKeyUsage]: purposes(Oid.emailProtection, Oid.clientAuth),
    }),
    spki: publicKey.export({ format: 'der', type: 'spki' }),
    subject: [
      [Oid.country, 'GB'],
      ...contoso,
      [Oid.givenName, 'Alva'],
      [Oid.surname, 'Example'],
      [Oid.commonName, 'Alva Example'],
    ],
  })
  expect(judgeCertificate(certificate).results.filter(({ found }) => found.length > 0)).toEqual([])
})
