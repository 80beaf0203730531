/** ContentInfo (RFC 5652 3): which kind of CMS object this is. */
import { Oid, oidName } from '../../asn1/oid.ts'
import { type Asn1Node, asBuffer, children, isContext, oid, readOnly, sequence } from '../../asn1/read.ts'
import * as der from '../../asn1/write.ts'
import { LabError } from '../../error.ts'
import { malformed } from './malformed.ts'

export type ContentKind =
  | 'data'
  | 'signed-data'
  | 'enveloped-data'
  | 'auth-enveloped-data'
  | 'compressed-data'
  | 'encrypted-data'
  | 'other'

const kinds: ReadonlyMap<string, ContentKind> = new Map([
  [Oid.data, 'data'],
  [Oid.signedData, 'signed-data'],
  [Oid.envelopedData, 'enveloped-data'],
  [Oid.authEnvelopedData, 'auth-enveloped-data'],
  [Oid.compressedData, 'compressed-data'],
  [Oid.encryptedData, 'encrypted-data'],
])

export interface ContentInfo {
  readonly kind: ContentKind
  readonly contentType: string
  readonly content: Asn1Node
}

/** Octets behind the ContentInfo are refused: what is not covered must not ride along. */
export function readContentInfo(cms: Uint8Array): ContentInfo {
  const parts = sequence(readOnly(asBuffer(cms)), 'ContentInfo')
  const contentType = oid(parts[0], 'ContentInfo contentType')
  const wrapper = parts[1]
  if (!isContext(wrapper, 0) || parts.length !== 2)
    throw malformed('ContentInfo: a content type and [0] content wanted')
  const inner = children(wrapper)
  const content = inner[0]
  if (content === undefined || inner.length !== 1) throw malformed('ContentInfo: exactly one content wanted inside [0]')
  return { kind: kinds.get(contentType) ?? 'other', contentType, content }
}

/** Reads the ContentInfo only; what is inside may still be malformed. */
export function contentKind(cms: Uint8Array): ContentKind {
  return readContentInfo(cms).kind
}

/** The content of one of the `wanted` kinds, or an error that names what came. */
export function contentOf(cms: Uint8Array, ...wanted: readonly ContentKind[]): ContentInfo {
  const info = readContentInfo(cms)
  if (!wanted.includes(info.kind))
    throw new LabError('cms-wrong-type', `${wanted.join(' or ')} wanted, got ${oidName(info.contentType)}`)
  return info
}

/**
 * Wraps `parts` in identifier and length without copying them: messages nest five deep, and one copy at the end is enough.
 */
export function wrap(first: number, parts: readonly Uint8Array[]): Uint8Array[] {
  let length = 0
  for (const part of parts) length += part.length
  return [der.header(first, length), ...parts]
}

/** The finished ContentInfo around the encoded parts of its content. */
export function writeContentInfo(contentType: string, parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat(wrap(0x30, [der.oid(contentType), ...wrap(0xa0, parts)]))
}
