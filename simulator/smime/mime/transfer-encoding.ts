/** Content transfer encodings (RFC 2045 6). */
import { LabError } from '../../error.ts'

/** @throws LabError `mime-malformed` for an encoding that RFC 2045 6.1 doesn't name */
export function decodeTransfer(body: Buffer, encoding: string): Buffer {
  switch (encoding) {
    case '':
    case '7bit':
    case '8bit':
    case 'binary':
      return body
    case 'base64':
      return decodeBase64(body)
    case 'quoted-printable':
      return decodeQuotedPrintable(body)
    default:
      throw new LabError(
        'mime-malformed',
        'Content-Transfer-Encoding: 7bit, 8bit, binary, base64 or quoted-printable wanted, got another one',
      )
  }
}

/** Characters outside the alphabet are skipped, as RFC 2045 6.8 asks. */
function decodeBase64(body: Buffer): Buffer {
  return Buffer.from(body.toString('latin1'), 'base64')
}

const EQUALS = 0x3d
const CR = 0x0d
const LF = 0x0a
const SPACE = 0x20
const TAB = 0x09

/** RFC 2045 6.7. An '=' that encodes nothing stays as it is; white space at line ends goes (rule 3). */
export function decodeQuotedPrintable(body: Buffer): Buffer {
  const out = Buffer.allocUnsafe(body.length)
  let length = 0
  // White space is only known to stand at a line's end when the end is there.
  let kept = 0
  for (let at = 0; at < body.length; at++) {
    const octet = body[at] as number
    if (octet === CR || octet === LF) {
      length = kept
      out[length++] = octet
      kept = length
      continue
    }
    if (octet !== EQUALS) {
      out[length++] = octet
      if (octet !== SPACE && octet !== TAB) kept = length
      continue
    }
    const softBreak = endOfSoftBreak(body, at + 1)
    if (softBreak > 0) {
      at = softBreak - 1
    } else {
      const value = hexValue(body, at + 1)
      out[length++] = value < 0 ? octet : value
      if (value >= 0) at += 2
    }
    kept = length
  }
  return out.subarray(0, length)
}

/** Past `LWSP CRLF`, `LWSP LF` or `LWSP end`; 0 where there is no soft line break. */
function endOfSoftBreak(body: Buffer, from: number): number {
  let at = from
  while (body[at] === SPACE || body[at] === TAB) at++
  if (at >= body.length) return at
  if (body[at] === LF) return at + 1
  return body[at] === CR && body[at + 1] === LF ? at + 2 : 0
}

function hexValue(body: Buffer, at: number): number {
  const text = body.toString('latin1', at, at + 2)
  return /^[0-9a-f]{2}$/i.test(text) ? Number.parseInt(text, 16) : -1
}

/** Base64 in lines of 76 characters, CRLF after each (RFC 2045 6.8). */
export function encodeBase64Lines(bytes: Uint8Array): Buffer {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
  const lines = text.match(/.{1,76}/g) ?? []
  return Buffer.from(lines.map((line) => `${line}\r\n`).join(''), 'latin1')
}

/**
 * Text as UTF-8 in quoted-printable, lines of at most 76 characters, CRLF line ends. What relays are known to change is
 * encoded too: trailing white space, "From " and a lone dot at the start of a line (RFC 8551 3.1.3).
 */
export function encodeQuotedPrintable(text: string): string {
  return text
    .split(/\r\n|\n|\r/)
    .map(encodeLine)
    .join('\r\n')
}

function encodeLine(line: string): string {
  const octets = Buffer.from(line)
  let out = ''
  let column = 0
  octets.forEach((octet, at) => {
    const last = at === octets.length - 1
    const hazard =
      at === 0 && (line.startsWith('From ') || octet === 0x2e) ? true : (octet === SPACE || octet === TAB) && last
    const literal = (octet >= 0x21 && octet <= 0x7e && octet !== EQUALS) || octet === SPACE || octet === TAB
    const coded =
      literal && !hazard ? String.fromCharCode(octet) : `=${octet.toString(16).toUpperCase().padStart(2, '0')}`
    if (column + coded.length > (last ? 76 : 75)) {
      out += '=\r\n'
      column = 0
    }
    out += coded
    column += coded.length
  })
  return out
}
