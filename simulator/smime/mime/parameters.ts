/** Structured field values with parameters: RFC 2045 5.1, with the continuations and charsets of RFC 2231. */
import { LabError } from '../../error.ts'
import { decodeText } from './charset.ts'

export interface ParameterizedValue {
  /** Lower case, comments and white space dropped. */
  readonly value: string
  /** Names in lower case. Where a name comes twice, the first one counts. */
  readonly parameters: Record<string, string>
}

/** Far above honest mail, which stays below 10. */
export const maxParameters = 200

/**
 * Lenient where real mail is (unquoted values with special characters, RFC 8551 3.5.3.2 leaves micalg so),
 * bounded where hostile mail is.
 *
 * @throws LabError `mime-too-large`
 */
export function parseParameters(text: string): ParameterizedValue {
  const [value = '', ...rest] = splitOutsideQuotes(text)
  const raw = new Map<string, string>()
  for (const piece of rest) {
    const equals = piece.indexOf('=')
    if (equals < 0) continue
    const name = piece.slice(0, equals).trim().toLowerCase()
    if (name === '' || raw.has(name)) continue
    raw.set(name, unquote(piece.slice(equals + 1).trim()))
  }
  return { value: value.trim().toLowerCase(), parameters: Object.fromEntries(joinContinuations(raw)) }
}

/** Splits at ';' outside quoted strings; comments (RFC 5322 3.2.2) are left out. */
function splitOutsideQuotes(text: string): string[] {
  const pieces: string[] = []
  let piece = ''
  let quoted = false
  let commentDepth = 0
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '\\' && (quoted || commentDepth > 0)) {
      if (commentDepth === 0) piece += character + text.charAt(at + 1)
      at++
    } else if (character === '"' && commentDepth === 0) {
      quoted = !quoted
      piece += character
    } else if (character === '(' && !quoted) commentDepth++
    else if (character === ')' && !quoted && commentDepth > 0) commentDepth--
    else if (commentDepth > 0) continue
    else if (character === ';' && !quoted) {
      pieces.push(piece)
      piece = ''
      if (pieces.length > maxParameters)
        throw new LabError('mime-too-large', `field value: at most ${maxParameters} parameters wanted, got more`)
    } else piece += character
  }
  pieces.push(piece)
  return pieces
}

function unquote(text: string): string {
  if (!text.startsWith('"')) return text
  const closing = text.length > 1 && text.endsWith('"') ? text.length - 1 : text.length
  return text.slice(1, closing).replace(/\\([\s\S])/g, '$1')
}

/** RFC 2231 3 and 4: `name*0`, `name*1*`, `name*` become `name`; sections count from 0 without a gap. */
function joinContinuations(raw: ReadonlyMap<string, string>): Map<string, string> {
  const joined = new Map<string, string>()
  for (const [name, value] of raw) {
    const star = name.indexOf('*')
    if (star < 0) {
      joined.set(name, value)
      continue
    }
    const base = name.slice(0, star)
    if (base === '' || joined.has(base) || raw.has(base)) continue
    const sections = raw.has(`${base}*`) ? [{ text: raw.get(`${base}*`) ?? '', extended: true }] : sectionsOf(base, raw)
    if (sections.length > 0) joined.set(base, decodeSections(sections))
  }
  return joined
}

interface Section {
  readonly text: string
  readonly extended: boolean
}

function sectionsOf(base: string, raw: ReadonlyMap<string, string>): Section[] {
  const sections: Section[] = []
  for (let index = 0; ; index++) {
    const plain = raw.get(`${base}*${index}`)
    const extended = raw.get(`${base}*${index}*`)
    if (extended !== undefined) sections.push({ text: extended, extended: true })
    else if (plain !== undefined) sections.push({ text: plain, extended: false })
    else return sections
  }
}

function decodeSections(sections: readonly Section[]): string {
  let charset = 'us-ascii'
  const octets = sections.map(({ text, extended }, index) => {
    if (!extended) return Buffer.from(text, 'utf8')
    const declared = index === 0 ? /^([^']*)'[^']*'/.exec(text) : null
    if (declared !== null) charset = declared[1] || charset
    return percentDecode(text.slice(declared?.[0].length ?? 0))
  })
  return decodeText(Buffer.concat(octets), charset)
}

function percentDecode(text: string): Buffer {
  return Buffer.from(
    text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )
}
