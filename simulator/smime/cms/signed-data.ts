/** SignedData (RFC 5652 5.1) as it stands in a message. */
import {
  type Asn1Node,
  children,
  encoding,
  isContext,
  isUniversal,
  octets,
  oid,
  sequence,
  set,
  Tag,
} from '../../asn1/read.ts'
import { LabError } from '../../error.ts'
import { type Certificate, parseCertificate } from '../../pki/certificate.ts'
import { type AlgorithmIdentifier, readAlgorithm } from './algorithms.ts'
import { contentOf } from './content-info.ts'
import { excessive, malformed } from './malformed.ts'
import { joinOctets } from './octet-string.ts'
import { type RecipientId, readIssuerAndSerial, readKeyIdentifier } from './recipient-id.ts'

export interface SignerInfo {
  readonly id: RecipientId
  readonly digestAlgorithm: AlgorithmIdentifier
  /** The [0] node; undefined when the signature is over the content itself. */
  readonly signedAttributes: Asn1Node | undefined
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Buffer
  readonly unsignedAttributes: Asn1Node | undefined
}

export interface SignedData {
  /** Dotted: id-data in mail. */
  readonly contentType: string
  /** Undefined when the signature is detached. */
  readonly content: Buffer | undefined
  readonly certificates: Certificate[]
  readonly crls: Buffer[]
  readonly signers: readonly SignerInfo[]
}

/** Each signer costs a signature check and each certificate a parse: honest mail stays far below. */
const maxSigners = 64
const maxCertificates = 2000

export function readSignedData(cms: Uint8Array): SignedData {
  const fields = sequence(contentOf(cms, 'signed-data').content, 'SignedData')
  const [, , encapsulated, ...optional] = fields
  const [typeNode, wrapper] = sequence(encapsulated, 'EncapsulatedContentInfo')
  const contentType = oid(typeNode, 'EncapsulatedContentInfo eContentType')
  const content = wrapper === undefined ? undefined : readContent(wrapper)
  const certificatesNode = isContext(optional[0], 0) ? optional.shift() : undefined
  const revocationNode = isContext(optional[0], 1) ? optional.shift() : undefined
  const signerNodes = set(optional[0], 'SignerInfos')
  if (signerNodes.length > maxSigners)
    throw excessive(`at most ${maxSigners} signers wanted, got ${signerNodes.length}`)
  return {
    contentType,
    content,
    certificates: certificatesNode === undefined ? [] : readCertificateSet(certificatesNode),
    crls: revocationNode === undefined ? [] : readRevocationInfos(revocationNode),
    signers: signerNodes.map(readSignerInfo),
  }
}

function readContent(wrapper: Asn1Node): Buffer {
  const [content, ...rest] = isContext(wrapper, 0) ? children(wrapper) : []
  if (content === undefined || rest.length > 0) throw malformed('EncapsulatedContentInfo: [0] with one eContent wanted')
  return joinOctets(content, 'EncapsulatedContentInfo eContent')
}

/**
 * The X.509 certificates among the CertificateChoices (RFC 5652 10.2.2). Attribute certificates and what can't be read are
 * left out: a stray one must not take a signature down that does not need it.
 */
function readCertificateSet(node: Asn1Node): Certificate[] {
  const choices = children(node)
  if (choices.length > maxCertificates)
    throw excessive(`at most ${maxCertificates} certificates wanted, got ${choices.length}`)
  return choices
    .filter((each) => isUniversal(each, Tag.Sequence))
    .flatMap((each) => {
      try {
        return [parseCertificate(encoding(each))]
      } catch (error) {
        if (!(error instanceof LabError)) throw error
        return []
      }
    })
}

/** CRLs as DER; other revocation formats [1], such as OCSP answers (RFC 5940), are left out. */
function readRevocationInfos(node: Asn1Node): Buffer[] {
  return children(node)
    .filter((each) => isUniversal(each, Tag.Sequence))
    .map(encoding)
}

function readSignerInfo(node: Asn1Node): SignerInfo {
  const [, sid, digestAlgorithm, ...rest] = sequence(node, 'SignerInfo')
  const id = isContext(sid, 0) ? readKeyIdentifier(sid, 'SignerInfo sid') : readIssuerAndSerial(sid, 'SignerInfo sid')
  const signedAttributes = isContext(rest[0], 0) ? rest.shift() : undefined
  const [signatureAlgorithm, signature, unsignedAttributes, ...surplus] = rest
  if (surplus.length > 0 || (unsignedAttributes !== undefined && !isContext(unsignedAttributes, 1)))
    throw malformed('SignerInfo: nothing but unsigned attributes [1] wanted behind the signature')
  return {
    id,
    digestAlgorithm: readAlgorithm(digestAlgorithm, 'SignerInfo digestAlgorithm'),
    signedAttributes,
    signatureAlgorithm: readAlgorithm(signatureAlgorithm, 'SignerInfo signatureAlgorithm'),
    signature: octets(signature, 'SignerInfo signature'),
    unsignedAttributes,
  }
}
