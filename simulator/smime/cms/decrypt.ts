/**
 * Decryption (RFC 5652 6, RFC 5083): the recipient identifier decides which key is used. No key is tried that the message
 * does not name: a wrong RSA key yields random octets, and 1 in 256 of them look well padded.
 */
import type { KeyObject } from 'node:crypto'
import type { Certificate } from '../../pki/certificate.ts'
import { cipherText, isAuthenticated } from './algorithms.ts'
import { type ContentCipherParameters, openAuthenticated, openBlocks, readContentCipher } from './content-encryption.ts'
import { type Enveloped, encryptedOctets, readEnveloped } from './enveloped-data.ts'
import { openAgreedKey } from './key-agreement.ts'
import type { KeyRecovery } from './key-recovery.ts'
import { openTransportedKey } from './key-transport.ts'
import { type RecipientId, recipientMatches } from './recipient-id.ts'
import type { RecipientInfo, RecipientInfoView } from './recipient-info.ts'

export interface DecryptionKey {
  readonly certificate: Certificate
  readonly privateKey: KeyObject
}

export interface DecryptResult {
  readonly ok: true
  readonly content: Buffer
  /** Dotted object identifier of what `content` is: id-data in mail. */
  readonly contentType: string
  readonly key: DecryptionKey
  readonly recipients: RecipientInfoView[]
  readonly contentCipher: string
  readonly keyAlgorithm: string
  /** Whether the cipher would have shown a change of the content; CBC does not. */
  readonly authenticated: boolean
}

export interface DecryptFailure {
  readonly ok: false
  readonly cause: 'no-matching-recipient' | 'algorithm-unsupported' | 'key-unusable' | 'integrity'
  readonly message: string
  /** What the message says that the content is. */
  readonly contentType: string
  readonly recipients: RecipientInfoView[]
  readonly contentCipher: string
  /** The key that the message names, where the failure came after finding one. */
  readonly matched?: DecryptionKey
}

/** Private-key operations are slow; a message that names one key a thousand times over gets no more than these. */
const maxAttempts = 16

/**
 * Decrypts with the first of `keys` that the message names.
 *
 * @throws LabError 'cms-malformed', 'cms-wrong-type', 'asn1-malformed' for a broken structure
 */
export function decrypt(cms: Uint8Array, keys: readonly DecryptionKey[]): DecryptResult | DecryptFailure {
  const enveloped = readEnveloped(cms)
  const recipients = enveloped.recipients.map((each) => each.view)
  const { contentType } = enveloped
  const contentCipher = cipherText(enveloped.contentAlgorithm.oid)
  let failure: DecryptFailure | undefined
  let attempts = 0
  for (const { key, keyAlgorithm, recover } of matches(enveloped.recipients, keys)) {
    if (++attempts > maxAttempts) break
    const opened = openContent(enveloped, recover)
    if (opened.ok) {
      const { content, authenticated } = opened
      return { ok: true, content, contentType, key, recipients, contentCipher, keyAlgorithm, authenticated }
    }
    const { cause, message } = opened
    failure ??= { ok: false, cause, message, contentType, recipients, contentCipher, matched: key }
  }
  const message = `none of ${keys.length} keys is among the ${recipients.length} recipients of the message`
  return failure ?? { ok: false, cause: 'no-matching-recipient', message, contentType, recipients, contentCipher }
}

/** The one message for a wrong content key, wrong padding and garbage: they must not be told apart (RFC 3218 2.3). */
export function notIntact(contentCipher: string): string {
  return `the content does not come out of ${contentCipher} intact`
}

interface Match {
  readonly key: DecryptionKey
  readonly keyAlgorithm: string
  readonly recover: (keyLength: number) => KeyRecovery
}

/** Every pair of a recipient info and a held key that it names, in the order of the message. */
function* matches(recipients: readonly RecipientInfo[], keys: readonly DecryptionKey[]): Generator<Match> {
  for (const recipient of recipients) {
    if (recipient.type === 'passed-over') continue
    const keyAlgorithm = recipient.view.algorithm
    if (recipient.type === 'ktri') {
      for (const key of named(recipient.id, keys)) {
        const recover = (keyLength: number) =>
          openTransportedKey(key.privateKey, recipient.algorithm, recipient.encryptedKey, keyLength)
        yield { key, keyAlgorithm, recover }
      }
      continue
    }
    for (const { id, encryptedKey } of recipient.keys) {
      for (const key of named(id, keys)) {
        const recover = (keyLength: number) =>
          openAgreedKey(key.privateKey, recipient.agreement, encryptedKey, keyLength)
        yield { key, keyAlgorithm, recover }
      }
    }
  }
}

/** A key identifier may fit several certificates: a renewal that kept the key, or a name that two issuers chose. */
function named(id: RecipientId, keys: readonly DecryptionKey[]): DecryptionKey[] {
  return keys.filter((key) => recipientMatches(id, key.certificate))
}

type OpenedContent =
  | { readonly ok: true; readonly content: Buffer; readonly authenticated: boolean }
  | { readonly ok: false; readonly cause: DecryptFailure['cause']; readonly message: string }

function openContent(enveloped: Enveloped, recover: Match['recover']): OpenedContent {
  const cipher = readContentCipher(enveloped.contentAlgorithm)
  const refusal = refuseCipher(enveloped, cipher)
  if (refusal !== undefined || cipher === undefined)
    return { ok: false, cause: 'algorithm-unsupported', message: refusal ?? 'the content cipher is not supported' }
  const recovery = recover(cipher.keyLength)
  if (!recovery.ok) return recovery

  const encrypted = encryptedOctets(enveloped)
  const authenticated = isAuthenticated(cipher.spec)
  const content = openWith(cipher, recovery.contentKey, enveloped, encrypted)
  recovery.contentKey.fill(0)
  // A stand-in key must never open anything, not even by the luck of good padding.
  if (content === undefined || !recovery.genuine)
    return { ok: false, cause: 'integrity', message: notIntact(cipher.spec.name) }
  return { ok: true, content, authenticated }
}

function openWith(
  cipher: ContentCipherParameters,
  contentKey: Buffer,
  { mac, associatedData }: Enveloped,
  encrypted: Buffer,
): Buffer | undefined {
  return isAuthenticated(cipher.spec)
    ? openAuthenticated(cipher, contentKey, { encrypted, mac, associatedData })
    : openBlocks(cipher, contentKey, encrypted)
}

/** AEAD without its MAC is a stream cipher that anyone can bend (RFC 5084 1.1); CBC with a MAC field is no AEAD. */
function refuseCipher(
  { kind, contentAlgorithm }: Enveloped,
  cipher: ContentCipherParameters | undefined,
): string | undefined {
  if (cipher === undefined) return `content cipher ${cipherText(contentAlgorithm.oid)} is not supported`
  const { name } = cipher.spec
  if (isAuthenticated(cipher.spec) && kind === 'enveloped-data')
    return `${name} inside EnvelopedData has no authentication tag: it belongs into AuthEnvelopedData (RFC 5084 1.1)`
  if (!isAuthenticated(cipher.spec) && kind === 'auth-enveloped-data')
    return `${name} inside AuthEnvelopedData authenticates nothing (RFC 5083 2.1)`
  return undefined
}
