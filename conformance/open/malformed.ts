/** What is no message, as if it had been opened: it is a result like others, not a reason to stop. */
import type { OpenedMessage } from '../../simulator/smime/index.ts'

export function malformed(message: string): OpenedMessage {
  return {
    outcome: 'closed',
    cause: 'malformed',
    message,
    layers: [],
    recipients: [],
    signature: { status: 'unsigned', signers: [] },
    headers: { to: [], cc: [] },
  }
}
