/** The mail app of one device: what it is set to, and how it reads. `compose.ts` is how it writes. */
import type { Certificate } from '../pki/certificate.ts'
import {
  type CipherPolicy,
  type Correspondents,
  defaultCipherPolicy,
  type HeaderPolicyName,
  openMessage,
  recipientMatches,
  type TrustSettings,
} from '../smime/index.ts'
import type { OpenOutcome } from './open-outcome.ts'
import type { DeviceStores, HeldKey } from './stores.ts'

export interface MailSettings {
  readonly ciphers: CipherPolicy
  /** Header fields inside the protection too (RFC 9788), by that policy; unset: not, as in the mail apps of these platforms. */
  readonly headerProtection?: HeaderPolicyName
}

export const defaultMailSettings: MailSettings = { ciphers: defaultCipherPolicy }

export interface MailAppContext {
  readonly stores: DeviceStores
  /** As in `HeldKey.access`. */
  readonly app: string
  readonly now: Date
  /** Keys that were on the device once, for the cause of what no longer opens. */
  readonly removed: readonly Certificate[]
  /** What the app has learned of those who wrote; opening a message may add to it. */
  readonly correspondents: Correspondents
  readonly settings: MailSettings
}

export function mayUse(key: HeldKey, app: string): boolean {
  return key.access === 'all' || key.access.includes(app)
}

/** Opens and verifies one message with every key that the app may use, current and historical. */
export function openInMailApp(bytes: Uint8Array, context: MailAppContext): OpenOutcome {
  const { stores, app, now } = context
  const account = [...stores.accounts.values()][0]
  const held = [...stores.keys.values()]
  const usable = account?.smime.enabled ? held.filter((key) => mayUse(key, app)) : []
  const trust = trustOf(stores, now)
  const { openedBy, cause, ...opened } = openMessage(bytes, { keys: usable, trust })
  if (account === undefined) {
    return closed(opened, 'no-account', 'the device has no mail account')
  }
  if (opened.outcome !== 'closed') {
    if (account.smime.enabled) context.correspondents.learn(opened, trust)
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

function trustOf(stores: DeviceStores, at: Date): TrustSettings {
  return { anchors: certificatesFor(stores, 'anchor'), intermediates: certificatesFor(stores, 'intermediate'), at }
}

export function certificatesFor(stores: DeviceStores, trust: 'anchor' | 'intermediate'): Certificate[] {
  return [...stores.certificates.values()].filter((each) => each.trust === trust).map(({ certificate }) => certificate)
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
