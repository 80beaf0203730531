/** keyUsage and extKeyUsage (SMIME BR 7.1.2.3 e and f). */
import { Oid, oidName } from '../../../asn1/oid.ts'
import type { KeyUsage } from '../../certificate-extensions.ts'
import type { Lint } from '../lint.ts'
import { extensionOf, isOfGeneration, type LintSubject } from '../lint-subject.ts'
import { when } from '../when.ts'
import { baselineLint } from './baseline-lint.ts'

const signing: KeyUsage = 'digitalSignature'

/** What marks a key as one for key management, and what may stand beside it. */
const management = {
  rsa: { mark: 'keyEncipherment', beside: ['dataEncipherment'] },
  ec: { mark: 'keyAgreement', beside: ['encipherOnly', 'decipherOnly'] },
} as const satisfies Record<string, { mark: KeyUsage; beside: readonly KeyUsage[] }>

function usages({ certificate }: LintSubject): KeyUsage[] {
  return [...(certificate.keyUsage ?? [])]
}

/** Its mark of key management, of a key that can have both purposes. */
function markOf({ key }: LintSubject): KeyUsage | undefined {
  return key?.kind === 'rsa' || key?.kind === 'ec' ? management[key.kind].mark : undefined
}

function hasPurpose(subject: LintSubject): boolean {
  const mark = markOf(subject)
  return mark !== undefined && usages(subject).some((each) => each === signing || each === mark)
}

function surplus(subject: LintSubject, allowed: readonly KeyUsage[]): string[] {
  return usages(subject).filter((each) => !allowed.includes(each))
}

/** nonRepudiation goes with signing, the others with key management. */
function allowedFor(subject: LintSubject, mark: KeyUsage, beside: readonly KeyUsage[]): KeyUsage[] {
  const set = usages(subject)
  return [
    ...(set.includes(signing) ? ([signing, 'nonRepudiation'] as const) : []),
    ...(set.includes(mark) ? [mark, ...beside] : []),
  ]
}

export const keyUsageLints: readonly Lint[] = [
  baselineLint({
    slug: 'key-usage-present',
    level: 'error',
    statement: 'keyUsage is there.',
    section: '7.1.2.3',
    item: 'e',
    check: (subject) => when(extensionOf(subject, Oid.keyUsage) === undefined, 'no keyUsage'),
  }),
  baselineLint({
    slug: 'key-usage-critical',
    level: 'warn',
    statement: 'keyUsage should be critical.',
    section: '7.1.2.3',
    item: 'e',
    applies: (subject) => extensionOf(subject, Oid.keyUsage) !== undefined,
    check: (subject) => when(extensionOf(subject, Oid.keyUsage)?.critical === false, 'it is not critical'),
  }),
  baselineLint({
    slug: 'key-usage-purpose',
    level: 'error',
    statement:
      'An RSA or EC key is for signing (digitalSignature), for key management (keyEncipherment of RSA, keyAgreement of EC), or for both.',
    section: '7.1.2.3',
    item: 'e',
    applies: (subject) => markOf(subject) !== undefined && usages(subject).length > 0,
    check: (subject) => when(!hasPurpose(subject), `only ${usages(subject).join(', ')}`),
  }),
  baselineLint({
    slug: 'key-usage-rsa',
    level: 'error',
    statement:
      'Beside the purposes of an RSA key stand only nonRepudiation (with signing) and, but not in the Strict generation, dataEncipherment (with key management).',
    section: '7.1.2.3',
    item: 'e',
    applies: (subject) => subject.key?.kind === 'rsa' && hasPurpose(subject),
    check: (subject) => {
      const { mark, beside } = management.rsa
      return surplus(subject, allowedFor(subject, mark, isOfGeneration(subject, 'strict') ? [] : beside))
    },
  }),
  baselineLint({
    slug: 'key-usage-ec',
    level: 'error',
    statement:
      'Beside the purposes of an EC key stand only nonRepudiation (with signing) and encipherOnly or decipherOnly (with keyAgreement).',
    section: '7.1.2.3',
    item: 'e',
    applies: (subject) => subject.key?.kind === 'ec' && hasPurpose(subject),
    check: (subject) => surplus(subject, allowedFor(subject, management.ec.mark, management.ec.beside)),
  }),
  baselineLint({
    slug: 'key-usage-eddsa',
    level: 'error',
    statement: 'An Ed25519 or Ed448 key has digitalSignature, and beside it at most nonRepudiation.',
    section: '7.1.2.3',
    item: 'e',
    applies: (subject) => subject.key?.kind === 'eddsa' && extensionOf(subject, Oid.keyUsage) !== undefined,
    check: (subject) => [
      ...when(!usages(subject).includes(signing), 'no digitalSignature'),
      ...surplus(subject, [signing, 'nonRepudiation']),
    ],
  }),
]

const foreignPurposes: readonly string[] = [Oid.serverAuth, Oid.codeSigning, Oid.timeStamping, Oid.anyExtendedKeyUsage]

function purposes({ certificate }: LintSubject): readonly string[] {
  return certificate.extendedKeyUsage ?? []
}

export const extendedKeyUsageLints: readonly Lint[] = [
  baselineLint({
    slug: 'eku-email-protection',
    level: 'error',
    statement: 'extKeyUsage is there and holds emailProtection.',
    section: '7.1.2.3',
    item: 'f',
    check: (subject) =>
      when(
        !purposes(subject).includes(Oid.emailProtection),
        purposes(subject).length === 0
          ? 'no extKeyUsage'
          : `only ${purposes(subject).slice(0, 8).map(oidName).join(', ')}`,
      ),
  }),
  baselineLint({
    slug: 'eku-foreign',
    level: 'error',
    statement: 'extKeyUsage holds none of serverAuth, codeSigning, timeStamping and anyExtendedKeyUsage.',
    section: '7.1.2.3',
    item: 'f',
    check: (subject) =>
      purposes(subject)
        .filter((each) => foreignPurposes.includes(each))
        .map(oidName),
  }),
  baselineLint({
    slug: 'eku-strict',
    level: 'error',
    statement: 'In the Strict generation extKeyUsage holds nothing but emailProtection.',
    section: '7.1.2.3',
    item: 'f',
    applies: (subject) => isOfGeneration(subject, 'strict'),
    check: (subject) =>
      purposes(subject)
        .filter((each) => each !== Oid.emailProtection)
        .map(oidName),
  }),
]
