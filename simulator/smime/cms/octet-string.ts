/**
 * OCTET STRINGs of message size. A BER sender may cut one into a great many segments (X.690 8.7.3); they are measured,
 * then copied into one buffer, so that neither the count of segments nor their nesting costs memory.
 */
import { type Asn1Node, content, isUniversal, readNode, Tag } from '../../asn1/read.ts'
import { excessive, malformed } from './malformed.ts'

/** Honest senders nest once. Each level is walked anew, so deep nesting would cost time without end. */
const maxNesting = 4

/** Segments of 1000 octets reach a gigabyte with these. */
const maxSegments = 1_000_000

/** The octets of an OCTET STRING, or of an implicitly tagged one; shared with the source when it is in one piece. */
export function joinOctets(node: Asn1Node, what: string): Buffer {
  if (node.tagClass === 0 && node.tag !== Tag.OctetString) throw malformed(`${what}: OCTET STRING wanted`)
  if (!node.constructed) return content(node)
  let length = 0
  let segments = 0
  eachSegment(node, what, 1, (segment) => {
    length += segment.contentEnd - segment.contentStart
    if (++segments > maxSegments) throw excessive(`${what}: at most ${maxSegments} segments wanted`)
  })
  const joined = Buffer.allocUnsafe(length)
  let written = 0
  eachSegment(node, what, 1, ({ source, contentStart, contentEnd }) => {
    written += source.copy(joined, written, contentStart, contentEnd)
  })
  return joined
}

function eachSegment(node: Asn1Node, what: string, nesting: number, visit: (segment: Asn1Node) => void): void {
  if (nesting > maxNesting) throw excessive(`${what}: strings nested at most ${maxNesting} deep wanted`)
  for (let at = node.contentStart; at < node.contentEnd; ) {
    const segment = readNode(node.source, at, node.contentEnd, node.depth + 1)
    if (!isUniversal(segment, Tag.OctetString)) throw malformed(`${what}: a segment that is no OCTET STRING`)
    if (segment.constructed) eachSegment(segment, what, nesting + 1, visit)
    else visit(segment)
    at = segment.end
  }
}
