/**
 * A bounded reader of BER and DER (X.690). It slices, never copies; a node's children are read when asked for.
 * Indefinite lengths (X.690 8.1.3.6) are walked once, when met, so that a node always knows where it ends.
 */
import { LabError } from '../error.ts'

/** Tag numbers of the universal class that this project meets (X.680 8.4). */
export const Tag = {
  Boolean: 1,
  Integer: 2,
  BitString: 3,
  OctetString: 4,
  Null: 5,
  ObjectIdentifier: 6,
  Enumerated: 10,
  Utf8String: 12,
  Sequence: 16,
  Set: 17,
  PrintableString: 19,
  T61String: 20,
  Ia5String: 22,
  UtcTime: 23,
  GeneralizedTime: 24,
  UniversalString: 28,
  BmpString: 30,
} as const

/** Deeper nesting than any honest message, far from the end of the stack. */
export const maxDepth = 96

export interface Asn1Node {
  /** 0 universal, 1 application, 2 context-specific, 3 private. */
  readonly tagClass: number
  readonly tag: number
  readonly constructed: boolean
  readonly indefinite: boolean
  readonly source: Buffer
  /** Offsets into `source`: of the tag, of the first content octet, past the content, past the whole encoding. */
  readonly start: number
  readonly contentStart: number
  readonly contentEnd: number
  readonly end: number
  readonly depth: number
}

function malformed(at: number, wanted: string): LabError {
  return new LabError('asn1-malformed', `ASN.1 at offset ${at}: ${wanted}`)
}

/** Reads the node that starts at `offset` and ends no later than `limit`. */
export function readNode(source: Buffer, offset = 0, limit = source.length, depth = 0): Asn1Node {
  if (depth > maxDepth)
    throw new LabError('asn1-too-deep', `ASN.1 at offset ${offset}: more than ${maxDepth} levels deep`)
  if (offset + 2 > limit) throw malformed(offset, 'a tag and a length wanted, the data ends')
  const first = source[offset] as number
  const constructed = (first & 0x20) !== 0
  let tag = first & 0x1f
  let at = offset + 1
  if (tag === 0x1f) {
    tag = 0
    for (let octets = 0; ; octets++) {
      if (octets === 4) throw malformed(offset, 'a tag number of at most 28 bits wanted')
      if (at >= limit) throw malformed(offset, 'the data ends inside a tag')
      const octet = source[at++] as number
      tag = (tag << 7) | (octet & 0x7f)
      if ((octet & 0x80) === 0) break
    }
  }
  if (at >= limit) throw malformed(offset, 'a length wanted, the data ends')
  const lengthOctet = source[at++] as number
  let indefinite = false
  let contentEnd: number
  let end: number
  if (lengthOctet < 0x80) {
    contentEnd = end = at + lengthOctet
  } else if (lengthOctet === 0x80) {
    if (!constructed) throw malformed(offset, 'an indefinite length on a primitive encoding (X.690 8.1.3.2)')
    indefinite = true
    contentEnd = endOfIndefinite(source, at, limit, depth)
    end = contentEnd + 2
  } else {
    const octets = lengthOctet & 0x7f
    if (octets > 6) throw malformed(offset, `a length of at most 6 octets wanted, got ${octets}`)
    if (at + octets > limit) throw malformed(offset, 'the data ends inside a length')
    const length = source.readUIntBE(at, octets)
    at += octets
    contentEnd = end = at + length
  }
  if (end > limit) throw malformed(offset, `${contentEnd - at} content octets announced, ${limit - at} there`)
  return {
    tagClass: first >> 6,
    tag,
    constructed,
    indefinite,
    source,
    start: offset,
    contentStart: at,
    contentEnd,
    end,
    depth,
  }
}

function endOfIndefinite(source: Buffer, from: number, limit: number, depth: number): number {
  let at = from
  for (;;) {
    if (at + 2 > limit) throw malformed(from, 'end-of-contents octets wanted, the data ends')
    if (source[at] === 0 && source[at + 1] === 0) return at
    at = readNode(source, at, limit, depth + 1).end
  }
}

/** Reads exactly one node; octets behind it are an error, as a signature over a prefix would otherwise pass for the whole. */
export function readOnly(source: Uint8Array): Asn1Node {
  const buffer = asBuffer(source)
  const node = readNode(buffer)
  if (node.end !== buffer.length) throw malformed(node.end, `${buffer.length - node.end} octets behind the end`)
  return node
}

export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Children of one node that a reader accepts unasked: far beyond any honest list but that of a large CRL. */
const mostChildren = 100_000

/** The nodes inside a constructed node, in order: `most` of them at the most, as each costs a hundred octets of memory. */
export function children(node: Asn1Node, most = mostChildren): Asn1Node[] {
  if (!node.constructed) throw malformed(node.start, `a constructed encoding wanted, got primitive ${describe(node)}`)
  const list: Asn1Node[] = []
  for (let at = node.contentStart; at < node.contentEnd; ) {
    const child = readNode(node.source, at, node.contentEnd, node.depth + 1)
    if (list.length === most)
      throw new LabError('asn1-excessive', `ASN.1 at offset ${node.start}: more than ${most} elements`)
    list.push(child)
    at = child.end
  }
  return list
}

/** The content octets. Shared with the source: do not write to it. */
export function content(node: Asn1Node): Buffer {
  return node.source.subarray(node.contentStart, node.contentEnd)
}

/** The whole encoding, tag and length included. Shared with the source. */
export function encoding(node: Asn1Node): Buffer {
  return node.source.subarray(node.start, node.end)
}

export function isContext(node: Asn1Node | undefined, tag: number): node is Asn1Node & { tagClass: 2 } {
  return node !== undefined && node.tagClass === 2 && node.tag === tag
}

export function isUniversal(node: Asn1Node | undefined, tag: number): node is Asn1Node & { tagClass: 0 } {
  return node !== undefined && node.tagClass === 0 && node.tag === tag
}

/** Asserts the tag; `what` names the field in the error. */
export function expectUniversal(node: Asn1Node | undefined, tag: number, what: string): Asn1Node {
  if (node === undefined) throw new LabError('asn1-malformed', `${what}: missing`)
  if (!isUniversal(node, tag))
    throw malformed(node.start, `${what}: universal tag ${tag} wanted, got ${describe(node)}`)
  return node
}

/** Children of a SEQUENCE. */
export function sequence(node: Asn1Node | undefined, what: string, most = mostChildren): Asn1Node[] {
  return children(expectUniversal(node, Tag.Sequence, what), most)
}

/** Children of a SET. */
export function set(node: Asn1Node | undefined, what: string): Asn1Node[] {
  return children(expectUniversal(node, Tag.Set, what))
}

/** Segments that may be as small as they like; beyond that they must carry something, or reading costs more than sending. */
const freeSegments = 4096
const leastAverageSegment = 16

/**
 * The octets of an OCTET STRING or of an implicitly tagged one, constructed forms (X.690 8.7.3) joined.
 * There is no ceiling on segments that carry data, so honest mail of any size passes.
 */
export function octets(node: Asn1Node | undefined, what: string): Buffer {
  if (node === undefined) throw new LabError('asn1-malformed', `${what}: missing`)
  if (node.tagClass === 0 && node.tag !== Tag.OctetString)
    throw malformed(node.start, `${what}: OCTET STRING wanted, got ${describe(node)}`)
  if (!node.constructed) return content(node)
  const count = { segments: 0, octets: 0 }
  eachSegment(node, what, (start, end) => {
    count.segments++
    count.octets += end - start
    if (count.segments > freeSegments && count.octets < count.segments * leastAverageSegment)
      throw new LabError('asn1-excessive', `${what}: ${count.segments} segments for ${count.octets} octets`)
  })
  const joined = Buffer.allocUnsafe(count.octets)
  let filled = 0
  eachSegment(node, what, (start, end) => {
    filled += node.source.copy(joined, filled, start, end)
  })
  return joined
}

function eachSegment(node: Asn1Node, what: string, visit: (start: number, end: number) => void): void {
  for (let at = node.contentStart; at < node.contentEnd; ) {
    const child = readNode(node.source, at, node.contentEnd, node.depth + 1)
    if (!isUniversal(child, Tag.OctetString)) throw malformed(child.start, `${what}: a segment that is no OCTET STRING`)
    if (child.constructed) eachSegment(child, what, visit)
    else visit(child.contentStart, child.contentEnd)
    at = child.end
  }
}

/** A BIT STRING's octets; unused bits are only allowed where the caller says so. */
export function bits(node: Asn1Node | undefined, what: string): { bytes: Buffer; unused: number } {
  const found = expectUniversal(node, Tag.BitString, what)
  if (found.constructed || found.contentEnd === found.contentStart)
    throw malformed(found.start, `${what}: a primitive BIT STRING with its count of unused bits wanted`)
  const unused = found.source[found.contentStart] as number
  if (unused > 7 || (unused > 0 && found.contentEnd - found.contentStart === 1))
    throw malformed(found.start, `${what}: ${unused} unused bits`)
  return { bytes: found.source.subarray(found.contentStart + 1, found.contentEnd), unused }
}

/** A small non-negative INTEGER or ENUMERATED (versions, counts): at most 48 bits. */
export function smallInteger(node: Asn1Node | undefined, what: string): number {
  if (node === undefined) throw new LabError('asn1-malformed', `${what}: missing`)
  if (node.tagClass === 0 && node.tag !== Tag.Integer && node.tag !== Tag.Enumerated)
    throw malformed(node.start, `${what}: INTEGER wanted, got ${describe(node)}`)
  const bytes = content(node)
  if (node.constructed || bytes.length === 0 || bytes.length > 6)
    throw malformed(node.start, `${what}: an INTEGER of 1 to 6 octets wanted, got ${bytes.length}`)
  const value = bytes.readIntBE(0, bytes.length)
  if (value < 0) throw malformed(node.start, `${what}: a non-negative INTEGER wanted`)
  return value
}

/** An INTEGER's content octets as they stand (serial numbers, keys). */
export function integerBytes(node: Asn1Node | undefined, what: string): Buffer {
  const bytes = content(expectUniversal(node, Tag.Integer, what))
  if (bytes.length === 0) throw new LabError('asn1-malformed', `${what}: an empty INTEGER`)
  return bytes
}

/** An OBJECT IDENTIFIER in dotted form. */
export function oid(node: Asn1Node | undefined, what: string): string {
  return decodeOid(content(expectUniversal(node, Tag.ObjectIdentifier, what)), what)
}

/** The few hundred identifiers that mail uses come again and again; hostile ones may not fill memory. */
const knownOids = new Map<string, string>()
const mostKnownOids = 1024

/** X.690 8.19: base-128 sub-identifiers, the first two arcs joined. */
export function decodeOid(bytes: Buffer, what: string): string {
  const key = bytes.length <= 32 ? bytes.toString('latin1') : undefined
  const known = key === undefined ? undefined : knownOids.get(key)
  if (known !== undefined) return known
  const dotted = parseOid(bytes, what)
  if (key !== undefined && knownOids.size < mostKnownOids) knownOids.set(key, dotted)
  return dotted
}

function parseOid(bytes: Buffer, what: string): string {
  if (bytes.length === 0 || bytes.length > 128 || ((bytes[bytes.length - 1] as number) & 0x80) !== 0)
    throw new LabError('asn1-malformed', `${what}: a broken OBJECT IDENTIFIER`)
  const arcs: string[] = []
  let value = 0n
  for (const octet of bytes) {
    value = (value << 7n) | BigInt(octet & 0x7f)
    if ((octet & 0x80) !== 0) continue
    if (arcs.length === 0) {
      const top = value < 40n ? 0n : value < 80n ? 1n : 2n
      arcs.push(top.toString(), (value - top * 40n).toString())
    } else arcs.push(value.toString())
    value = 0n
  }
  return arcs.join('.')
}

/** UTCTime or GeneralizedTime in the forms that RFC 5280 4.1.2.5 allows; a missing seconds field is tolerated in UTCTime. */
export function time(node: Asn1Node | undefined, what: string): Date {
  if (node === undefined) throw new LabError('asn1-malformed', `${what}: missing`)
  const text = content(node).toString('latin1')
  const match = isUniversal(node, Tag.UtcTime)
    ? /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?Z$/.exec(text)
    : isUniversal(node, Tag.GeneralizedTime)
      ? /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:\.\d+)?Z$/.exec(text)
      : null
  if (match === null) throw malformed(node.start, `${what}: UTCTime or GeneralizedTime in UTC wanted`)
  const [year, month, day, hour, minute, second] = match.slice(1).map((each) => Number(each ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const full = match[1]?.length === 2 ? (year < 50 ? 2000 + year : 1900 + year) : year
  const date = new Date(Date.UTC(full, month - 1, day, hour, minute, second))
  if (full < 100) date.setUTCFullYear(full)
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59)
    throw malformed(node.start, `${what}: no such date`)
  return date
}

/** Any of the character string types as text; characters that do not decode become U+FFFD. */
export function text(node: Asn1Node | undefined, what: string): string {
  if (node === undefined) throw new LabError('asn1-malformed', `${what}: missing`)
  const bytes = content(node)
  switch (node.tag) {
    case Tag.Utf8String:
      return bytes.toString('utf8')
    case Tag.BmpString:
      if (bytes.length % 2 !== 0) throw malformed(node.start, `${what}: a BMPString of odd length`)
      return Buffer.from(bytes).swap16().toString('utf16le')
    case Tag.UniversalString: {
      if (bytes.length % 4 !== 0) throw malformed(node.start, `${what}: a UniversalString of odd length`)
      let out = ''
      for (let at = 0; at < bytes.length; at += 4) {
        const point = bytes.readUInt32BE(at)
        out += point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd'
      }
      return out
    }
    default:
      return bytes.toString('latin1')
  }
}

export function describe(node: Asn1Node): string {
  const names = ['universal', 'application', 'context', 'private']
  return `${names[node.tagClass]} tag ${node.tag}`
}
