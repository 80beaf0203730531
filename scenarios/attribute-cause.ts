/**
 * Why a cell stayed closed. A device can only say that no key of its fits; whether the message was ever for its user,
 * and the key merely never came, is seen by who knows all certificates of the tenant.
 */
import type { OpenOutcome } from '../simulator/device/open-outcome.ts'
import type { Certificate } from '../simulator/pki/certificate.ts'
import { type RecipientId, recipientMatches } from '../simulator/smime/index.ts'

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

export interface UserView {
  /** Every encryption certificate that was ever the user's, on whatever device. */
  readonly theirs: readonly Certificate[]
  /** Those of everybody else whom the tenant knows. */
  readonly others: readonly Certificate[]
  /** The user's address, lower case. */
  readonly address: string
}

/** Whether the message was meant for the user: sent to or by them, or encrypted to a key of theirs. */
export function isTheirs(
  { headers, recipients }: Pick<OpenOutcome, 'headers' | 'recipients'>,
  user: UserView,
): boolean {
  const named = [...headers.to, ...headers.cc, ...(headers.from === undefined ? [] : [headers.from])]
  return (
    named.some((each) => each.toLowerCase() === user.address) || idsIn(recipients).some((id) => names(id, user.theirs))
  )
}

export function attributeCause(outcome: OpenOutcome, user: UserView): Cause | undefined {
  if (outcome.outcome !== 'closed') return undefined
  if (outcome.cause !== undefined && outcome.cause !== 'no-matching-key') return outcome.cause
  const ids = idsIn(outcome.recipients)
  if (ids.some((id) => names(id, user.theirs))) return 'key-never-delivered'
  // A key of nobody whom the tenant knows, in mail to or from this user: one of theirs that was never imported.
  const lost = isTheirs(outcome, user) && ids.some((id) => !names(id, user.others))
  return lost ? 'key-never-delivered' : 'never-recipient'
}

const idsIn = (recipients: OpenOutcome['recipients']): RecipientId[] => recipients.flatMap((each) => each.ids)

const names = (id: RecipientId, certificates: readonly Certificate[]): boolean =>
  certificates.some((certificate) => recipientMatches(id, certificate))
