/** Attributes of a subject: their names in X.520 and how many characters they may have (RFC 5280 appendix A.1). */
import { Oid, oidName } from '../../asn1/oid.ts'
import { LintOid } from './lint-oid.ts'

/** Undefined: no bound. */
interface KnownAttribute {
  readonly name: string
  readonly longest?: number
}

const known: ReadonlyMap<string, KnownAttribute> = new Map<string, KnownAttribute>([
  [Oid.commonName, { name: 'commonName', longest: 64 }],
  [Oid.surname, { name: 'surname', longest: 32768 }],
  [Oid.serialNumber, { name: 'serialNumber', longest: 64 }],
  [Oid.country, { name: 'countryName', longest: 2 }],
  [Oid.locality, { name: 'localityName', longest: 128 }],
  [Oid.state, { name: 'stateOrProvinceName', longest: 128 }],
  [Oid.street, { name: 'streetAddress' }],
  [Oid.organization, { name: 'organizationName', longest: 64 }],
  [Oid.organizationalUnit, { name: 'organizationalUnitName', longest: 64 }],
  [Oid.title, { name: 'title', longest: 64 }],
  [Oid.givenName, { name: 'givenName', longest: 32768 }],
  [Oid.emailAddress, { name: 'emailAddress', longest: 255 }],
  [LintOid.postalCode, { name: 'postalCode', longest: 16 }],
  [LintOid.pseudonym, { name: 'pseudonym', longest: 128 }],
  [LintOid.organizationIdentifier, { name: 'organizationIdentifier' }],
])

/** The dotted form where we know no name. */
export function attributeName(type: string): string {
  return known.get(type)?.name ?? oidName(type)
}

export function longestValue(type: string): number | undefined {
  return known.get(type)?.longest
}
