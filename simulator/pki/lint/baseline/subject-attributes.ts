/** Which attributes the subject of each type and generation may and must hold (SMIME BR 7.1.4.2.3 to 7.1.4.2.6). */
import { Oid } from '../../../asn1/oid.ts'
import { attributeName } from '../attribute-names.ts'
import type { Lint } from '../lint.ts'
import { LintOid } from '../lint-oid.ts'
import { isOfGeneration, isOfType, type LintSubject } from '../lint-subject.ts'
import type { CertificateType } from '../profile.ts'
import { baselineLint } from './baseline-lint.ts'

const everybody: readonly string[] = [Oid.commonName, Oid.serialNumber, Oid.emailAddress]
const organization: readonly string[] = [Oid.organization, Oid.organizationalUnit, LintOid.organizationIdentifier]
const person: readonly string[] = [Oid.givenName, Oid.surname, LintOid.pseudonym, Oid.title]
const place: readonly string[] = [Oid.locality, Oid.state, Oid.country]
const address: readonly string[] = [Oid.street, LintOid.postalCode]

const tables: readonly {
  readonly type: CertificateType
  readonly section: '7.1.4.2.3' | '7.1.4.2.4' | '7.1.4.2.5' | '7.1.4.2.6'
  readonly attributes: readonly string[]
}[] = [
  { type: 'mailbox-validated', section: '7.1.4.2.3', attributes: everybody },
  {
    type: 'organization-validated',
    section: '7.1.4.2.4',
    attributes: [...everybody, ...organization, ...place, ...address],
  },
  {
    type: 'sponsor-validated',
    section: '7.1.4.2.5',
    attributes: [...everybody, ...organization, ...person, ...place, ...address],
  },
  { type: 'individual-validated', section: '7.1.4.2.6', attributes: [...everybody, ...person, ...place, ...address] },
]

/** The Legacy generation leaves attributes that the tables don't name to the authority, but not in a mailbox's certificate. */
const named: ReadonlySet<string> = new Set([...everybody, ...organization, ...person, ...place, ...address])

function isAllowed(type: string, attributes: readonly string[], subject: LintSubject): boolean {
  if (isOfGeneration(subject, 'strict') && address.includes(type)) return false
  if (attributes.includes(type)) return true
  return !named.has(type) && isOfGeneration(subject, 'legacy') && !isOfType(subject, 'mailbox-validated')
}

const required: readonly string[] = [Oid.organization, LintOid.organizationIdentifier]

export const subjectAttributeLints: readonly Lint[] = [
  ...tables.map(({ type, section, attributes }) =>
    baselineLint({
      slug: `subject-attributes-${type}`,
      level: 'error',
      statement: `The subject of ${type.startsWith('i') || type.startsWith('o') ? 'an' : 'a'} ${type} certificate holds no attribute but those of its table.`,
      section,
      applies: (subject) => isOfType(subject, type),
      check: (subject) =>
        subject.attributes
          .filter((each) => !isAllowed(each.type, attributes, subject))
          .map((each) => attributeName(each.type)),
    }),
  ),
  baselineLint({
    slug: 'subject-organization',
    level: 'error',
    statement:
      'The subject of an organization- or sponsor-validated certificate holds organizationName and organizationIdentifier.',
    section: '7.1.4.2.4',
    applies: (subject) => isOfType(subject, 'organization-validated', 'sponsor-validated'),
    check: ({ attributes }) =>
      required
        .filter((type) => !attributes.some((each) => each.type === type))
        .map((type) => `no ${attributeName(type)}`),
  }),
]
