/** S/MIME (RFC 8551): compose, open and judge whole messages. */

export { type Answer, answerTo } from './answer.ts'
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
export { type Correspondent, Correspondents, chooseCertificate } from './correspondents.ts'
export { type Addressee, type Letter, makeEnvelopes, type SealedEnvelope, type SealedLetter } from './envelopes.ts'
export type { HeaderPolicyName } from './header-policy.ts'
export { type FieldProtection, fieldProtection, type HeaderProtection } from './header-protection.ts'
export {
  type ClosedCause,
  type Layer,
  type OpenedMessage,
  openMessage,
  type SignatureReport,
  type TrustSettings,
} from './open-message.ts'
export { protectHeaders } from './protect-headers.ts'
export {
  type CipherPolicy,
  certificateCapabilities,
  chooseContentCipher,
  defaultCipherPolicy,
  everyoneReadsPss,
} from './recipient-algorithms.ts'
export { entityToShow } from './shown-entity.ts'
