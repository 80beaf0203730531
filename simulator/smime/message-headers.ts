/** Who a message says that it is from and to (RFC 5322 3.6), and the protected copy of it (RFC 9788). */
import { addressesEqual, type Mailbox, parseMailboxes } from './mime/address.ts'
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
  | { readonly kind: 'one'; readonly from: string; readonly sender?: string }
  | { readonly kind: 'none' }
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

/**
 * Whether the payload's own header fields are the message's: it says so by `hp` (RFC 9788 2.1.1), or by the
 * `protected-headers` of older senders. Without that, fields in a payload mean nothing.
 */
export function hasProtectedHeaders(payload: Entity): boolean {
  const { hp, 'protected-headers': legacy } = payload.parameters
  return hp === 'clear' || hp === 'cipher' || legacy === 'v1'
}

/** Protected fields where the payload has them, else the outer ones. */
export function overlayProtected(outer: ReadHeaders, payload: Entity): ReadHeaders {
  const inner = readHeaders(payload)
  const has = (field: string): boolean => headerValue(payload, field) !== undefined
  return { ...outer, ...inner, to: has('to') ? inner.to : outer.to, cc: has('cc') ? inner.cc : outer.cc }
}

/** The author by the protected header and by the outer one (RFC 9788 4.4): where they differ, there is no telling. */
export function joinAuthors(outer: Author, inner: Author): Author {
  if (inner.kind === 'none' || outer.kind === 'ambiguous') return outer
  if (outer.kind === 'none' || inner.kind === 'ambiguous') return inner
  if (addressesEqual(outer.from, inner.from)) return inner
  const message = `the From field says ${outer.from}, the protected one inside says ${inner.from}`
  return { kind: 'ambiguous', message }
}
