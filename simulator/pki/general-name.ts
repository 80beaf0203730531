/** GeneralName (RFC 5280 4.2.1.6): the names in alternative-name, name-constraint and distribution-point extensions. */
import { Oid } from '../asn1/oid.ts'
import {
  type Asn1Node,
  children,
  content,
  encoding,
  isUniversal,
  oid,
  readNode,
  sequence,
  Tag,
  text,
} from '../asn1/read.ts'
import { LabError } from '../error.ts'
import { nameAttributes } from './name.ts'

export type GeneralName =
  | { readonly kind: 'rfc822Name' | 'dNSName' | 'uniformResourceIdentifier'; readonly text: string }
  /** `name` is the DER of the Name. */
  | { readonly kind: 'directoryName'; readonly name: Buffer }
  | { readonly kind: 'iPAddress'; readonly octets: Buffer }
  /** RFC 9598: an address whose local part is not ASCII. */
  | { readonly kind: 'smtpUtf8Mailbox'; readonly text: string }
  | { readonly kind: 'otherName'; readonly type: string; readonly value: Buffer }
  | { readonly kind: 'x400Address' | 'ediPartyName' | 'registeredID'; readonly value: Buffer }

/** Reads a GeneralNames value (the content of a subjectAltName extension). */
export function readGeneralNames(node: Asn1Node, what: string): GeneralName[] {
  return sequence(node, what).map((each) => readGeneralName(each, what))
}

export function readGeneralName(node: Asn1Node, what: string): GeneralName {
  if (node.tagClass !== 2)
    throw new LabError(
      'asn1-malformed',
      `${what}: a context-specific tag wanted in a GeneralName, got universal tag ${node.tag}`,
    )
  switch (node.tag) {
    case 0:
      return readOtherName(node, what)
    case 1:
      return { kind: 'rfc822Name', text: ia5(node) }
    case 2:
      return { kind: 'dNSName', text: ia5(node) }
    case 3:
      return { kind: 'x400Address', value: content(node) }
    case 4:
      return { kind: 'directoryName', name: readDirectoryName(node) }
    case 5:
      return { kind: 'ediPartyName', value: content(node) }
    case 6:
      return { kind: 'uniformResourceIdentifier', text: ia5(node) }
    case 7:
      return { kind: 'iPAddress', octets: content(node) }
    case 8:
      return { kind: 'registeredID', value: content(node) }
    default:
      throw new LabError('asn1-malformed', `${what}: no GeneralName has the tag [${node.tag}]`)
  }
}

/** Explicitly tagged, as Name is a CHOICE (X.680 31.2.7). Looked through here, so that comparing it later can't fail. */
function readDirectoryName(node: Asn1Node): Buffer {
  const name = encoding(readNode(node.source, node.contentStart, node.contentEnd, node.depth + 1))
  nameAttributes(name)
  return name
}

function ia5(node: Asn1Node): string {
  return content(node).toString('latin1')
}

function readOtherName(node: Asn1Node, what: string): GeneralName {
  const [type, wrapped] = children(node)
  const dotted = oid(type, `${what} otherName type`)
  if (wrapped === undefined) throw new LabError('asn1-malformed', `${what}: an otherName without a value`)
  const [value] = children(wrapped)
  if (dotted === Oid.smtpUtf8Mailbox && isUniversal(value, Tag.Utf8String))
    return { kind: 'smtpUtf8Mailbox', text: text(value, what) }
  return { kind: 'otherName', type: dotted, value: content(wrapped) }
}
