/** Opens one message of those that were found, in each way that storage allows to read it. */
import type { OpenedMessage } from '../../simulator/smime/index.ts'
import { malformed } from './malformed.ts'
import type { StoredMessage } from './stored-messages.ts'

/** A signature tells which reading is the sender's text; where none does, the likeliest reading stands. */
export function openStored(
  stored: Exclude<StoredMessage, { kind: 'unread' }>,
  open: (bytes: Buffer) => OpenedMessage,
): OpenedMessage {
  if (stored.kind === 'malformed') return malformed(stored.message)
  let likeliest: OpenedMessage | undefined
  for (const bytes of stored.readings) {
    const opened = openReading(bytes, open)
    if (opened.signature.status !== 'invalid' && opened.outcome !== 'closed') return opened
    likeliest ??= opened
  }
  return likeliest ?? malformed('a message wanted, got nothing')
}

function openReading(bytes: Buffer, open: (bytes: Buffer) => OpenedMessage): OpenedMessage {
  if (bytes.length === 0) return malformed('a message wanted, got an empty file')
  // RFC 5322 3.6: a message without any header field is none; garbage with an empty line in front would pass for text.
  if (/^\r?\n/.test(bytes.toString('latin1', 0, 2))) return malformed('a header field wanted, got an empty line')
  return open(bytes)
}
