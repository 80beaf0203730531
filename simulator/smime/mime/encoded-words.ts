/** Encoded words in header fields (RFC 2047). */
import { decodeText } from './charset.ts'
import { decodeQuotedPrintable } from './transfer-encoding.ts'

const encodedWord = /=\?([^?\s]{1,64})\?([bq])\?([^?\s]{0,2000})\?=/gi

/**
 * Decodes every encoded word; white space between two of them goes (RFC 2047 6.2). Octets of neighbors in one charset
 * are joined first, as senders cut characters in two. Control characters become spaces: the result is one line.
 */
export function decodeWords(text: string): string {
  let decoded = ''
  let pending: { charset: string; octets: Buffer[] } | undefined
  let last = 0
  const flush = (): void => {
    if (pending !== undefined) decoded += decodeText(Buffer.concat(pending.octets), pending.charset)
    pending = undefined
  }
  for (const match of text.matchAll(encodedWord)) {
    const [whole, charsetAndLanguage = '', encoding = '', body = ''] = match
    // RFC 2231 5: a language tag may follow the charset.
    const charset = (charsetAndLanguage.split('*')[0] ?? '').toLowerCase()
    const between = text.slice(last, match.index)
    if (pending === undefined || between.trim() !== '') {
      flush()
      decoded += between
    } else if (pending.charset !== charset) flush()
    pending ??= { charset, octets: [] }
    pending.octets.push(decodeBody(encoding, body))
    last = match.index + whole.length
  }
  flush()
  return replaceControls(decoded + text.slice(last))
}

function decodeBody(encoding: string, body: string): Buffer {
  if (encoding.toLowerCase() === 'b') return Buffer.from(body, 'base64')
  return decodeQuotedPrintable(Buffer.from(body.replaceAll('_', '=20'), 'latin1'))
}

function replaceControls(text: string): string {
  return [...text].map((each) => (each < ' ' || each === '\u007f' ? ' ' : each)).join('')
}

/** At most 75 characters a word (RFC 2047 2): 45 octets become 60 base64 characters and 12 around them. */
const octetsPerWord = 45

/** Plain text stays as it is, folded; any other becomes folded UTF-8 encoded words. The result may hold CRLF SP. */
export function encodeWords(text: string): string {
  if (/^[!-~](?:[ -~]*[!-~])?$/.test(text) && !text.includes('=?') && !/[^ ]{900}/.test(text)) return fold(text)
  const words: string[] = []
  let word = ''
  for (const character of text) {
    if (Buffer.byteLength(word + character) > octetsPerWord) {
      words.push(word)
      word = ''
    }
    word += character
  }
  if (word !== '') words.push(word)
  return words.map((each) => `=?utf-8?B?${Buffer.from(each).toString('base64')}?=`).join('\r\n ')
}

/** Breaks before white space (RFC 5322 2.2.3), so that unfolding gives the same text. */
function fold(text: string): string {
  let folded = ''
  // The field's name stands on the first line too.
  let column = 16
  for (const [word] of text.matchAll(/ *[^ ]+/g)) {
    if (folded !== '' && column + word.length > 78) {
      folded += '\r\n'
      column = 0
    }
    folded += word
    column += word.length
  }
  return folded
}
