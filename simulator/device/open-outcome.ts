/** What came of opening one message on one device: the facts. Whether that was right is judged elsewhere. */
import type { HeaderProtection, Layer, OpenedMessage, RecipientInfoView, SignatureReport } from '../smime/index.ts'
import type { HeldKey } from './stores.ts'

/**
 * Why a message stayed closed. `no-matching-key` is all that a device can know when no recipient names a key that it
 * ever held; who looks at the whole tenant tells `never-recipient` from `key-never-delivered` (scenarios/attribute-cause.ts).
 */
export type DeviceCause =
  | 'no-matching-key'
  | 'key-removed'
  | 'key-not-accessible'
  | 'key-unusable'
  | 'algorithm-unsupported'
  | 'smime-off'
  | 'no-account'
  | 'integrity'
  | 'malformed'

export interface OpenOutcome {
  readonly outcome: 'opened' | 'closed' | 'clear'
  readonly cause?: DeviceCause
  /** In plain words, without content or secrets. */
  readonly message?: string
  readonly openedBy?: HeldKey
  readonly layers: readonly Layer[]
  readonly recipients: readonly RecipientInfoView[]
  readonly signature: SignatureReport
  readonly content?: { readonly mediaType: string; readonly bytes: Buffer }
  readonly headers: OpenedMessage['headers']
  readonly headerProtection?: HeaderProtection
}
