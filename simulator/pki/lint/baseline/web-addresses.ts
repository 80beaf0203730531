/** Where revocation lists, OCSP responders and issuers are to be found: SMIME BR 7.1.2.3 b and c. */
import { Oid } from '../../../asn1/oid.ts'
import type { GeneralName } from '../../general-name.ts'
import { isInternalName } from '../internal-name.ts'
import type { Lint } from '../lint.ts'
import { LintOid } from '../lint-oid.ts'
import { extensionOf, isOfGeneration, type LintSubject } from '../lint-subject.ts'
import { when } from '../when.ts'
import { baselineLint } from './baseline-lint.ts'

const methods = [
  { method: LintOid.ocsp, name: 'OCSP' },
  { method: LintOid.caIssuers, name: 'caIssuers' },
] as const

function locations({ accessDescriptions }: LintSubject, method: string): GeneralName[] {
  return accessDescriptions.filter((each) => each.method === method).map(({ location }) => location)
}

function scheme(name: GeneralName): string | undefined {
  return name.kind === 'uniformResourceIdentifier'
    ? /^([a-z][a-z0-9+.-]*):/i.exec(name.text)?.[1]?.toLowerCase()
    : undefined
}

function isHttp(name: GeneralName): boolean {
  return scheme(name) === 'http'
}

function show(name: GeneralName): string {
  return name.kind === 'uniformResourceIdentifier' ? name.text : `a ${name.kind}`
}

function uris(names: readonly GeneralName[]): GeneralName[] {
  return names.filter(({ kind }) => kind === 'uniformResourceIdentifier')
}

export const webAddressLints: readonly Lint[] = [
  baselineLint({
    slug: 'crl-present',
    level: 'error',
    statement: 'cRLDistributionPoints is there and says by a URI where the revocation list is.',
    section: '7.1.2.3',
    item: 'b',
    check: ({ distributionPoints }) => when(uris(distributionPoints).length === 0, 'no URI of a revocation list'),
  }),
  baselineLint({
    slug: 'crl-http',
    level: 'error',
    statement:
      'Revocation lists are fetched by http: every URI is one of http; in the Legacy generation at least one is.',
    section: '7.1.2.3',
    item: 'b',
    applies: ({ distributionPoints }) => uris(distributionPoints).length > 0,
    check: (subject) => {
      const others = uris(subject.distributionPoints).filter((each) => !isHttp(each))
      if (isOfGeneration(subject, 'multipurpose', 'strict')) return others.map(show)
      return when(others.length === uris(subject.distributionPoints).length, `only ${others.map(show).join(', ')}`)
    },
  }),
  baselineLint({
    slug: 'crl-not-critical',
    level: 'warn',
    statement: 'cRLDistributionPoints should not be critical.',
    section: '7.1.2.3',
    item: 'b',
    check: (subject) => when(extensionOf(subject, Oid.crlDistributionPoints)?.critical === true, 'it is critical'),
  }),
  baselineLint({
    slug: 'aia-ca-issuers',
    level: 'warn',
    statement: "authorityInfoAccess should be there and say where the issuing authority's certificate is.",
    section: '7.1.2.3',
    item: 'c',
    check: (subject) => when(locations(subject, LintOid.caIssuers).length === 0, 'no caIssuers address'),
  }),
  baselineLint({
    slug: 'aia-not-critical',
    level: 'error',
    statement: 'authorityInfoAccess is not critical.',
    section: '7.1.2.3',
    item: 'c',
    applies: (subject) => extensionOf(subject, Oid.authorityInfoAccess) !== undefined,
    check: (subject) => when(extensionOf(subject, Oid.authorityInfoAccess)?.critical === true, 'it is critical'),
  }),
  baselineLint({
    slug: 'aia-http-only',
    level: 'error',
    statement: 'Every OCSP and caIssuers address is a URI of http.',
    section: '7.1.2.3',
    item: 'c',
    applies: (subject) =>
      isOfGeneration(subject, 'multipurpose', 'strict') && extensionOf(subject, Oid.authorityInfoAccess) !== undefined,
    check: (subject) =>
      methods.flatMap(({ method, name }) =>
        locations(subject, method)
          .filter((each) => !isHttp(each))
          .map((each) => `${name}: ${show(each)}`),
      ),
  }),
  baselineLint({
    slug: 'aia-http-one',
    level: 'error',
    statement: 'Of the OCSP addresses, and of the caIssuers addresses, at least one is a URI of http.',
    section: '7.1.2.3',
    item: 'c',
    applies: (subject) =>
      isOfGeneration(subject, 'legacy') && extensionOf(subject, Oid.authorityInfoAccess) !== undefined,
    check: (subject) =>
      methods.flatMap(({ method, name }) => {
        const found = locations(subject, method)
        return when(found.length > 0 && !found.some(isHttp), `${name}: only ${found.map(show).join(', ')}`)
      }),
  }),
  baselineLint({
    slug: 'aia-public-names',
    level: 'warn',
    statement: 'OCSP and caIssuers addresses name hosts that the public Internet knows.',
    section: '7.1.2.3',
    item: 'c',
    applies: (subject) => extensionOf(subject, Oid.authorityInfoAccess) !== undefined,
    check: (subject) =>
      methods.flatMap(({ method, name }) =>
        locations(subject, method).flatMap((each) => {
          const host = each.kind === 'uniformResourceIdentifier' ? hostOf(each.text) : undefined
          return host !== undefined && isInternalName(host) ? [`${name}: ${show(each)}`] : []
        }),
      ),
  }),
]

function hostOf(uri: string): string | undefined {
  // An ldap URI may leave the host out.
  return URL.parse(uri)?.hostname || undefined
}
