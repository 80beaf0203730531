/**
 * Signed attributes (RFC 5652 5.3 and 11, RFC 8551 2.5, RFC 5035, RFC 6211): reading them, and the rules on how often each
 * may stand. A rule broken is a reason against the one signature, never an error for the message.
 */
import { Oid, oidName } from '../../asn1/oid.ts'
import { type Asn1Node, children, content, octets, oid, sequence, set, time } from '../../asn1/read.ts'
import * as der from '../../asn1/write.ts'
import { LabError } from '../../error.ts'
import type { PathReason } from '../../pki/path-validation.ts'

export interface Attribute {
  readonly type: string
  readonly values: readonly Asn1Node[]
}

/** Once at most, with one value, and signed (RFC 5652 11.1-11.3, RFC 8551 2.5, RFC 5035 3, RFC 6211 2). */
const single: ReadonlySet<string> = new Set([
  Oid.contentType,
  Oid.messageDigest,
  Oid.signingTime,
  Oid.smimeCapabilities,
  Oid.encryptionKeyPreference,
  Oid.signingCertificate,
  Oid.signingCertificateV2,
  Oid.cmsAlgorithmProtection,
])

/** The attributes of a SignedAttributes or UnsignedAttributes node, in the order of the encoding. */
export function readAttributes(node: Asn1Node): Attribute[] {
  return children(node).map((each) => {
    const [type, values] = sequence(each, 'Attribute')
    return { type: oid(type, 'attribute type'), values: set(values, 'attribute values') }
  })
}

/** What the signature covers: the attributes as a SET OF, not as the [0] in the message (RFC 5652 5.4). */
export function signedOctets(node: Asn1Node): Buffer {
  return der.tlv(0x31, content(node))
}

export function checkSignedAttributes(attributes: readonly Attribute[]): PathReason[] {
  const reasons: PathReason[] = []
  const seen = new Set<string>()
  for (const { type, values } of attributes) {
    if (type === Oid.counterSignature)
      reasons.push(misplaced('counterSignature is signed; it is an unsigned attribute (RFC 5652 11.4)'))
    if (!single.has(type)) continue
    if (seen.has(type)) reasons.push({ code: 'duplicate-attribute', message: `${oidName(type)} stands more than once` })
    seen.add(type)
    if (values.length !== 1)
      reasons.push({ code: 'attribute-values', message: `${oidName(type)}: one value wanted, got ${values.length}` })
  }
  for (const type of [Oid.contentType, Oid.messageDigest])
    if (!seen.has(type))
      reasons.push({ code: 'missing-attribute', message: `${oidName(type)} is missing (RFC 5652 5.3)` })
  return reasons
}

/** What must be signed and stands outside says nothing, and is there to mislead. */
export function checkUnsignedAttributes(attributes: readonly Attribute[]): PathReason[] {
  return attributes
    .filter(({ type }) => single.has(type))
    .map(({ type }) => misplaced(`${oidName(type)} is not signed; it must be (RFC 5652 11, RFC 8551 2.5)`))
}

function misplaced(message: string): PathReason {
  return { code: 'misplaced-attribute', message }
}

/** The first value of an attribute, or undefined when there is none. */
export function attributeValue(attributes: readonly Attribute[], type: string): Asn1Node | undefined {
  return attributes.find((each) => each.type === type)?.values[0]
}

export function readContentType(value: Asn1Node): string {
  return oid(value, 'contentType attribute')
}

export function readMessageDigest(value: Asn1Node): Buffer {
  return octets(value, 'messageDigest attribute')
}

export function readSigningTime(value: Asn1Node): Date {
  return time(value, 'signingTime attribute')
}

/** Runs `check` over an attribute's value; what it can't read becomes a reason. */
export function judge<T>(type: string, reasons: PathReason[], check: () => T): T | undefined {
  try {
    return check()
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    reasons.push({ code: 'malformed-attribute', message: `${oidName(type)}: ${error.message}` })
    return undefined
  }
}

export function writeAttribute(type: string, value: Uint8Array): Buffer {
  return der.sequence(der.oid(type), der.setOf(value))
}
