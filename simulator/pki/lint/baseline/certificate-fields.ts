/** Version, serial number, lifetime and signature algorithm (SMIME BR 6.3.2, 7.1, 7.1.1, 7.1.3.2). */
import type { Lint } from '../lint.ts'
import { isOfGeneration, type LintSubject } from '../lint-subject.ts'
import { when } from '../when.ts'
import { baselineLint } from './baseline-lint.ts'

const dayInSeconds = 86_400

/** AlgorithmIdentifiers, to be met octet by octet. */
const signatureAlgorithms: ReadonlySet<string> = new Set([
  // RSASSA-PKCS1-v1_5 with SHA-256, SHA-384, SHA-512
  '300d06092a864886f70d01010b0500',
  '300d06092a864886f70d01010c0500',
  '300d06092a864886f70d01010d0500',
  // RSASSA-PSS likewise, MGF1 and salt as long as the digest
  pss('01', '20'),
  pss('02', '30'),
  pss('03', '40'),
  // ECDSA likewise
  '300a06082a8648ce3d040302',
  '300a06082a8648ce3d040303',
  '300a06082a8648ce3d040304',
  // Ed25519, Ed448
  '300506032b6570',
  '300506032b6571',
])

/** ML-DSA, by the arc of its three parameter sets: version 1.0.11 takes them. */
const mlDsa = /^300b060960864801650304031[123]$/

function pss(hash: string, saltLength: string): string {
  const digest = `300d060960864801650304020${hash.slice(1)}0500`
  return `304106092a864886f70d01010a3034a00f${digest}a11c301a06092a864886f70d010108${digest}a2030201${saltLength}`
}

/** Both ends count (RFC 5280 4.1.2.5); whole days, a part of a day being one. */
function lifetimeInDays({ certificate }: LintSubject): number {
  const seconds = (certificate.notAfter.getTime() - certificate.notBefore.getTime()) / 1000 + 1
  return Math.ceil(seconds / dayInSeconds)
}

export const certificateFieldLints: readonly Lint[] = [
  baselineLint({
    slug: 'version',
    level: 'error',
    statement: 'The certificate is of version 3.',
    section: '7.1.1',
    check: ({ certificate }) => when(certificate.version !== 3, `version ${certificate.version}`),
  }),
  baselineLint({
    slug: 'serial-number',
    level: 'error',
    statement: 'The serial number is greater than 0 and less than 2^159.',
    section: '7.1',
    check: ({ certificate: { serial, serialHex } }) => {
      if (((serial[0] ?? 0) & 0x80) !== 0) return ['a negative one']
      const value = BigInt(`0x${serialHex}`)
      return value === 0n ? ['0'] : when(value >= 1n << 159n, `one of ${serialHex.length / 2} octets`)
    },
  }),
  baselineLint({
    slug: 'validity',
    level: 'error',
    statement: 'The certificate is valid for at most 825 days; in the Legacy generation for at most 1185.',
    section: '6.3.2',
    check: (subject) => {
      const days = lifetimeInDays(subject)
      return when(days > (isOfGeneration(subject, 'multipurpose', 'strict') ? 825 : 1185), `${days} days`)
    },
  }),
  baselineLint({
    slug: 'signature-algorithm',
    level: 'error',
    statement:
      'The signature is RSA (PKCS#1 v1.5 or PSS) or ECDSA with SHA-256, SHA-384 or SHA-512, EdDSA or ML-DSA, its AlgorithmIdentifier encoded as the Requirements show it.',
    section: '7.1.3.2',
    check: ({ certificate }) => {
      const algorithm = certificate.signatureAlgorithm.toString('hex')
      return when(
        !signatureAlgorithms.has(algorithm) && !mlDsa.test(algorithm),
        algorithm.length > 160 ? `${algorithm.slice(0, 160)}…` : algorithm,
      )
    },
  }),
]
