/** From bytes to a property list: bounded, XML only, and only after `requirePlainPlist` has walked the text. */
import { type PlistValue, parse } from 'plist'
import { LabError } from '../../error.ts'
import { malformed, requirePlainPlist } from './plain-plist.ts'

/** Far above any honest profile: the largest ones carry a few dozen identities of 4 KB. */
export const maxProfileOctets = 4 * 1024 * 1024

export function readPropertyList(bytes: Uint8Array): PlistValue {
  if (bytes.length > maxProfileOctets)
    throw new LabError(
      'mobileconfig-too-large',
      `a profile of at most ${maxProfileOctets} octets wanted, got ${bytes.length}`,
    )
  // A SEQUENCE: CMS SignedData around the property list (device-management, TopLevel.yaml).
  if (bytes[0] === 0x30)
    throw new LabError('mobileconfig-signed', 'a plain profile wanted, got a signed one: not simulated yet', {
      hint: 'deliver the property list without its CMS envelope (security cms -D -i, or openssl cms -verify -noverify)',
    })
  if (Buffer.from(bytes.subarray(0, 6)).toString('latin1') === 'bplist')
    throw new LabError('mobileconfig-binary', 'an XML property list wanted, got a binary one', {
      hint: 'plutil -convert xml1 turns it into XML',
    })
  const text = decodeUtf8(bytes)
  requirePlainPlist(text)
  try {
    return parse(text)
  } catch {
    // Not its message, nor itself as the cause: the text that it may quote may be a password.
    throw malformed('a property list wanted, the text is well-formed XML but not one')
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw malformed('UTF-8 text wanted, got octets that are not')
  }
}
