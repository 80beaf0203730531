/**
 * OCTET STRINGs of message size. A BER sender may cut one into a great many segments (X.690 8.7.3); they are measured,
 * then copied into one buffer, so that neither the count of segments nor their nesting costs memory.
 */
import { type Asn1Node, content, isUniversal, readNode, Tag } from '../../asn1/read.ts'
import { malformed } from './malformed.ts'

/** The octets of an OCTET STRING, or of an implicitly tagged one; shared with the source when it is in one piece. */
export function joinOctets(node: Asn1Node, what: string): Buffer {
  if (node.tagClass === 0 && node.tag !== Tag.OctetString) throw malformed(`${what}: OCTET STRING wanted`)
  if (!node.constructed) return content(node)
  const pieces = countSegments(node, what)
  const joined = Buffer.allocUnsafe(pieces)
  copySegments(node, joined, 0, what)
  return joined
}

function countSegments(node: Asn1Node, what: string): number {
  let total = 0
  for (let at = node.contentStart; at < node.contentEnd; ) {
    const segment = readSegment(node, at, what)
    total += segment.constructed ? countSegments(segment, what) : segment.contentEnd - segment.contentStart
    at = segment.end
  }
  return total
}

function copySegments(node: Asn1Node, into: Buffer, from: number, what: string): number {
  let written = from
  for (let at = node.contentStart; at < node.contentEnd; ) {
    const segment = readSegment(node, at, what)
    if (segment.constructed) written = copySegments(segment, into, written, what)
    else written += segment.source.copy(into, written, segment.contentStart, segment.contentEnd)
    at = segment.end
  }
  return written
}

function readSegment(parent: Asn1Node, at: number, what: string): Asn1Node {
  const segment = readNode(parent.source, at, parent.contentEnd, parent.depth + 1)
  if (!isUniversal(segment, Tag.OctetString)) throw malformed(`${what}: a segment that is no OCTET STRING`)
  return segment
}
