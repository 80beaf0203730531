/**
 * Why a cell stayed closed. A device can only say that no key of its fits; whether the message was ever for its user,
 * and the key merely never came, is seen by who knows all certificates of that user.
 */
import type { OpenOutcome } from '../simulator/device/open-outcome.ts'
import type { Certificate } from '../simulator/pki/certificate.ts'
import { recipientMatches } from '../simulator/smime/index.ts'

export type Cause =
  | 'never-recipient'
  | 'key-never-delivered'
  | 'key-removed'
  | 'key-not-accessible'
  | 'key-unusable'
  | 'algorithm-unsupported'
  | 'smime-off'
  | 'no-account'
  | 'integrity'
  | 'malformed'

/** `everOfUser`: every encryption certificate that was ever the device's user's, on whatever device. */
export function attributeCause(outcome: OpenOutcome, everOfUser: readonly Certificate[]): Cause | undefined {
  if (outcome.outcome !== 'closed') return undefined
  if (outcome.cause !== undefined && outcome.cause !== 'no-matching-key') return outcome.cause
  const ids = outcome.recipients.flatMap((recipient) => recipient.ids)
  const theirs = everOfUser.some((certificate) => ids.some((id) => recipientMatches(id, certificate)))
  return theirs ? 'key-never-delivered' : 'never-recipient'
}
