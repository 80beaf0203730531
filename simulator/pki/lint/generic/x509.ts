/** Requirements of RFC 5280 that mail programs stumble over. */
import { Oid } from '../../../asn1/oid.ts'
import { attributeName, longestValue } from '../attribute-names.ts'
import { baselineSource } from '../baseline/baseline-lint.ts'
import type { Lint } from '../lint.ts'
import { extensionOf } from '../lint-subject.ts'
import { when } from '../when.ts'
import { curveLint, x509Lint } from './rfc-lint.ts'

/** A serial number with 64 random bits has fewer octets than these once in 256 times. */
const randomOctets = 8
/** RFC 5280 4.1.2.2: the INTEGER's octets, sign included. */
const mostSerialOctets = 20

function octets(count: number): string {
  return count === 1 ? '1 octet' : `${count} octets`
}

export const x509Lints: readonly Lint[] = [
  x509Lint({
    slug: 'readable',
    level: 'error',
    statement: 'The fields and extensions that a mail program asks for have the form that their standard gives them.',
    section: '4.2',
    applies: () => true,
    check: ({ unreadable }) => unreadable,
  }),
  x509Lint({
    slug: 'validity-order',
    level: 'error',
    statement: 'The certificate does not end before it begins.',
    section: '4.1.2.5',
    applies: () => true,
    check: ({ certificate: { notBefore, notAfter } }) =>
      when(notAfter < notBefore, `from ${notBefore.toISOString()} to ${notAfter.toISOString()}`),
  }),
  x509Lint({
    slug: 'serial-number',
    level: 'error',
    statement: 'The serial number is positive and has at most 20 octets.',
    section: '4.1.2.2',
    applies: ({ profiles }) => profiles.length === 0,
    check: ({ certificate: { serial, serialHex } }) => [
      ...when(((serial[0] ?? 0) & 0x80) !== 0, 'a negative one'),
      ...when(serialHex === '00', '0'),
      ...when(serial.length > mostSerialOctets, octets(serial.length)),
    ],
  }),
  {
    id: 'x509/serial-number-random',
    level: 'notice',
    statement:
      'The serial number has room for 64 random bits, as public authorities give them: a counter is easier to foresee.',
    // RFC 5280 only asks for numbers that are given once.
    ...baselineSource('7.1'),
    applies: ({ role }) => role !== 'self-signed',
    check: ({ certificate: { serialHex } }) => when(serialHex.length / 2 < randomOctets, octets(serialHex.length / 2)),
  },
  x509Lint({
    slug: 'attribute-length',
    level: 'error',
    statement: 'No attribute of the subject is longer than its upper bound; a commonName has at most 64 characters.',
    section: 'A.1',
    applies: ({ attributes }) => attributes.length > 0,
    check: ({ attributes }) =>
      attributes.flatMap(({ type, text }) => {
        const length = [...(text ?? '')].length
        const longest = longestValue(type) ?? Number.POSITIVE_INFINITY
        return when(length > longest, `${attributeName(type)} has ${length} characters, ${longest} allowed`)
      }),
  }),
  x509Lint({
    slug: 'key-usage-empty',
    level: 'error',
    statement: 'keyUsage, where it is there, has at least one bit set.',
    section: '4.2.1.3',
    applies: ({ certificate }) => certificate.keyUsage !== undefined,
    check: ({ certificate }) => when(certificate.keyUsage?.size === 0, 'none'),
  }),
  x509Lint({
    slug: 'cert-sign-authority-only',
    level: 'error',
    statement: 'Only the certificate of an authority has keyCertSign.',
    section: '4.2.1.3',
    applies: ({ certificate, role }) => role !== 'authority' && certificate.keyUsage !== undefined,
    check: ({ certificate }) => when(certificate.keyUsage?.has('keyCertSign') === true, 'keyCertSign without cA'),
  }),
  curveLint({
    slug: 'ec-key-usage',
    level: 'error',
    statement: 'An EC key does not encipher: keyEncipherment and dataEncipherment are not set.',
    section: '3',
    applies: ({ certificate, key }) => key?.kind === 'ec' && certificate.keyUsage !== undefined,
    check: ({ certificate }) =>
      (['keyEncipherment', 'dataEncipherment'] as const).filter((each) => certificate.keyUsage?.has(each) === true),
  }),
  x509Lint({
    slug: 'authority-key-id',
    level: 'error',
    statement:
      'authorityKeyIdentifier is there, not critical, and holds the key identifier; a self-signed certificate needs none.',
    section: '4.2.1.1',
    applies: ({ profiles, role }) => profiles.length === 0 && role === 'subscriber',
    check: (subject) => [
      ...when(subject.certificate.authorityKeyId === undefined, 'no key identifier'),
      ...when(extensionOf(subject, Oid.authorityKeyIdentifier)?.critical === true, 'it is critical'),
    ],
  }),
  x509Lint({
    slug: 'subject-key-id',
    level: 'warn',
    statement: 'subjectKeyIdentifier should be there: mail programs find keys by it.',
    section: '4.2.1.2',
    applies: ({ profiles }) => profiles.length === 0,
    check: ({ certificate }) => when(certificate.subjectKeyId === undefined, 'no subjectKeyIdentifier'),
  }),
  x509Lint({
    slug: 'san-critical-without-subject',
    level: 'error',
    statement: 'Where the subject is empty, subjectAltName is there and critical.',
    section: '4.2.1.6',
    applies: ({ attributes }) => attributes.length === 0,
    check: (subject) => {
      const extension = extensionOf(subject, Oid.subjectAltName)
      if (extension === undefined) return ['neither a subject nor a subjectAltName']
      return when(!extension.critical, 'it is not critical')
    },
  }),
  x509Lint({
    slug: 'revocation-address',
    level: 'notice',
    statement: 'The certificate says where to ask whether it is revoked.',
    section: '4.2.1.13',
    applies: ({ profiles, role }) => profiles.length === 0 && role === 'subscriber',
    check: ({ distributionPoints, accessDescriptions }) =>
      when(
        distributionPoints.length === 0 && accessDescriptions.length === 0,
        'neither cRLDistributionPoints nor authorityInfoAccess',
      ),
  }),
]
