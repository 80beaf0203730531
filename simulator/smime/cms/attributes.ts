/** Attributes of a signer (RFC 5652 5.3): what can't be read is a reason against the one signature, no error for the message. */
import { oidName } from '../../asn1/oid.ts'
import { type Asn1Node, children, content, oid, sequence, set } from '../../asn1/read.ts'
import * as der from '../../asn1/write.ts'
import { LabError } from '../../error.ts'
import type { PathReason } from '../../pki/path-validation.ts'
import { reason } from './reason.ts'

export interface Attribute {
  readonly type: string
  readonly values: readonly Asn1Node[]
}

/** The attributes of a SignedAttributes or UnsignedAttributes node, in the order of the encoding; none for an absent node. */
export function readAttributes(node: Asn1Node | undefined, reasons: PathReason[]): Attribute[] {
  if (node === undefined) return []
  try {
    return children(node).map((each) => {
      const [type, values] = sequence(each, 'Attribute')
      return { type: oid(type, 'attribute type'), values: set(values, 'attribute values') }
    })
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    reasons.push(reason('malformed-attribute', error.message))
    return []
  }
}

/** What the signature covers: the attributes as a SET OF, not as the [0] in the message (RFC 5652 5.4). */
export function signedOctets(node: Asn1Node): Buffer {
  return der.tlv(0x31, content(node))
}

/** The first value of an attribute, read; undefined when there is none or it can't be read, which becomes a reason. */
export function readValue<T>(
  attributes: readonly Attribute[],
  type: string,
  read: (value: Asn1Node) => T,
  reasons: PathReason[],
): T | undefined {
  const value = attributes.find((each) => each.type === type)?.values[0]
  if (value === undefined) return undefined
  try {
    return read(value)
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    reasons.push(reason('malformed-attribute', `${oidName(type)}: ${error.message}`))
    return undefined
  }
}

export function writeAttribute(type: string, value: Uint8Array): Buffer {
  return der.sequence(der.oid(type), der.setOf(value))
}
