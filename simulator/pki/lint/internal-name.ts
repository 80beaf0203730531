/**
 * Host names that only a private network resolves: single labels, and what is under a domain that is never delegated.
 * Whether any other last label is delegated changes from month to month: it is not asked.
 */
import { isIP } from 'node:net'

const privateDomains: readonly string[] = [
  // RFC 6761 6, RFC 6762 3, RFC 7686, RFC 8375, RFC 9476
  ...['example', 'invalid', 'localhost', 'test', 'local', 'onion', 'home.arpa', 'alt'],
  // RFC 6762 appendix G; ICANN keeps them, and `mail`, out of the root as so many private networks use them.
  ...['corp', 'home', 'internal', 'intranet', 'lan', 'mail', 'private'],
]

/** @param host as in a URI: an IPv6 address in brackets */
export function isInternalName(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  if (isIP(name.replace(/^\[|\]$/g, '')) !== 0) return false
  return !name.includes('.') || privateDomains.some((each) => name.endsWith(`.${each}`))
}
