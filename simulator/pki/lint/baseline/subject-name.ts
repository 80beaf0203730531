/** What the subject's attributes hold (SMIME BR 7.1.4.2 and 7.1.4.2.2). */
import { Oid } from '../../../asn1/oid.ts'
import { attributeName } from '../attribute-names.ts'
import { isCountryCode } from '../country-codes.ts'
import type { Lint } from '../lint.ts'
import { LintOid } from '../lint-oid.ts'
import { attributeTexts, isOfGeneration, isOfType, type LintSubject } from '../lint-subject.ts'
import { isMailboxAddress } from '../mailbox-address.ts'
import { when } from '../when.ts'
import { baselineLint, version104 } from './baseline-lint.ts'

function has(subject: LintSubject, ...types: readonly string[]): boolean {
  return subject.attributes.some(({ type }) => types.includes(type))
}

function named(text: string): string {
  return JSON.stringify(text)
}

/** X.500 has the country as two letters; the Requirements let XX stand for a country that has no code. */
function isCountry(code: string): boolean {
  return isCountryCode(code) || code.toUpperCase() === 'XX'
}

/** What else has to be in the subject for an attribute of an address to make sense. */
const addressContexts = [
  { slug: 'street-in-context', type: Oid.street, item: 'j', oneOf: [Oid.locality, Oid.state] },
  { slug: 'locality-in-context', type: Oid.locality, item: 'k', oneOf: [Oid.country] },
  { slug: 'state-in-context', type: Oid.state, item: 'l', oneOf: [Oid.country] },
  { slug: 'postal-code-in-context', type: LintOid.postalCode, item: 'm', oneOf: [Oid.country] },
] as const

export const subjectNameLints: readonly Lint[] = [
  baselineLint({
    slug: 'subject-no-filler',
    level: 'error',
    statement: 'No attribute of the subject holds only dots, hyphens or spaces.',
    section: '7.1.4.2',
    applies: ({ attributes }) => attributes.length > 0,
    check: ({ attributes }) =>
      attributes
        .filter(({ text }) => text !== undefined && /^[.\-\s]*$/.test(text))
        .map(({ type, text }) => `${attributeName(type)} ${named(text ?? '')}`),
  }),
  baselineLint({
    slug: 'common-name-mailbox',
    level: 'error',
    statement: 'The commonName of a mailbox-validated certificate is a mailbox address.',
    section: '7.1.4.2.2',
    item: 'a',
    applies: (subject) => isOfType(subject, 'mailbox-validated'),
    check: (subject) =>
      attributeTexts(subject, Oid.commonName)
        .filter((each) => !isMailboxAddress(each))
        .map(named),
  }),
  baselineLint({
    slug: 'common-name-organization',
    level: 'error',
    statement: 'The commonName of an organization-validated certificate is its organizationName or a mailbox address.',
    section: '7.1.4.2.2',
    item: 'a',
    applies: (subject) => isOfType(subject, 'organization-validated') && has(subject, Oid.commonName),
    check: (subject) => {
      const organizations = attributeTexts(subject, Oid.organization)
      return attributeTexts(subject, Oid.commonName)
        .filter((each) => !isMailboxAddress(each) && !organizations.includes(each))
        .map(named)
    },
  }),
  baselineLint({
    slug: 'pseudonym-alone',
    level: 'error',
    statement: 'A pseudonym does not stand beside givenName or surname.',
    section: '7.1.4.2.2',
    item: 'f',
    applies: (subject) => has(subject, LintOid.pseudonym),
    check: (subject) => when(has(subject, Oid.givenName, Oid.surname), 'it does'),
  }),
  baselineLint({
    slug: 'personal-name',
    level: 'error',
    statement:
      'A sponsor- or individual-validated certificate names the person by givenName or surname, or by a pseudonym; only in the Legacy generation may it not.',
    section: '7.1.4.2.5',
    item: 'and 7.1.4.2.6',
    applies: (subject) =>
      !isOfGeneration(subject, 'legacy') && isOfType(subject, 'sponsor-validated', 'individual-validated'),
    check: (subject) => when(!has(subject, Oid.givenName, Oid.surname, LintOid.pseudonym), 'none of them'),
  }),
  baselineLint({
    slug: 'subject-email-single',
    level: 'error',
    statement: 'emailAddress in the subject is one mailbox address.',
    section: '7.1.4.2.2',
    item: 'h',
    applies: (subject) => has(subject, Oid.emailAddress),
    check: (subject) =>
      attributeTexts(subject, Oid.emailAddress)
        .filter((each) => !isMailboxAddress(each))
        .map(named),
  }),
  ...addressContexts.map(({ slug, type, item, oneOf }) =>
    baselineLint({
      slug,
      level: 'error',
      statement: `${attributeName(type)} is in the subject only beside ${oneOf.map(attributeName).join(' or ')}.`,
      section: '7.1.4.2.2',
      item,
      since: version104,
      applies: (subject) => has(subject, type),
      check: (subject) => when(!has(subject, ...oneOf), 'it stands alone'),
    }),
  ),
  baselineLint({
    slug: 'country-code',
    level: 'error',
    statement: 'countryName is a code of ISO 3166-1, or XX.',
    section: '7.1.4.2.2',
    item: 'n',
    applies: (subject) => isOfType(subject, 'organization-validated', 'sponsor-validated', 'individual-validated'),
    check: (subject) =>
      attributeTexts(subject, Oid.country)
        .filter((each) => !isCountry(each))
        .map(named),
  }),
]
