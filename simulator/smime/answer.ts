/** Answers (RFC 9788 6): header fields taken from the answered message, and what of them must not stand outside. */
import type { HeaderPolicy } from './header-policy.ts'
import {
  addressField,
  type Field,
  fieldKey,
  idField,
  type MessageHeaders,
  messageIdOf,
  textField,
} from './message-fields.ts'
import { type Mailbox, parseMailboxes } from './mime/address.ts'
import { decodeWords } from './mime/encoded-words.ts'
import type { OpenedMessage } from './open-message.ts'

export interface Answer {
  /** What an answer begins with, before its writer changes anything. */
  readonly headers: Pick<MessageHeaders, 'to' | 'subject' | 'inReplyTo' | 'references'>
  /** The answered message was encrypted: to answer in the clear would tell what it says (RFC 9787 5.4). */
  readonly mustEncrypt: boolean
  /** For this answer alone, to be applied after one's own (RFC 9788 6.1.2): hides what was hidden in the answered message. */
  readonly policy: HeaderPolicy
}

type Answered = Pick<OpenedMessage, 'outcome' | 'headers' | 'headerProtection'>

/**
 * An answer to whoever wrote the message. Of one with header protection only the protected fields are used, whatever was
 * shown (RFC 9788 4.4.4, 6.2): what stands outside could send the answer to a stranger.
 */
export function answerTo(answered: Answered): Answer {
  const { headerProtection: protection, outcome } = answered
  const fields = protection?.fields ?? shownFields(answered)
  const headers = respond(fields)
  const encrypted = protection !== undefined && outcome === 'opened' && protection.intent === 'cipher'
  return {
    headers,
    mustEncrypt: outcome === 'opened',
    policy: answeringPolicy(headers, encrypted ? respond(protection.outer) : headers),
  }
}

/** ReferenceHCP of RFC 9788 6.1.2: what the answer would say, had only the outside been known, is what it says outside. */
function answeringPolicy(inside: Answer['headers'], outside: Answer['headers']): HeaderPolicy {
  const standing = written(outside)
  const hidden = new Map<string, string | undefined>()
  for (const field of written(inside)) {
    const same = standing.some((each) => fieldKey(each) === fieldKey(field))
    if (!same) hidden.set(fieldKey(field), standing.find(({ name }) => name === field.name)?.value)
  }
  return (field) => (hidden.has(fieldKey(field)) ? hidden.get(fieldKey(field)) : field.value)
}

function written({ to, subject, inReplyTo, references = [] }: Answer['headers']): Field[] {
  return [
    ...addressField('To', to),
    ...(subject === '' ? [] : [textField('Subject', subject)]),
    ...idField('In-Reply-To', inReplyTo === undefined ? [] : [inReplyTo]),
    ...idField('References', references),
  ]
}

/** Longer threads lose their middle: RFC 5322 3.6.4 leaves it to the writer, and each line costs. */
const maxReferences = 20

function respond(fields: readonly Field[]): Answer['headers'] {
  const value = (name: string): string => fields.find((each) => each.name.toLowerCase() === name)?.value ?? ''
  const subject = decodeWords(value('subject'))
  const messageId = messageIdOf(value('message-id').trim())
  const references = value('references')
    .split(/\s+/)
    .map(messageIdOf)
    .filter((each) => each !== undefined)
  const thread = messageId === undefined ? references : [...references, messageId]
  return {
    to: (mailboxes(value('reply-to')) ?? mailboxes(value('from')) ?? []).map(mailboxText),
    subject: subject === '' || /^re:/i.test(subject) ? subject : `Re: ${subject}`,
    ...(messageId === undefined ? {} : { inReplyTo: messageId }),
    references: thread.length <= maxReferences ? thread : [...thread.slice(0, 1), ...thread.slice(1 - maxReferences)],
  }
}

function mailboxes(value: string): Mailbox[] | undefined {
  // What can't be written again as it was read is nobody's address.
  const found = parseMailboxes(value)?.filter((each) => parseMailboxes(mailboxText(each))?.length === 1)
  return found?.length === 0 ? undefined : found
}

function mailboxText({ address, displayName }: Mailbox): string {
  const name = decodeWords(displayName).trim()
  return name === '' ? address : `"${name.replace(/["\\]/g, '\\$&')}" <${address}>`
}

/** Of a message without header protection: as it was read, which is all that there is. */
function shownFields({ headers: { from, subject, messageId } }: Answered): Field[] {
  const fields = [
    { name: 'from', value: from },
    { name: 'subject', value: subject },
    { name: 'message-id', value: messageId },
  ]
  return fields.flatMap(({ name, value }) => (value === undefined ? [] : [{ name, value }]))
}
