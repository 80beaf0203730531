/**
 * A CMS message taken apart by the ASN.1 reader alone, field by field (RFC 5652 5.1, 5.3, 6.1, RFC 5083 2.1): the readers
 * of simulator/smime/cms are under test, so they have no say in it.
 */
import {
  type Asn1Node,
  children,
  content,
  isContext,
  isUniversal,
  octets,
  oid,
  readOnly,
  sequence,
  set,
  smallInteger,
  Tag,
} from '../../../asn1/read.ts'
import { bodyBytes, multipartParts, parseEntity } from '../../mime/entity.ts'

/** The CMS of an S/MIME entity: its body, or that of the second part of a multipart/signed. */
export function cmsOf(entity: Buffer): Buffer {
  const outer = parseEntity(entity)
  const [, second] = outer.mediaType === 'multipart/signed' ? multipartParts(outer) : []
  return bodyBytes(second ?? outer)
}

export interface AlgorithmParts {
  readonly oid: string
  readonly parameters: Asn1Node | undefined
}

export function algorithmParts(node: Asn1Node | undefined): AlgorithmParts {
  const [identifier, parameters] = sequence(node, 'AlgorithmIdentifier')
  return { oid: oid(identifier, 'algorithm'), parameters }
}

/** Attribute values by dotted identifier; an attribute that stands twice has its values joined. */
export type AttributeParts = ReadonlyMap<string, readonly Asn1Node[]>

export interface SignerParts {
  readonly version: number
  /** issuerAndSerialNumber, or [0] for a key identifier. */
  readonly sid: Asn1Node
  readonly digest: string
  /** Content octets of the [0]. */
  readonly attributeOctets: Buffer
  readonly attributes: AttributeParts
  readonly signatureAlgorithm: AlgorithmParts
  readonly signature: Buffer
}

export interface SignedParts {
  readonly version: number
  readonly digests: readonly string[]
  readonly contentType: string
  readonly content: Buffer | undefined
  /** CertificateChoices: a SEQUENCE is X.509, anything else is tagged. */
  readonly certificates: readonly Asn1Node[]
  readonly signers: readonly SignerParts[]
}

export function signedParts(cms: Buffer): SignedParts {
  const [version, digests, encapsulated, ...rest] = inside(cms).fields
  const [type, eContent] = sequence(encapsulated, 'encapContentInfo')
  const certificates = rest.find((each) => isContext(each, 0))
  return {
    version: smallInteger(version, 'version'),
    digests: set(digests, 'digestAlgorithms').map((each) => algorithmParts(each).oid),
    contentType: oid(type, 'eContentType'),
    content: eContent === undefined ? undefined : octets(children(eContent)[0], 'eContent'),
    certificates: certificates === undefined ? [] : children(certificates),
    signers: set(rest.at(-1), 'signerInfos').map(signerParts),
  }
}

export function onlySigner(cms: Buffer): SignerParts {
  const [only, ...more] = signedParts(cms).signers
  if (only === undefined || more.length > 0) throw new Error('one signer wanted')
  return only
}

function signerParts(node: Asn1Node): SignerParts {
  const [version, sid, digest, attributes, algorithm, signature] = sequence(node, 'SignerInfo')
  if (sid === undefined || !isContext(attributes, 0)) throw new Error('a SignerInfo with signed attributes wanted')
  return {
    version: smallInteger(version, 'version'),
    sid,
    digest: algorithmParts(digest).oid,
    attributeOctets: content(attributes),
    attributes: attributeParts(attributes),
    signatureAlgorithm: algorithmParts(algorithm),
    signature: octets(signature, 'signature'),
  }
}

function attributeParts(node: Asn1Node): AttributeParts {
  const found = new Map<string, readonly Asn1Node[]>()
  for (const each of children(node)) {
    const [type, values] = sequence(each, 'Attribute')
    const name = oid(type, 'attrType')
    found.set(name, [...(found.get(name) ?? []), ...set(values, 'attrValues')])
  }
  return found
}

export interface RecipientParts {
  readonly kind: 'ktri' | 'kari'
  readonly version: number
  /** ktri: rid. kari: originator. */
  readonly id: Asn1Node | undefined
  readonly algorithm: AlgorithmParts
  /** ktri: the encrypted key. kari: the SEQUENCE of RecipientEncryptedKeys. */
  readonly keys: Asn1Node | undefined
}

export interface EnvelopeParts {
  /** Dotted: id-envelopedData or id-ct-authEnvelopedData. */
  readonly type: string
  readonly version: number
  readonly recipients: readonly RecipientParts[]
  readonly contentType: string
  readonly cipher: AlgorithmParts
  readonly encrypted: Buffer
  /** AuthEnvelopedData only. */
  readonly mac: Buffer | undefined
}

export function envelopeParts(cms: Buffer): EnvelopeParts {
  const { type, fields } = inside(cms)
  const [version, recipients, encryptedContentInfo, mac] = fields
  const [contentType, cipher, encrypted] = sequence(encryptedContentInfo, 'encryptedContentInfo')
  return {
    type,
    version: smallInteger(version, 'version'),
    recipients: set(recipients, 'recipientInfos').map(recipientParts),
    contentType: oid(contentType, 'contentType'),
    cipher: algorithmParts(cipher),
    encrypted: octets(encrypted, 'encryptedContent'),
    mac: mac === undefined ? undefined : octets(mac, 'mac'),
  }
}

export function onlyRecipient(cms: Buffer): RecipientParts {
  const [only, ...more] = envelopeParts(cms).recipients
  if (only === undefined || more.length > 0) throw new Error('one recipient wanted')
  return only
}

/** As our encrypt() writes them: a kari has no user keying material. */
function recipientParts(node: Asn1Node): RecipientParts {
  const [version, id, algorithm, keys] = children(node)
  return {
    kind: isUniversal(node, Tag.Sequence) ? 'ktri' : 'kari',
    version: smallInteger(version, 'version'),
    id,
    algorithm: algorithmParts(algorithm),
    keys,
  }
}

function inside(cms: Buffer): { type: string; fields: Asn1Node[] } {
  const [type, wrapper] = sequence(readOnly(cms), 'ContentInfo')
  const body = wrapper === undefined ? undefined : children(wrapper)[0]
  return { type: oid(type, 'contentType'), fields: sequence(body, 'content') }
}
