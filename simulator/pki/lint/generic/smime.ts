/** Requirements of RFC 8550 on the certificates of people who send and receive mail; an authority's are no such. */
import { Oid, oidName } from '../../../asn1/oid.ts'
import type { KeyUsage } from '../../certificate-extensions.ts'
import { readMailbox } from '../../mailbox.ts'
import type { Lint } from '../lint.ts'
import { altNameMailboxes, attributeTexts, type LintSubject } from '../lint-subject.ts'
import { isMailboxAddress } from '../mailbox-address.ts'
import { when } from '../when.ts'
import { smimeLint } from './rfc-lint.ts'

/** The Baseline Requirements ask for as much, or for more: one finding is enough. */
function isPrivate({ profiles, role }: LintSubject): boolean {
  return profiles.length === 0 && role !== 'authority'
}

const forMail: readonly KeyUsage[] = ['digitalSignature', 'nonRepudiation', 'keyEncipherment', 'keyAgreement']

export const smimeLints: readonly Lint[] = [
  smimeLint({
    slug: 'key-usage-present',
    level: 'notice',
    statement: 'keyUsage says what the key is for; without it the key is for signing and for encrypting.',
    section: '4.4.2',
    applies: isPrivate,
    check: ({ certificate }) => when(certificate.keyUsage === undefined, 'no keyUsage'),
  }),
  smimeLint({
    slug: 'key-usage-mail',
    level: 'error',
    statement:
      'keyUsage allows signing (digitalSignature or nonRepudiation) or being encrypted to (keyEncipherment or keyAgreement).',
    section: '4.4.2',
    applies: (subject) => isPrivate(subject) && (subject.certificate.keyUsage?.size ?? 0) > 0,
    check: ({ certificate }) => {
      const usages = [...(certificate.keyUsage ?? [])]
      return when(!usages.some((each) => forMail.includes(each)), `only ${usages.join(', ')}`)
    },
  }),
  smimeLint({
    slug: 'eku-email-protection',
    level: 'error',
    statement: 'extKeyUsage, where it is there, holds emailProtection or anyExtendedKeyUsage.',
    section: '4.4.4',
    applies: (subject) => isPrivate(subject) && subject.certificate.extendedKeyUsage !== undefined,
    check: ({ certificate }) => {
      const purposes = certificate.extendedKeyUsage ?? []
      return when(
        !purposes.some((each) => each === Oid.emailProtection || each === Oid.anyExtendedKeyUsage),
        `only ${purposes.slice(0, 8).map(oidName).join(', ')}`,
      )
    },
  }),
  smimeLint({
    slug: 'address',
    level: 'warn',
    statement: 'The certificate names an address, or nobody can compare it with the sender of a message.',
    section: '3',
    applies: isPrivate,
    check: ({ certificate }) => when(certificate.emails.length === 0, 'no address'),
  }),
  smimeLint({
    slug: 'address-in-san',
    level: 'warn',
    statement: 'The address is in subjectAltName; in the subject alone some mail programs do not look for it.',
    section: '3',
    applies: (subject) => isPrivate(subject) && attributeTexts(subject, Oid.emailAddress).length > 0,
    check: (subject) => when(altNameMailboxes(subject).length === 0, 'only in the subject'),
  }),
  smimeLint({
    slug: 'address-form',
    level: 'error',
    statement: 'Each rfc822Name and each SmtpUTF8Mailbox is one mailbox address.',
    section: '3',
    applies: (subject) => isPrivate(subject) && altNameMailboxes(subject).length > 0,
    check: (subject) =>
      altNameMailboxes(subject).filter((each) => !isMailboxAddress(each) || readMailbox(each) === undefined),
  }),
  smimeLint({
    slug: 'rsa-key-size',
    level: 'warn',
    statement: 'An RSA key should have at least 2048 bits.',
    section: '4.3',
    applies: (subject) => isPrivate(subject) && subject.key?.rsa !== undefined,
    check: ({ key }) => {
      const size = key?.rsa?.modulusBits ?? 0
      return when(size < 2048, `${size} bits`)
    },
  }),
]
