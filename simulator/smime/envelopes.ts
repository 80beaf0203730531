/**
 * One message, as many envelopes as it takes: recipients stand by issuer and serial number in the CMS, for each recipient to
 * read, so that whoever was to stay unseen gets a copy of their own (RFC 9787 9.3, RFC 9788 11.4).
 */
import { LabError } from '../error.ts'
import type { Certificate } from '../pki/index.ts'
import type { EncryptOptions } from './cms/index.ts'
import { encryptEntity, type SignEntityOptions, signEntity, toMessage } from './compose.ts'
import type { Field, MessageHeaders } from './message-fields.ts'
import { addressKey, parseMailboxes } from './mime/address.ts'
import { type ProtectHeadersOptions, protectHeaders } from './protect-headers.ts'

export interface Addressee {
  /** A mailbox: `bo@example.test` or `Bo Example <bo@example.test>`. */
  readonly mailbox: string
  /** To encrypt to. */
  readonly certificate: Certificate
}

export interface Letter {
  readonly headers: Omit<MessageHeaders, 'to' | 'cc' | 'bcc'>
  readonly to: readonly Addressee[]
  readonly cc?: readonly Addressee[]
  readonly bcc?: readonly Addressee[]
  readonly entity: Buffer
  readonly signing: SignEntityOptions
  readonly encryption: Omit<EncryptOptions, 'recipients'>
  /** The sender's own certificate: among the recipients that all may see, and for the copy that the sender keeps. */
  readonly own?: Certificate
  /** Header fields inside too (RFC 9788); without it they stand outside only. */
  readonly headerProtection?: Omit<ProtectHeadersOptions, 'confidentiality'>
}

export interface SealedEnvelope {
  /** Addresses for the transport. */
  readonly to: readonly string[]
  readonly message: Buffer
}

export interface SealedLetter {
  /** What goes out: one for all in To and Cc, one for each in Bcc. */
  readonly envelopes: readonly SealedEnvelope[]
  /** For the sender's own folder, never to be sent: it names the blind recipients, in the header and in the CMS. */
  readonly kept?: Buffer
}

/**
 * Signs, then encrypts, once for each that may know of the same others.
 *
 * @throws LabError `recipient-missing`, `header-malformed`; what signing, encrypting and header protection throw
 */
export function makeEnvelopes(letter: Letter): SealedLetter {
  const { to, cc = [], own } = letter
  const seen = [...to, ...cc]
  // Who is named for all to see is not blind.
  const blind = onceEach(letter.bcc ?? []).filter(
    (each) => !seen.some(({ mailbox }) => keyOf(mailbox) === keyOf(each.mailbox)),
  )
  if (seen.length + blind.length === 0)
    throw new LabError('recipient-missing', 'at least one recipient wanted in To, Cc or Bcc')
  const owned = own === undefined ? [] : [own]
  const mailboxes = (each: readonly Addressee[]): string[] => each.map(({ mailbox }) => mailbox)
  const headers: MessageHeaders = { ...letter.headers, to: mailboxes(to), cc: mailboxes(cc) }
  const sign = signOnce(letter)
  const sealFor = (recipients: readonly Addressee[], also: readonly Certificate[], told = headers): Buffer =>
    seal(letter, sign(told), [...recipients.map(({ certificate }) => certificate), ...also])
  const forSeen =
    seen.length === 0 ? [] : [{ to: mailboxes(onceEach(seen)).map(addressOf), message: sealFor(seen, owned) }]
  const forBlind = blind.map((each) => ({ to: [addressOf(each.mailbox)], message: sealFor([each], []) }))
  const kept = (): Buffer | undefined =>
    blind.length === 0
      ? forSeen[0]?.message
      : sealFor([...seen, ...blind], owned, { ...headers, bcc: mailboxes(blind) })
  const keeps = own === undefined ? undefined : kept()
  return { envelopes: [...forSeen, ...forBlind], ...(keeps === undefined ? {} : { kept: keeps }) }
}

interface Signed {
  readonly entity: Buffer
  readonly outer: readonly Field[] | MessageHeaders
}

/** All that may see the same header get the same signature; another header inside needs another one. */
function signOnce({ entity, signing, headerProtection }: Letter): (headers: MessageHeaders) => Signed {
  if (headerProtection === undefined) {
    const signed = signEntity(entity, signing)
    return (headers) => ({ entity: signed, outer: headers })
  }
  const made = new Map<MessageHeaders, Signed>()
  return (headers) => {
    const known = made.get(headers)
    if (known !== undefined) return known
    const { payload, outer } = protectHeaders(entity, headers, { ...headerProtection, confidentiality: 'cipher' })
    const signed = { entity: signEntity(payload, signing), outer }
    made.set(headers, signed)
    return signed
  }
}

function seal({ encryption }: Letter, { entity, outer }: Signed, recipients: readonly Certificate[]): Buffer {
  return toMessage(outer, encryptEntity(entity, { ...encryption, recipients }))
}

function onceEach(addressees: readonly Addressee[]): Addressee[] {
  return [...new Map(addressees.map((each) => [keyOf(each.mailbox), each])).values()]
}

const keyOf = (mailbox: string): string => addressKey(addressOf(mailbox))

/** What is no mailbox is refused where the header is written. */
function addressOf(mailbox: string): string {
  return parseMailboxes(mailbox)?.[0]?.address ?? mailbox
}
