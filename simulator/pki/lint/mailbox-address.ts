/** Whether a text is one mailbox address and nothing else (RFC 5321 4.1.2, with the characters of RFC 6531 3.3). */

/** Neither a display name nor a list; a quoted local part is honest, and rare. */
const localPart =
  /^(?:[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*|"[^"\\\p{C}]*")$/u
const domainLabel = /^[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?$/u

/** RFC 5321 4.5.3.1 has 64 and 255 octets. */
const longest = 320

export function isMailboxAddress(text: string): boolean {
  const at = text.lastIndexOf('@')
  if (at < 1 || text.length > longest) return false
  return (
    localPart.test(text.slice(0, at)) &&
    text
      .slice(at + 1)
      .split('.')
      .every((each) => domainLabel.test(each))
  )
}
