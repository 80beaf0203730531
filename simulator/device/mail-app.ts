/** The mail app of one device: reads with the keys that it may use, signs with the device's own, encrypts to whom the directory knows. */

import { LabError } from '../error.ts'
import type { RecipientDirectory } from '../mail/directory.ts'
import type { Certificate } from '../pki/certificate.ts'
import {
  encryptEntity,
  type MessageHeaders,
  openMessage,
  recipientMatches,
  signEntity,
  textEntity,
  toMessage,
} from '../smime/index.ts'
import type { OpenOutcome } from './open-outcome.ts'
import type { DeviceStores, HeldKey, MailAccount } from './stores.ts'

export interface MailAppContext {
  readonly stores: DeviceStores
  /** As in `HeldKey.access`. */
  readonly app: string
  readonly now: Date
  /** Keys that were on the device once, for the cause of what no longer opens. */
  readonly removed: readonly Certificate[]
}

function mayUse(key: HeldKey, app: string): boolean {
  return key.access === 'all' || key.access.includes(app)
}

/** Opens and verifies one message with every key that the app may use, current and historical. */
export function openInMailApp(bytes: Uint8Array, context: MailAppContext): OpenOutcome {
  const { stores, app, now } = context
  const account = [...stores.accounts.values()][0]
  const held = [...stores.keys.values()]
  const usable = account?.smime.enabled ? held.filter((key) => mayUse(key, app)) : []
  const trusted = [...stores.certificates.values()]
  const { openedBy, cause, ...opened } = openMessage(bytes, {
    keys: usable,
    trust: {
      anchors: trusted.filter((each) => each.trust === 'anchor').map((each) => each.certificate),
      intermediates: trusted.filter((each) => each.trust === 'intermediate').map((each) => each.certificate),
      at: now,
    },
  })
  if (account === undefined) {
    return closed(opened, 'no-account', 'the device has no mail account')
  }
  if (opened.outcome !== 'closed') {
    const key = held.find((each) => each.certificate.sha256 === openedBy?.certificate.sha256)
    return key === undefined ? opened : { ...opened, openedBy: key }
  }
  if (cause !== 'no-matching-key') return { ...opened, ...(cause === undefined ? {} : { cause }) }
  if (!account.smime.enabled) return closed(opened, 'smime-off', 'S/MIME is off in the mail app')
  const ids = opened.recipients.flatMap((each) => each.ids)
  const outOfReach = held.find((key) => ids.some((id) => recipientMatches(id, key.certificate)))
  if (outOfReach !== undefined) {
    return closed(
      opened,
      'key-not-accessible',
      `${outOfReach.certificate.subjectText} is on the device, out of reach of ${app}`,
    )
  }
  const removed = context.removed.find((each) => ids.some((id) => recipientMatches(id, each)))
  if (removed !== undefined)
    return closed(opened, 'key-removed', `the key of ${removed.subjectText} was removed from the device`)
  return { ...opened, cause: 'no-matching-key' }
}

type Unattributed = Omit<OpenOutcome, 'cause' | 'openedBy'>

/** Layers and headers stay as evidence; content that the user could not have seen does not. */
function closed(
  { content: _, ...rest }: Unattributed,
  cause: NonNullable<OpenOutcome['cause']>,
  message: string,
): OpenOutcome {
  return { ...rest, outcome: 'closed', cause, message }
}

/**
 * The device's own signing key: bound by the profile where the platform binds it, else the newest in reach
 * that may sign (RFC 8550 4.4.2) for the account's address and is valid today.
 */
export function signingKey(account: MailAccount, context: MailAppContext): HeldKey {
  const bound = account.smime.signingCertificate
  const candidates = [...context.stores.keys.values()]
    .filter((key) => mayUse(key, context.app))
    .filter((key) => bound === undefined || key.certificate.sha256 === bound)
    .filter(
      ({ certificate }) =>
        certificate.keyUsage === undefined ||
        certificate.keyUsage.has('digitalSignature') ||
        certificate.keyUsage.has('nonRepudiation'),
    )
    .filter(({ certificate }) => certificate.notBefore <= context.now && context.now <= certificate.notAfter)
    .filter(({ certificate }) =>
      certificate.emails.some((each) => each.toLowerCase() === account.address.toLowerCase()),
    )
    .sort((a, b) => b.certificate.notBefore.getTime() - a.certificate.notBefore.getTime())
  const [key] = candidates
  if (key === undefined) {
    throw new LabError('no-signing-key', `no valid signing key for ${account.address} in reach of ${context.app}`, {
      hint: 'deliver a PKCS, SCEP or imported signing profile to this device',
    })
  }
  return key
}

/** The device's own encryption certificate, for the copy that the sender keeps (RFC 8551 3.3). */
function ownEncryptionCertificate(account: MailAccount, context: MailAppContext): Certificate | undefined {
  const bound = account.smime.encryptionCertificate
  return [...context.stores.keys.values()]
    .filter((key) => mayUse(key, context.app))
    .map((key) => key.certificate)
    .filter((certificate) => bound === undefined || certificate.sha256 === bound)
    .filter(({ keyUsage }) => keyUsage === undefined || keyUsage.has('keyEncipherment') || keyUsage.has('keyAgreement'))
    .filter((certificate) => certificate.notBefore <= context.now && context.now <= certificate.notAfter)
    .sort((a, b) => b.notBefore.getTime() - a.notBefore.getTime())[0]
}

export interface Draft {
  readonly to: readonly string[]
  readonly cc?: readonly string[]
  readonly subject: string
  readonly text: string
  readonly messageId: string
}

/** Composes, signs, then encrypts to everybody named, and to the sender. Fails rather than sends in the clear. */
export function composeInMailApp(
  draft: Draft,
  context: MailAppContext,
  directory: RecipientDirectory,
): { from: string; bytes: Buffer } {
  const account = [...context.stores.accounts.values()][0]
  if (account === undefined) throw new LabError('no-account', 'the device has no mail account')
  if (!account.smime.enabled) throw new LabError('smime-off', 'S/MIME is off in the mail app')
  const own = ownEncryptionCertificate(account, context)
  const found = new Map<string, Certificate>()
  if (own !== undefined) found.set(own.sha256, own)
  for (const address of [...draft.to, ...(draft.cc ?? [])]) {
    const certificates = directory.certificatesFor(address, context.now)
    if (certificates.length === 0)
      throw new LabError('no-recipient-certificate', `the directory holds no certificate for ${address}`)
    for (const each of certificates) found.set(each.sha256, each)
  }
  const signer = signingKey(account, context)
  const signed = signEntity(textEntity(draft.text), {
    signer,
    certificates: [...context.stores.certificates.values()]
      .filter((each) => each.trust === 'intermediate')
      .map((each) => each.certificate),
    form: 'clear',
    signingTime: context.now,
    ...(own === undefined ? {} : { encryptionCertificate: own }),
  })
  const encrypted = encryptEntity(signed, { recipients: [...found.values()], contentCipher: 'aes-256-cbc' })
  const headers: MessageHeaders = {
    from: account.address,
    to: draft.to,
    cc: draft.cc ?? [],
    subject: draft.subject,
    date: context.now,
    messageId: draft.messageId,
  }
  return { from: account.address, bytes: toMessage(headers, encrypted) }
}
