/** Who a message says that it is from and to (RFC 5322 3.6). */
import { type Mailbox, parseMailboxes } from './mime/address.ts'
import { parseDate } from './mime/date.ts'
import { decodeWords } from './mime/encoded-words.ts'
import { type Entity, headerValue, headerValues } from './mime/entity.ts'

export interface ReadHeaders {
  /** Bare addr-spec, domain in lower case; unset where the message doesn't name exactly one author. */
  readonly from?: string
  readonly to: string[]
  readonly cc: string[]
  readonly subject?: string
  readonly date?: Date
  readonly messageId?: string
}

/** Whom a signature has to belong to (RFC 8550 3). */
export type Author =
  /** `outer`: what the unprotected From field says, where the protected one says otherwise (RFC 9788 4.4). */
  | { readonly kind: 'one'; readonly from: string; readonly sender?: string; readonly outer?: string }
  /** A message without a From field. */
  | { readonly kind: 'none' }
  /** CMS without a message around it: a reader is shown no author whom the signer could pass for. */
  | { readonly kind: 'no-message' }
  | { readonly kind: 'ambiguous'; readonly message: string }

export const noAuthor: Author = { kind: 'none' }

export function readHeaders(entity: Entity): ReadHeaders {
  const author = readAuthor(entity)
  const subject = headerValue(entity, 'subject')
  const date = parseDate(headerValue(entity, 'date') ?? '')
  const messageId = headerValue(entity, 'message-id')
  return {
    ...(author.kind === 'one' ? { from: author.from } : {}),
    to: addresses(entity, 'to'),
    cc: addresses(entity, 'cc'),
    ...(subject === undefined ? {} : { subject: decodeWords(subject) }),
    ...(date === undefined ? {} : { date }),
    ...(messageId === undefined ? {} : { messageId }),
  }
}

function addresses(entity: Entity, field: string): string[] {
  return headerValues(entity, field).flatMap((value) => (parseMailboxes(value) ?? []).map((each) => each.address))
}

/**
 * One From field with one mailbox names the author; anything else is shown differently by different readers, so that a
 * signature could pass for somebody else's.
 */
export function readAuthor(entity: Entity): Author {
  const fields = headerValues(entity, 'from')
  const [value] = fields
  if (value === undefined) return noAuthor
  if (fields.length > 1) return { kind: 'ambiguous', message: `one From field wanted, got ${fields.length}` }
  const mailboxes = parseMailboxes(value)
  if (mailboxes === undefined) return { kind: 'ambiguous', message: 'From: a mailbox (RFC 5322 3.4) wanted' }
  const [from] = mailboxes
  if (from === undefined || mailboxes.length > 1)
    return { kind: 'ambiguous', message: `From: one mailbox wanted, got ${mailboxes.length}` }
  const sender = onlyMailbox(headerValues(entity, 'sender'))
  return { kind: 'one', from: from.address, ...(sender === undefined ? {} : { sender: sender.address }) }
}

function onlyMailbox(fields: readonly string[]): Mailbox | undefined {
  const [value] = fields
  if (value === undefined || fields.length > 1) return undefined
  const mailboxes = parseMailboxes(value) ?? []
  return mailboxes.length === 1 ? mailboxes[0] : undefined
}
