/** Header fields (RFC 5322 2.2), read from bytes as they were received. */
import { isUtf8 } from 'node:buffer'
import { LabError } from '../../error.ts'

export interface HeaderField {
  /** Lower case. */
  readonly name: string
  /** The field's octets as latin1 text, folding and line ends included. */
  readonly raw: string
  /** Unfolded (RFC 5322 2.2.3) and trimmed; UTF-8 where it is UTF-8 (RFC 6532), else latin1. */
  readonly value: string
}

/** Far above honest mail, which stays below 100 fields and 20 KiB. */
export const headerLimits = { fields: 1000, octets: 256 * 1024 } as const

const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const TAB = 0x09
const COLON = 0x3a

/**
 * Reads fields up to the empty line or `end`. Lines end in CRLF, or in LF alone as transport copies have it.
 *
 * A line that is neither a field nor a continuation is refused, and so is a bare CR: readers disagree about what comes
 * after it, and a From field that only some of them see is a way to forge one.
 *
 * @throws LabError `mime-malformed`, `mime-too-large`
 */
export function readHeaderFields(
  source: Buffer,
  start: number,
  end: number,
): { headers: HeaderField[]; bodyStart: number } {
  const headers: HeaderField[] = []
  let fieldStart = -1
  let at = start
  const finish = (fieldEnd: number): void => {
    if (fieldStart < 0) return
    headers.push(readField(source, fieldStart, fieldEnd))
    fieldStart = -1
  }
  while (at < end) {
    const newline = source.subarray(at, Math.min(end, start + headerLimits.octets)).indexOf(LF)
    if (newline < 0 && end - start > headerLimits.octets)
      throw new LabError(
        'mime-too-large',
        `header at offset ${start}: at most ${headerLimits.octets} octets wanted, no end before that`,
      )
    const next = newline < 0 ? end : at + newline + 1
    const lineEnd = lineEndBefore(source, at, next)
    if (lineEnd === at) {
      finish(at)
      return { headers, bodyStart: next }
    }
    if (source.subarray(at, lineEnd).includes(CR))
      throw malformed(at, 'CR and LF only together (RFC 5322 2.2) wanted, got a bare CR in a header line')
    const first = source[at]
    if (first !== SPACE && first !== TAB) {
      finish(at)
      if (headers.length === headerLimits.fields)
        throw new LabError(
          'mime-too-large',
          `header at offset ${start}: at most ${headerLimits.fields} fields wanted, got more`,
        )
      fieldStart = at
    } else if (fieldStart < 0) throw malformed(at, 'a field name wanted, got a continuation line')
    at = next
  }
  finish(end)
  return { headers, bodyStart: end }
}

function lineEndBefore(source: Buffer, start: number, next: number): number {
  if (next === start || source[next - 1] !== LF) return next
  return next - 2 >= start && source[next - 2] === CR ? next - 2 : next - 1
}

function readField(source: Buffer, start: number, end: number): HeaderField {
  const colon = source.subarray(start, end).indexOf(COLON)
  // White space between name and colon is obsolete syntax (RFC 5322 4.5), but "From : x" is a From field to many readers.
  const name = colon < 0 ? '' : source.toString('latin1', start, start + colon).replace(/[ \t]+$/, '')
  if (!/^[!-9;-~]+$/.test(name)) throw malformed(start, 'a header field "name: value" wanted, got something else')
  const bytes = source.subarray(start + colon + 1, end)
  const value = bytes
    .toString(isUtf8(bytes) ? 'utf8' : 'latin1')
    .replace(/\r?\n/g, '')
    .trim()
  return { name: name.toLowerCase(), raw: source.toString('latin1', start, end), value }
}

function malformed(offset: number, problem: string): LabError {
  return new LabError('mime-malformed', `header line at offset ${offset}: ${problem}`)
}
