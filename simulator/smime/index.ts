/** S/MIME (RFC 8551): compose, open and judge whole messages. */

export type {
  ContentCipher,
  DecryptionKey,
  DigestName,
  KeyTransport,
  RecipientId,
  RecipientInfoView,
} from './cms/index.ts'
export { recipientMatches } from './cms/index.ts'
export { encryptEntity, type MessageHeaders, signEntity, textEntity, toMessage } from './compose.ts'
export {
  type ClosedCause,
  type Layer,
  type OpenedMessage,
  openMessage,
  type SignatureReport,
  type TrustSettings,
} from './open-message.ts'
