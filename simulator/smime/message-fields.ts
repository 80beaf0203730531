/** The header fields of a message to be sent (RFC 5322 3.6): from what a person gave to name and value as they are on the wire. */
import { LabError } from '../error.ts'
import { parseMailboxes } from './mime/address.ts'
import { formatDate } from './mime/date.ts'
import { encodeWords } from './mime/encoded-words.ts'

/** One header field, of a message to be sent or of one that was read. */
export interface Field {
  readonly name: string
  /** May be folded (RFC 5322 2.2.3). */
  readonly value: string
}

export interface MessageHeaders {
  /** A mailbox: `alva@example.test` or `Alva Example <alva@example.test>`. */
  readonly from: string
  readonly to: readonly string[]
  readonly cc?: readonly string[]
  /** For the copy that the sender keeps; everybody else would see whom it was hidden from (RFC 5322 3.6.3). */
  readonly bcc?: readonly string[]
  readonly subject: string
  readonly date: Date
  /** With or without its angle brackets, as are the next two. */
  readonly messageId: string
  readonly inReplyTo?: string
  readonly references?: readonly string[]
  readonly comments?: string
  readonly keywords?: readonly string[]
}

/**
 * The fields in the order in which they are written.
 *
 * @throws LabError `header-malformed` for what would not be one field of the kind wanted
 */
export function writeFields(headers: MessageHeaders): Field[] {
  const { from, to, cc = [], bcc = [], subject, date, messageId, inReplyTo, references = [] } = headers
  const { comments, keywords = [] } = headers
  return [
    { name: 'From', value: mailbox('From', from) },
    ...addressField('To', to),
    ...addressField('Cc', cc),
    ...addressField('Bcc', bcc),
    textField('Subject', subject),
    { name: 'Date', value: formatDate(date) },
    ...idField('Message-ID', [messageId]),
    ...idField('In-Reply-To', inReplyTo === undefined ? [] : [inReplyTo]),
    ...idField('References', references),
    ...(comments === undefined ? [] : [textField('Comments', comments)]),
    ...(keywords.length === 0 ? [] : [textField('Keywords', keywords.join(', '))]),
  ]
}

/** None where there is no mailbox: an address field can't be empty. */
export function addressField(name: string, mailboxes: readonly string[]): Field[] {
  if (mailboxes.length === 0) return []
  return [{ name, value: mailboxes.map((each) => mailbox(name, each)).join(',\r\n ') }]
}

export function textField(name: string, text: string): Field {
  if (/[\r\n\0]/.test(text)) throw wrongHeader(name, 'one line')
  return { name, value: encodeWords(text) }
}

export function idField(name: string, ids: readonly string[]): Field[] {
  if (ids.length === 0) return []
  const bracketed = ids.map((each) => {
    const id = messageIdOf(each)
    if (id === undefined) throw wrongHeader(name, 'an identifier like <left@right>')
    return id
  })
  return [{ name, value: bracketed.join('\r\n ') }]
}

/** In its angle brackets; undefined for what is no message identifier (RFC 5322 3.6.4). */
export function messageIdOf(text: string): string | undefined {
  const id = /^<?([!-;=?-~]+@[!-;=?-~]+)>?$/.exec(text)?.[1]
  return id === undefined ? undefined : `<${id}>`
}

function mailbox(field: string, text: string): string {
  const [only, second] = parseMailboxes(text) ?? []
  if (only === undefined || second !== undefined) throw wrongHeader(field, 'one mailbox')
  const { address, displayName } = only
  if (displayName === '') return address
  // Plain words stand as they are; others are quoted (RFC 5322 3.2.4), or encoded where they aren't ASCII (RFC 2047 5).
  if (/^[a-z0-9][a-z0-9 '-]*$/i.test(displayName)) return `${displayName} <${address}>`
  if (/^[ -~]*$/.test(displayName)) return `"${displayName.replace(/["\\]/g, '\\$&')}" <${address}>`
  return `${encodeWords(displayName)} <${address}>`
}

/** Lines for a header section. UTF-8, as an address may be (RFC 6532); everything else is ASCII. */
export function fieldLines(fields: readonly Field[]): Buffer {
  return Buffer.from(fields.map(({ name, value }) => `${name}: ${value}\r\n`).join(''), 'utf8')
}

/** Equal for fields that say the same: folding, white space and the case of the name aside. */
export function fieldKey({ name, value }: Field): string {
  return `${name.toLowerCase()}:${value
    .split(/[ \t\r\n]+/)
    .join(' ')
    .trim()}`
}

export function wrongHeader(field: string, wanted: string): LabError {
  return new LabError('header-malformed', `${field}: ${wanted} wanted, got something else`)
}
