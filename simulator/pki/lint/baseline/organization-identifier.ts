/** organizationIdentifier: a register and a number in it, such as NTRGB-12345678 (SMIME BR 7.1.4.2.2 d, appendix A.1). */
import { Oid } from '../../../asn1/oid.ts'
import type { Lint } from '../lint.ts'
import { LintOid } from '../lint-oid.ts'
import { attributeTexts, isOfType, type LintSubject } from '../lint-subject.ts'
import { baselineLint } from './baseline-lint.ts'

interface Registration {
  readonly scheme: string
  readonly country: string
}

/** Government entities and international organizations need no number. */
const form = /^(?:(?:NTR|VAT|PSD|LEI)[A-Z]{2}(?:\+[A-Z0-9]{1,3})?-.|(?:GOV|INT)[A-Z]{2}(?:\+[A-Z0-9]{1,3})?(?:$|-.))/s

/** Registers of no country: their code is XG. */
const worldwide: readonly string[] = ['LEI', 'INT']

/** VAT numbers may begin as Article 215 of Council Directive 2006/112/EC has it, where ISO 3166-1 differs. */
const vatPrefixes: ReadonlyMap<string, string> = new Map([
  ['EL', 'GR'],
  ['XI', 'GB'],
])

function identifiers(subject: LintSubject): string[] {
  return attributeTexts(subject, LintOid.organizationIdentifier)
}

function readRegistration(identifier: string): Registration | undefined {
  const [, scheme, country] = /^([A-Z]{3})([A-Z]{2})/.exec(identifier) ?? []
  return scheme === undefined || country === undefined ? undefined : { scheme, country }
}

function nationalOnes(subject: LintSubject): { identifier: string; country: string }[] {
  return identifiers(subject).flatMap((identifier) => {
    const read = readRegistration(identifier)
    if (read === undefined || worldwide.includes(read.scheme)) return []
    const country = read.scheme === 'VAT' ? (vatPrefixes.get(read.country) ?? read.country) : read.country
    return [{ identifier, country }]
  })
}

export const organizationIdentifierLints: readonly Lint[] = [
  baselineLint({
    slug: 'organization-identifier-form',
    level: 'error',
    statement:
      'organizationIdentifier has the form NTRGB-12345678: one of the schemes NTR, VAT, PSD, LEI, GOV and INT, a country (XG with LEI and INT), a number.',
    section: '7.1.4.2.2',
    item: 'd',
    applies: (subject) => identifiers(subject).length > 0,
    check: (subject) =>
      identifiers(subject)
        .filter((each) => {
          const { scheme = '', country } = readRegistration(each) ?? {}
          return !form.test(each) || (worldwide.includes(scheme) && country !== 'XG')
        })
        .map((each) => JSON.stringify(each)),
  }),
  baselineLint({
    slug: 'organization-identifier-country',
    level: 'error',
    statement: 'The country in organizationIdentifier is the one in countryName.',
    section: '7.1.4.2.2',
    item: 'd, note 1',
    applies: (subject) =>
      isOfType(subject, 'organization-validated', 'sponsor-validated') &&
      attributeTexts(subject, Oid.country).length > 0 &&
      nationalOnes(subject).length > 0,
    check: (subject) => {
      const countries = attributeTexts(subject, Oid.country).map((each) => each.toUpperCase())
      return nationalOnes(subject)
        .filter(({ country }) => !countries.includes(country))
        .map(({ identifier }) => `${JSON.stringify(identifier)} beside ${countries.slice(0, 4).join(', ')}`)
    },
  }),
]
