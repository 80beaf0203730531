/** subjectAltName (SMIME BR 7.1.2.3 h and 7.1.4.2.1). */
import { Oid } from '../../../asn1/oid.ts'
import type { GeneralName } from '../../general-name.ts'
import { readMailbox } from '../../mailbox.ts'
import { nameAttributes, nameEmails } from '../../name.ts'
import type { Lint } from '../lint.ts'
import {
  altNameMailboxes,
  attributeTexts,
  extensionOf,
  isOfGeneration,
  isOfType,
  type LintSubject,
} from '../lint-subject.ts'
import { isMailboxAddress } from '../mailbox-address.ts'
import { when } from '../when.ts'
import { baselineLint } from './baseline-lint.ts'

/** Addresses in names: emailAddress of the subject and of directory names, and the mailbox that names its holder. */
function mailboxesInNames(subject: LintSubject): string[] {
  const directoryNames = subject.certificate.subjectAltNames.flatMap((name) =>
    name.kind === 'directoryName' ? nameEmails(nameAttributes(name.name)) : [],
  )
  const commonNames = isOfType(subject, 'mailbox-validated') ? attributeTexts(subject, Oid.commonName) : []
  return [...attributeTexts(subject, Oid.emailAddress), ...commonNames, ...directoryNames].filter(isMailboxAddress)
}

/** The same for addresses that are the same (RFC 8550 3): a set of them, as a hostile certificate can hold thousands. */
function mailboxKey(address: string): string {
  const mailbox = readMailbox(address)
  return mailbox === undefined ? address : `${mailbox.local.normalize('NFC').toLowerCase()}@${mailbox.domain}`
}

const mailboxKinds: readonly GeneralName['kind'][] = ['rfc822Name', 'smtpUtf8Mailbox', 'directoryName']

export const altNameLints: readonly Lint[] = [
  baselineLint({
    slug: 'san-present',
    level: 'error',
    statement: 'subjectAltName is there.',
    section: '7.1.2.3',
    item: 'h',
    check: (subject) => when(extensionOf(subject, Oid.subjectAltName) === undefined, 'no subjectAltName'),
  }),
  baselineLint({
    slug: 'san-not-critical',
    level: 'warn',
    statement: 'subjectAltName should not be critical, unless the subject is empty.',
    section: '7.1.2.3',
    item: 'h',
    applies: (subject) => extensionOf(subject, Oid.subjectAltName) !== undefined,
    check: (subject) =>
      when(
        subject.attributes.length > 0 && extensionOf(subject, Oid.subjectAltName)?.critical === true,
        'it is critical beside a subject',
      ),
  }),
  baselineLint({
    slug: 'san-mailbox',
    level: 'error',
    statement: 'subjectAltName holds an rfc822Name or a SmtpUTF8Mailbox.',
    section: '7.1.4.2.1',
    applies: (subject) => extensionOf(subject, Oid.subjectAltName) !== undefined,
    check: (subject) => when(altNameMailboxes(subject).length === 0, 'neither of them'),
  }),
  baselineLint({
    slug: 'san-mailbox-form',
    level: 'error',
    statement: 'Each rfc822Name and each SmtpUTF8Mailbox is one mailbox address.',
    section: '7.1.4.2.1',
    applies: (subject) => altNameMailboxes(subject).length > 0,
    check: (subject) => altNameMailboxes(subject).filter((each) => !isMailboxAddress(each)),
  }),
  baselineLint({
    slug: 'san-repeats-mailboxes',
    level: 'error',
    statement:
      'Every mailbox address in the subject, or in a directoryName of subjectAltName, is in subjectAltName too.',
    section: '7.1.4.2.1',
    applies: (subject) => mailboxesInNames(subject).length > 0,
    check: (subject) => {
      const there = new Set(altNameMailboxes(subject).map(mailboxKey))
      return mailboxesInNames(subject).filter((each) => !there.has(mailboxKey(each)))
    },
  }),
  baselineLint({
    slug: 'san-kinds',
    level: 'error',
    statement: 'subjectAltName holds mailboxes, directory names and, but not in the Strict generation, other names.',
    section: '7.1.4.2.1',
    applies: (subject) => extensionOf(subject, Oid.subjectAltName) !== undefined,
    check: (subject) =>
      subject.certificate.subjectAltNames
        .filter(
          ({ kind }) => !mailboxKinds.includes(kind) && (kind !== 'otherName' || isOfGeneration(subject, 'strict')),
        )
        .map(({ kind }) => `a ${kind}`),
  }),
]
