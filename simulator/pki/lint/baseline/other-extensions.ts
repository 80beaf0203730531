/** Key identifiers and the less common extensions (SMIME BR 7.1.2.3 d, g, and i to n). */
import { Oid } from '../../../asn1/oid.ts'
import { isContext, readOnly, sequence } from '../../../asn1/read.ts'
import type { Lint } from '../lint.ts'
import { LintOid } from '../lint-oid.ts'
import { extensionOf, isOfGeneration, isOfType, type LintSubject } from '../lint-subject.ts'
import { when } from '../when.ts'
import { baselineLint } from './baseline-lint.ts'

function has(subject: LintSubject, ...types: readonly string[]): boolean {
  return types.some((type) => extensionOf(subject, type) !== undefined)
}

function critical(subject: LintSubject, type: string, name: string): readonly string[] {
  return when(extensionOf(subject, type)?.critical === true, `${name} is critical`)
}

/** An extension that may be there and then is not critical. */
function notCritical(slug: string, type: string, name: string, item: string): Lint {
  return baselineLint({
    slug,
    level: 'error',
    statement: `${name} is not critical.`,
    section: '7.1.2.3',
    item,
    applies: (subject) => has(subject, type),
    check: (subject) => critical(subject, type, name),
  })
}

const adobe = [
  { type: LintOid.adobeTimeStamp, name: "Adobe's time-stamp extension" },
  { type: LintOid.adobeArchiveRevInfo, name: "Adobe's archiveRevInfo extension" },
] as const

export const otherExtensionLints: readonly Lint[] = [
  baselineLint({
    slug: 'basic-constraints-no-path-length',
    level: 'error',
    statement: "basicConstraints of a subscriber's certificate has no path length.",
    section: '7.1.2.3',
    item: 'd',
    applies: (subject) => has(subject, Oid.basicConstraints),
    check: ({ certificate }) => {
      const length = certificate.basicConstraints?.pathLength
      return length === undefined ? [] : [`path length ${length}`]
    },
  }),
  baselineLint({
    slug: 'authority-key-id',
    level: 'error',
    statement:
      'authorityKeyIdentifier is there, is not critical, and holds the key identifier and no name or serial number of the authority.',
    section: '7.1.2.3',
    item: 'g',
    check: (subject) => {
      const extension = extensionOf(subject, Oid.authorityKeyIdentifier)
      if (extension === undefined) return ['no authorityKeyIdentifier']
      const fields = sequence(readOnly(extension.value), 'authorityKeyIdentifier')
      return [
        ...critical(subject, Oid.authorityKeyIdentifier, 'it'),
        ...when(subject.certificate.authorityKeyId === undefined, 'no keyIdentifier'),
        ...when(
          fields.some((each) => isContext(each, 1)),
          'authorityCertIssuer is there',
        ),
        ...when(
          fields.some((each) => isContext(each, 2)),
          'authorityCertSerialNumber is there',
        ),
      ]
    },
  }),
  notCritical('smime-capabilities-not-critical', LintOid.smimeCapabilities, 'smimeCapabilities', 'i'),
  baselineLint({
    slug: 'directory-attributes-absent',
    level: 'error',
    statement: 'subjectDirectoryAttributes is only in certificates of the Legacy generation.',
    section: '7.1.2.3',
    item: 'j',
    applies: (subject) => isOfGeneration(subject, 'multipurpose', 'strict'),
    check: (subject) => when(has(subject, LintOid.subjectDirectoryAttributes), 'subjectDirectoryAttributes is there'),
  }),
  notCritical(
    'directory-attributes-not-critical',
    LintOid.subjectDirectoryAttributes,
    'subjectDirectoryAttributes',
    'j',
  ),
  notCritical('qc-statements-not-critical', LintOid.qcStatements, 'qcStatements', 'k'),
  baselineLint({
    slug: 'legal-entity-identifier',
    level: 'error',
    statement:
      'A Legal Entity Identifier is only in organization- and sponsor-validated certificates, one for a role only in the latter, and neither is critical.',
    section: '7.1.2.3',
    item: 'l',
    check: (subject) => {
      const { legalEntityIdentifier: entity, legalEntityIdentifierRole: role } = LintOid
      return [
        ...when(
          isOfType(subject, 'mailbox-validated', 'individual-validated') && has(subject, entity, role),
          'a Legal Entity Identifier is there',
        ),
        ...when(isOfType(subject, 'organization-validated') && has(subject, role), 'one for a role is there'),
        ...critical(subject, entity, 'the Legal Entity Identifier'),
        ...critical(subject, role, 'the Legal Entity Identifier for a role'),
      ]
    },
  }),
  baselineLint({
    slug: 'adobe-absent',
    level: 'error',
    statement: "Adobe's extensions are not in certificates of the Strict generation.",
    section: '7.1.2.3',
    item: 'm',
    applies: (subject) => isOfGeneration(subject, 'strict'),
    check: (subject) => adobe.filter(({ type }) => has(subject, type)).map(({ name }) => `${name} is there`),
  }),
  baselineLint({
    slug: 'adobe-not-critical',
    level: 'error',
    statement: "Adobe's extensions are not critical.",
    section: '7.1.2.3',
    item: 'm',
    applies: (subject) =>
      isOfGeneration(subject, 'legacy', 'multipurpose') && has(subject, ...adobe.map(({ type }) => type)),
    check: (subject) => adobe.flatMap(({ type, name }) => critical(subject, type, name)),
  }),
  baselineLint({
    slug: 'subject-key-id',
    level: 'warn',
    statement: 'subjectKeyIdentifier should be there.',
    section: '7.1.2.3',
    item: 'n',
    check: (subject) => when(!has(subject, Oid.subjectKeyIdentifier), 'no subjectKeyIdentifier'),
  }),
  notCritical('subject-key-id-not-critical', Oid.subjectKeyIdentifier, 'subjectKeyIdentifier', 'n'),
]
