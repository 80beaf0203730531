/** Mailboxes in address fields (RFC 5322 3.4, UTF-8 by RFC 6532), and when two addresses are the same. */
import { domainToASCII } from 'node:url'

export interface Mailbox {
  /** Bare addr-spec; the domain in lower case. */
  readonly address: string
  /** As it stands in the field: encoded words are not decoded. */
  readonly displayName: string
}

/**
 * The mailboxes of a From, Sender, To or Cc value, those in groups (RFC 6854) included; undefined where the text isn't
 * an address list. Strict on purpose: `alva@example.test <eve@evil.test>` is no mailbox, so nobody's address is read from it.
 */
export function parseMailboxes(text: string): Mailbox[] | undefined {
  const tokens = tokenize(text)
  return tokens === undefined ? undefined : new AddressParser(tokens).list()
}

interface Token {
  readonly kind: 'atom' | 'quoted' | 'literal' | 'special'
  /** Without quotes and backslashes. */
  readonly text: string
  /** White space or a comment stood before it. */
  readonly apart: boolean
}

const specials = '<>@,;:.'
/** RFC 5322 3.2.3 atext, and everything above ASCII but C1 controls and the no-break space. */
const atom = /[!#$%&'*+\-/0-9=?A-Z^_`a-z{|}~\u00a1-\uffff]+/y

function tokenize(text: string): Token[] | undefined {
  const tokens: Token[] = []
  let apart = false
  for (let at = 0; at < text.length; ) {
    const character = text.charAt(at)
    if (character === ' ' || character === '\t') {
      apart = true
      at++
      continue
    }
    if (character === '(') {
      const end = endOfComment(text, at)
      if (end === undefined) return undefined
      apart = true
      at = end
      continue
    }
    const token = readToken(text, at)
    if (token === undefined) return undefined
    tokens.push({ kind: token.kind, text: token.text, apart })
    apart = false
    at = token.end
  }
  return tokens
}

function endOfComment(text: string, start: number): number | undefined {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '\\') at++
    else if (character === '(') depth++
    else if (character === ')' && --depth === 0) return at + 1
  }
  return undefined
}

function readToken(text: string, start: number): { kind: Token['kind']; text: string; end: number } | undefined {
  const character = text.charAt(start)
  if (specials.includes(character)) return { kind: 'special', text: character, end: start + 1 }
  if (character === '"' || character === '[') {
    const closing = character === '"' ? '"' : ']'
    let out = ''
    for (let at = start + 1; at < text.length; at++) {
      const each = text.charAt(at)
      if (each === closing) return { kind: closing === '"' ? 'quoted' : 'literal', text: out, end: at + 1 }
      if (each < ' ' && each !== '\t') return undefined
      out += each === '\\' ? text.charAt(++at) : each
    }
    return undefined
  }
  atom.lastIndex = start
  const match = atom.exec(text)
  return match === null ? undefined : { kind: 'atom', text: match[0], end: start + match[0].length }
}

class AddressParser {
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  list(): Mailbox[] | undefined {
    const mailboxes: Mailbox[] = []
    let inGroup = false
    while (this.#at < this.#tokens.length) {
      if (this.#special(',') || (inGroup && this.#special(';'))) {
        if (this.#tokens[this.#at - 1]?.text === ';') inGroup = false
        continue
      }
      const start = this.#at
      const phrase = this.#phrase()
      if (phrase !== '' && !inGroup && this.#special(':')) {
        inGroup = true
        continue
      }
      const angled = this.#special('<')
      if (!angled) this.#at = start
      const address = this.#addrSpec()
      if (angled && !this.#special('>')) return undefined
      if (address === undefined || !this.#atSeparator()) return undefined
      mailboxes.push({ address, displayName: angled ? phrase : '' })
    }
    return inGroup ? undefined : mailboxes
  }

  #special(text: string): boolean {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'special' || token.text !== text) return false
    this.#at++
    return true
  }

  #atSeparator(): boolean {
    const token = this.#tokens[this.#at]
    return token === undefined || (token.kind === 'special' && (token.text === ',' || token.text === ';'))
  }

  /** Words, and the dots that obs-phrase allows ("John Q. Public"). */
  #phrase(): string {
    let phrase = ''
    for (;;) {
      const token = this.#tokens[this.#at]
      const word = token?.kind === 'atom' || token?.kind === 'quoted' || token?.text === '.'
      if (token === undefined || !word) return phrase
      phrase += (phrase !== '' && token.apart ? ' ' : '') + token.text
      this.#at++
    }
  }

  /** Without white space or comments inside: obsolete syntax (RFC 5322 4.4) that only forgers still write. */
  #addrSpec(): string | undefined {
    const local = this.#dotted(['atom', 'quoted'], true)
    if (local === undefined || this.#tokens[this.#at]?.apart !== false || !this.#special('@')) return undefined
    const literal = this.#tokens[this.#at]
    if (literal?.kind === 'literal' && !literal.apart) {
      this.#at++
      return `${local}@[${literal.text.toLowerCase()}]`
    }
    const domain = this.#dotted(['atom'], false)
    return domain === undefined ? undefined : `${local}@${domain.toLowerCase()}`
  }

  #dotted(kinds: readonly Token['kind'][], mayStandApart: boolean): string | undefined {
    let text = ''
    let quoted = false
    for (;;) {
      const token = this.#tokens[this.#at]
      if (token === undefined || !kinds.includes(token.kind)) return undefined
      if (token.apart && !(mayStandApart && text === '')) return undefined
      quoted ||= token.kind === 'quoted'
      text += token.text
      this.#at++
      const dot = this.#tokens[this.#at]
      if (dot?.text !== '.' || dot.kind !== 'special' || dot.apart) break
      text += '.'
      this.#at++
    }
    return quoted ? quoteIfNeeded(text) : text
  }
}

/** RFC 5322 3.4.1: `"alva"@example.test` and `alva@example.test` are the same address. */
function quoteIfNeeded(local: string): string {
  if (/^[!#$%&'*+\-/0-9=?A-Z^_`a-z{|}~]+(\.[!#$%&'*+\-/0-9=?A-Z^_`a-z{|}~]+)*$/.test(local)) return local
  return `"${local.replace(/["\\]/g, '\\$&')}"`
}

/**
 * RFC 8550 3: the domain without regard to case (MUST), the local part too (SHOULD). A domain in U-labels and its
 * A-labels are the same (RFC 9598 5).
 */
export function addressesEqual(a: string, b: string): boolean {
  return addressKey(a) === addressKey(b)
}

/** The same for addresses that are the same. */
export function addressKey(address: string): string {
  const at = address.lastIndexOf('@')
  const domain = address.slice(at + 1).toLowerCase()
  // Only U-labels go through IDNA: the function reads other ASCII text as a URL host, percent signs and all.
  const ascii = /^[!-~]*$/.test(domain) ? domain : domainToASCII(domain) || domain
  return `${address.slice(0, at).normalize('NFC').toLowerCase()}@${ascii}`
}
