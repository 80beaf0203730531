/** Where the parts of a multipart body begin and end (RFC 2046 5.1.1). */
import { LabError } from '../../error.ts'

/** Far above honest mail; each part costs a header. */
export const maxParts = 1000

const CR = 0x0d
const LF = 0x0a
const DASH = 0x2d
const SPACE = 0x20
const TAB = 0x09

/**
 * Offsets of each part's octets. The line break before a delimiter belongs to the delimiter, so that the octets are
 * those that were signed. A missing close-delimiter is tolerated: the last part then ends where the body ends.
 *
 * @throws LabError `mime-malformed`, `mime-too-large`
 */
export function splitMultipart(
  source: Buffer,
  start: number,
  end: number,
  boundary: string,
): { start: number; end: number }[] {
  // RFC 2046 allows 70 characters; senders that exceed it are read, within reason.
  if (boundary === '' || boundary.length > 200)
    throw new LabError(
      'mime-malformed',
      `multipart boundary: 1 to 70 characters (RFC 2046 5.1.1) wanted, got ${boundary.length}`,
    )
  const delimiter = Buffer.from(`--${boundary}`, 'utf8')
  const parts: { start: number; end: number }[] = []
  let partStart = -1
  for (const line of dashLines(source, start, end)) {
    const found = readDelimiter(source, line, end, delimiter)
    if (found === undefined) continue
    if (partStart >= 0) parts.push({ start: partStart, end: Math.max(partStart, beforeLineBreak(source, line, start)) })
    if (found.closing) return parts
    if (parts.length === maxParts)
      throw new LabError('mime-too-large', `multipart: at most ${maxParts} parts wanted, got more`)
    partStart = found.next
  }
  if (partStart < 0) throw new LabError('mime-malformed', 'multipart: a line with its boundary wanted, got none')
  parts.push({ start: partStart, end })
  return parts
}

/** Offsets of lines that begin with "--", each looked at once: no boundary makes this slow. */
function* dashLines(source: Buffer, start: number, end: number): Generator<number> {
  const body = source.subarray(0, end)
  if (body[start] === DASH && body[start + 1] === DASH) yield start
  for (let at = body.indexOf('\n--', start); at >= 0; at = body.indexOf('\n--', at + 1)) yield at + 1
}

function readDelimiter(
  source: Buffer,
  line: number,
  end: number,
  delimiter: Buffer,
): { next: number; closing: boolean } | undefined {
  let at = line + delimiter.length
  if (at > end || !source.subarray(line, at).equals(delimiter)) return undefined
  const closing = at + 2 <= end && source[at] === DASH && source[at + 1] === DASH
  if (closing) at += 2
  while (at < end && (source[at] === SPACE || source[at] === TAB)) at++
  if (at >= end) return { next: end, closing }
  if (source[at] === CR && at + 1 < end && source[at + 1] === LF) return { next: at + 2, closing }
  return source[at] === LF ? { next: at + 1, closing } : undefined
}

function beforeLineBreak(source: Buffer, line: number, floor: number): number {
  const lf = line - 1
  if (lf < floor) return line
  return lf - 1 >= floor && source[lf - 1] === CR ? lf - 1 : lf
}
