/** A writer of DER (X.690 10). Values nest as Buffers; lengths are definite and shortest. */
import { Tag } from './read.ts'

/** Tag, length and content; `first` is the identifier octet (0x30 SEQUENCE, 0xa0 [0] constructed, ...). */
export function tlv(first: number, ...parts: readonly Uint8Array[]): Buffer {
  let length = 0
  for (const part of parts) length += part.length
  const start = headerLength(length)
  const encoding = Buffer.allocUnsafe(start + length)
  writeHeader(encoding, first, length, start)
  let at = start
  for (const part of parts) {
    encoding.set(part, at)
    at += part.length
  }
  return encoding
}

/** Identifier and length octets for content of `length` octets, for content that is not to be copied. */
export function header(first: number, length: number): Buffer {
  const start = headerLength(length)
  const octets = Buffer.allocUnsafe(start)
  writeHeader(octets, first, length, start)
  return octets
}

function headerLength(length: number): number {
  if (length < 0x80) return 2
  let octets = 1
  for (let rest = length; rest > 0xff; rest = Math.floor(rest / 256)) octets++
  return 2 + octets
}

function writeHeader(into: Buffer, first: number, length: number, size: number): void {
  into[0] = first
  if (size === 2) into[1] = length
  else {
    into[1] = 0x80 | (size - 2)
    into.writeUIntBE(length, 2, size - 2)
  }
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => tlv(0x30, ...parts)

/** SET OF in DER order: encodings compared as octet strings (X.690 11.6). */
export const setOf = (...parts: readonly Uint8Array[]): Buffer => tlv(0x31, ...[...parts].sort(Buffer.compare))

/** [n] constructed: explicit tagging, or implicit tagging of a SEQUENCE or SET. */
export const context = (tag: number, ...parts: readonly Uint8Array[]): Buffer => tlv(0xa0 | tag, ...parts)

/** [n] primitive: implicit tagging of a primitive type. */
export const contextPrimitive = (tag: number, bytes: Uint8Array): Buffer => tlv(0x80 | tag, bytes)

export const octetString = (bytes: Uint8Array): Buffer => tlv(Tag.OctetString, bytes)

export const bitString = (bytes: Uint8Array, unused = 0): Buffer => tlv(Tag.BitString, Buffer.of(unused), bytes)

export const nullValue = (): Buffer => Buffer.of(Tag.Null, 0)

export const boolean = (value: boolean): Buffer => Buffer.of(Tag.Boolean, 1, value ? 0xff : 0)

/** A non-negative INTEGER, from a number or from big-endian octets (leading zeros dropped, sign octet added). */
export function integer(value: number | Uint8Array): Buffer {
  let bytes: Buffer
  if (typeof value === 'number') {
    const octets: number[] = []
    for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256)
    bytes = Buffer.from(octets)
  } else {
    let at = 0
    while (at < value.length && value[at] === 0) at++
    bytes = Buffer.from(value.subarray(at))
  }
  if (bytes.length === 0) bytes = Buffer.of(0)
  return (bytes[0] as number) & 0x80 ? tlv(Tag.Integer, Buffer.of(0), bytes) : tlv(Tag.Integer, bytes)
}

const encodedOids = new Map<string, Buffer>()
const mostEncodedOids = 1024

/** An OBJECT IDENTIFIER from its dotted form. Shared between callers: do not write to it. */
export function oid(dotted: string): Buffer {
  const known = encodedOids.get(dotted)
  if (known !== undefined) return known
  const encoded = encodeOid(dotted)
  if (encodedOids.size < mostEncodedOids) encodedOids.set(dotted, encoded)
  return encoded
}

function encodeOid(dotted: string): Buffer {
  const [first, second, ...rest] = dotted.split('.').map(BigInt)
  if (first === undefined || second === undefined)
    throw new RangeError(`an OBJECT IDENTIFIER has two arcs or more: ${dotted}`)
  const octets: number[] = []
  for (const arc of [first * 40n + second, ...rest]) {
    const group = [Number(arc & 0x7fn)]
    for (let high = arc >> 7n; high > 0n; high >>= 7n) group.unshift(Number(high & 0x7fn) | 0x80)
    octets.push(...group)
  }
  return tlv(Tag.ObjectIdentifier, Buffer.from(octets))
}

export const utf8String = (value: string): Buffer => tlv(Tag.Utf8String, Buffer.from(value, 'utf8'))

export const ia5String = (value: string): Buffer => tlv(Tag.Ia5String, Buffer.from(value, 'latin1'))

export const bmpString = (value: string): Buffer => tlv(Tag.BmpString, Buffer.from(value, 'utf16le').swap16())

/** UTCTime until 2049, GeneralizedTime from 2050 (RFC 5280 4.1.2.5, RFC 8551 2.5.1). */
export function time(value: Date): Buffer {
  const digits = value.toISOString().replace(/[-:T]/g, '').slice(0, 14)
  const year = value.getUTCFullYear()
  return year >= 1950 && year < 2050
    ? tlv(Tag.UtcTime, Buffer.from(`${digits.slice(2)}Z`))
    : tlv(Tag.GeneralizedTime, Buffer.from(`${digits}Z`))
}
