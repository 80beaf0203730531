/** Mail addresses in certificates: rfc822Name (RFC 5280 4.2.1.6) and SmtpUTF8Mailbox (RFC 9598), and when two are the same. */
import { domainToASCII } from 'node:url'
import { Oid } from '../asn1/oid.ts'
import * as write from '../asn1/write.ts'
import { LabError } from '../error.ts'

export interface Mailbox {
  readonly local: string
  /** Lower case, A-labels. */
  readonly domain: string
}

/** The parts of 'local@domain', or undefined where one is missing or the domain has no A-label form. */
export function readMailbox(address: string): Mailbox | undefined {
  const split = address.lastIndexOf('@')
  const local = address.slice(0, Math.max(split, 0))
  const domain = asciiDomain(address.slice(split + 1))
  return local === '' || domain === '' ? undefined : { local, domain }
}

/** Lower case with A-labels; '' where there is no such form. An ASCII domain is taken as it is: no URL parsing of '0x7f.1'. */
export function asciiDomain(domain: string): string {
  return isAscii(domain) ? domain.toLowerCase() : domainToASCII(domain)
}

/** RFC 8550 3: domains without regard to case (MUST) or to U-label or A-label form (RFC 9598 5), local parts likewise (SHOULD). */
export function mailboxesMatch(a: string, b: string): boolean {
  const left = readMailbox(a)
  const right = readMailbox(b)
  if (left === undefined || right === undefined) return false
  const fold = (local: string) => local.normalize('NFC').toLowerCase()
  return left.domain === right.domain && fold(left.local) === fold(right.local)
}

/**
 * GeneralNames for a subjectAltName: an ASCII local part goes into an rfc822Name, any other into a SmtpUTF8Mailbox;
 * the domain is written in A-labels in both (RFC 9598 3).
 *
 * @throws LabError 'address-malformed'
 */
export function encodeMailboxes(addresses: readonly string[]): Buffer {
  return write.sequence(...addresses.map(encodeMailbox))
}

function encodeMailbox(address: string): Buffer {
  const mailbox = readMailbox(address)
  if (mailbox === undefined)
    throw new LabError('address-malformed', `an address such as 'alva@example.com' wanted, got '${address}'`)
  if (isAscii(address)) return write.contextPrimitive(1, Buffer.from(address))
  const written = `${mailbox.local}@${mailbox.domain}`
  return isAscii(mailbox.local)
    ? write.contextPrimitive(1, Buffer.from(written))
    : write.context(0, write.oid(Oid.smtpUtf8Mailbox), write.context(0, write.utf8String(written)))
}

function isAscii(value: string): boolean {
  return Buffer.byteLength(value) === value.length
}
