/** The canonical form of text (RFC 8551 3.1.1): CRLF line ends, whatever the transport made of them. */
import { asBuffer } from '../../asn1/read.ts'

const CR = 0x0d
const LF = 0x0a

/** Bare LF and bare CR become CRLF. Bytes that are canonical already are returned as they are, not copied. */
export function canonicalise(bytes: Uint8Array): Buffer {
  const source = asBuffer(bytes)
  let bare = 0
  for (let at = 0; at < source.length; at++) if (isBare(source, at)) bare++
  if (bare === 0) return source
  const out = Buffer.allocUnsafe(source.length + bare)
  let length = 0
  for (let at = 0; at < source.length; at++) {
    if (isBare(source, at)) {
      out[length++] = CR
      out[length++] = LF
    } else out[length++] = source[at] as number
  }
  return out
}

function isBare(source: Buffer, at: number): boolean {
  const octet = source[at]
  if (octet === LF) return source[at - 1] !== CR
  return octet === CR && source[at + 1] !== LF
}
