/** Which algorithms a message may use, by what its recipients are known to read (RFC 8551 2.7.1) and what the sender finds strong enough. */
import { Oid } from '../asn1/oid.ts'
import { readOnly } from '../asn1/read.ts'
import { LabError } from '../error.ts'
import type { Certificate } from '../pki/index.ts'
import { type ContentCipher, cipherOf, readCapabilities } from './cms/index.ts'

export interface CipherPolicy {
  /** What is strong enough, strongest first. It overrides whatever a recipient would like (RFC 8551 2.7.1). */
  readonly accepted: readonly ContentCipher[]
  /**
   * For recipients of whom nothing is known. 'rfc8551' is AES-256-GCM (2.7.1.2), which S/MIME 4.0 asks for. 'interoperable'
   * is AES-256-CBC: Outlook shows AuthEnvelopedData and can't open it, Apple's open sources know no GCM in CMS, NSS 3.87
   * reads none. What it costs: changes on the way go unnoticed where nobody signed.
   */
  readonly unknown: 'interoperable' | 'rfc8551'
}

export const defaultCipherPolicy: CipherPolicy = {
  accepted: [
    'aes-256-gcm',
    'chacha20-poly1305',
    'aes-192-gcm',
    'aes-128-gcm',
    'aes-256-cbc',
    'aes-192-cbc',
    'aes-128-cbc',
  ],
  unknown: 'interoperable',
}

/** What a recipient whose capabilities nobody knows is taken to read, best first. */
const assumed: Readonly<Record<CipherPolicy['unknown'], readonly ContentCipher[]>> = {
  interoperable: ['aes-256-cbc', 'aes-128-cbc'],
  rfc8551: ['aes-256-gcm', 'aes-128-gcm', 'aes-128-cbc'],
}

export interface CipherRecipient {
  readonly address: string
  /** Dotted object identifiers, best first; undefined where nothing is known. */
  readonly capabilities: readonly string[] | undefined
}

/**
 * The content cipher for a message to all of these: for one recipient the first of the capabilities that we have and find
 * strong enough (RFC 8551 2.7.1.1), for several the one that together they like best. Never one message in two strengths:
 * who breaks the weaker copy has read the other one too (2.7.3).
 *
 * @throws LabError `weak-cipher` for a recipient who reads nothing strong enough, `no-common-cipher`
 */
export function chooseContentCipher(
  recipients: readonly CipherRecipient[],
  policy: CipherPolicy = defaultCipherPolicy,
): ContentCipher {
  const lists = recipients.map((each) => readableBy(each, policy))
  const common = policy.accepted.filter((cipher) => lists.every((list) => list.includes(cipher)))
  const rank = (cipher: ContentCipher): number => lists.reduce((sum, list) => sum + list.indexOf(cipher), 0)
  // The order of the policy decides between equals: the stronger one.
  const [best] = [...common].sort((a, b) => rank(a) - rank(b))
  if (best !== undefined) return best
  // Capabilities are a partial list (RFC 8551 2.5.2), and every S/MIME since 3.2 with AES at all reads this (2.7).
  const everyoneHasAes = lists.every((list) => list.some((cipher) => cipher.startsWith('aes-')))
  if (everyoneHasAes && policy.accepted.includes('aes-128-cbc')) return 'aes-128-cbc'
  throw new LabError(
    'no-common-cipher',
    `a content cipher wanted that ${recipients.map(({ address }) => address).join(', ')} all read, found none`,
    { hint: 'send the message to each of them apart' },
  )
}

function readableBy({ address, capabilities = [] }: CipherRecipient, policy: CipherPolicy): ContentCipher[] {
  const known = capabilities.flatMap((each) => cipherOf(each)?.name ?? [])
  // A list without a content cipher that we know, as one of signature algorithms alone, tells nothing.
  const wanted: readonly string[] = known.length > 0 ? known : assumed[policy.unknown]
  const strong = wanted.flatMap((name) => policy.accepted.find((each) => each === name) ?? [])
  if (strong.length > 0) return strong
  throw new LabError(
    'weak-cipher',
    `${address}: a content cipher among ${policy.accepted.join(', ')} wanted, as far as is known they read ${wanted.join(', ')}`,
    { hint: 'a signed message from a newer mail program of theirs would tell that it reads a stronger one' },
  )
}

/** RSASSA-PSS only where everybody is known to read it: older programs take such a signature for a broken one. */
export function everyoneReadsPss(recipients: readonly CipherRecipient[]): boolean {
  return recipients.length > 0 && recipients.every(({ capabilities = [] }) => capabilities.includes(Oid.rsassaPss))
}

/** Capabilities in the certificate itself (RFC 4262), for a recipient who never wrote; undefined where there are none. */
export function certificateCapabilities(certificate: Certificate): string[] | undefined {
  const extension = certificate.extensions.find(({ oid }) => oid === Oid.smimeCapabilities)
  if (extension === undefined) return undefined
  try {
    return readCapabilities(readOnly(extension.value))
  } catch (error) {
    if (error instanceof LabError) return undefined
    throw error
  }
}
