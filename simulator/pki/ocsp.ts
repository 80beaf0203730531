/**
 * OCSP responses (RFC 6960 4.2): what a responder says of single certificates. Reading only; whether to believe it is the
 * work of ocsp-evidence.ts.
 */
import { oidName } from '../asn1/oid.ts'
import {
  type Asn1Node,
  children,
  content,
  encoding,
  expectUniversal,
  integerBytes,
  isContext,
  octets,
  oid,
  readOnly,
  sequence,
  smallInteger,
  Tag,
  time,
} from '../asn1/read.ts'
import { LabError } from '../error.ts'
import { type Certificate, parseCertificate } from './certificate.ts'
import { type Extension, readExtensions } from './certificate-extensions.ts'
import { type HashName, readHashName } from './hash-algorithm.ts'
import { nameAttributes } from './name.ts'
import { type RevokedEntry, readRevocationReason } from './revocation-reason.ts'
import { signatureOctets } from './signature.ts'

/** id-pkix-ocsp-basic (RFC 6960 4.2.1). */
export const basicResponseType = '1.3.6.1.5.5.7.48.1.1'

export interface OcspResponse {
  readonly der: Buffer
  /** Who claims to have signed: the subject's Name (DER), or the SHA-1 digest of the public key. */
  readonly responder:
    | { readonly by: 'name'; readonly name: Buffer }
    | { readonly by: 'key'; readonly keyDigest: Buffer }
  readonly producedAt: Date
  readonly answers: readonly OcspAnswer[]
  /** Why its word can't be relied on at all: an unknown critical extension. Else undefined. */
  readonly unusable: string | undefined
  /** Sent along to help with the signature. */
  readonly certificates: readonly Certificate[]
  /** DER of the AlgorithmIdentifier. */
  readonly signatureAlgorithm: Buffer
  readonly signature: Buffer
  /** DER of the ResponseData: the signed octets. */
  readonly tbs: Buffer
}

/** What is said of one certificate: a SingleResponse. */
export interface OcspAnswer {
  readonly about: OcspCertificateId
  readonly status: OcspStatus
  readonly thisUpdate: Date
  /** Undefined: newer word can be had at any time. */
  readonly nextUpdate?: Date
  readonly unusable: string | undefined
}

export type OcspStatus =
  | { readonly kind: 'good' }
  | { readonly kind: 'revoked'; readonly entry: RevokedEntry }
  /** The responder does not know the certificate. */
  | { readonly kind: 'unknown' }

/** Names a certificate without showing it (CertID, RFC 6960 4.1.1). */
export interface OcspCertificateId {
  /** Undefined for a digest that is not used here. */
  readonly hash: HashName | undefined
  readonly issuerNameDigest: Buffer
  readonly issuerKeyDigest: Buffer
  /** The INTEGER's content octets as encoded. */
  readonly serial: Buffer
}

/** Responses are a few kilobytes, certificates of the responder included. */
const maxOctets = 1 << 20
const mostAnswers = 1000
const mostCertificates = 16

/**
 * Reads one OCSPResponse in DER.
 *
 * @throws LabError 'ocsp-malformed'; 'ocsp-unsuccessful' for an error of the responder, which says nothing of any certificate
 */
export function parseOcspResponse(der: Uint8Array): OcspResponse {
  if (der.length > maxOctets)
    throw new LabError('ocsp-malformed', `a response of at most ${maxOctets} octets wanted, got ${der.length}`)
  try {
    return read(Buffer.from(der))
  } catch (cause) {
    if (!(cause instanceof LabError) || cause.code === 'ocsp-unsuccessful') throw cause
    throw new LabError('ocsp-malformed', `an OCSP response (RFC 6960 4.2.1) wanted: ${cause.message}`, { cause })
  }
}

/** By their codes (RFC 6960 4.2.1); 4 is not used. */
const statuses: Readonly<Record<number, string>> = {
  1: 'malformedRequest',
  2: 'internalError',
  3: 'tryLater',
  5: 'sigRequired',
  6: 'unauthorized',
}

function read(der: Buffer): OcspResponse {
  const [statusNode, bytesNode] = sequence(readOnly(der), 'OCSPResponse')
  const status = smallInteger(expectUniversal(statusNode, Tag.Enumerated, 'responseStatus'), 'responseStatus')
  if (status !== 0)
    throw new LabError('ocsp-unsuccessful', `an answer wanted, the responder says ${statuses[status] ?? status}`)
  if (!isContext(bytesNode, 0)) throw new LabError('asn1-malformed', 'responseBytes: missing')
  const [typeNode, responseNode] = sequence(children(bytesNode)[0], 'ResponseBytes')
  const type = oid(typeNode, 'responseType')
  if (type !== basicResponseType)
    throw new LabError('asn1-malformed', `a basic response wanted, got the type ${oidName(type)}`)
  return readBasicResponse(der, readOnly(octets(responseNode, 'response')))
}

function readBasicResponse(der: Buffer, node: Asn1Node): OcspResponse {
  const [dataNode, algorithm, signatureNode, certificatesNode] = sequence(node, 'BasicOCSPResponse')
  const fields = sequence(dataNode, 'ResponseData')
  if (isContext(fields[0], 0)) fields.shift()
  const [responderNode, producedAtNode, answersNode, extensionsNode] = fields
  const certificates = isContext(certificatesNode, 0)
    ? sequence(children(certificatesNode)[0], 'certs', mostCertificates)
    : []
  return {
    der,
    responder: readResponder(responderNode),
    producedAt: time(producedAtNode, 'producedAt'),
    answers: sequence(answersNode, 'responses', mostAnswers).map(readAnswer),
    unusable: unusableExtension(readOptionalExtensions(extensionsNode, 1, 'responseExtensions')),
    certificates: certificates.map((each) => parseCertificate(encoding(each))),
    signatureAlgorithm: encoding(expectUniversal(algorithm, Tag.Sequence, 'signatureAlgorithm')),
    signature: signatureOctets(signatureNode),
    tbs: encoding(expectUniversal(dataNode, Tag.Sequence, 'ResponseData')),
  }
}

function readResponder(node: Asn1Node | undefined): OcspResponse['responder'] {
  if (isContext(node, 1)) {
    const name = encoding(expectUniversal(children(node)[0], Tag.Sequence, 'responderID'))
    // Looked through here, so that comparing it later can't fail.
    nameAttributes(name)
    return { by: 'name', name }
  }
  if (isContext(node, 2)) return { by: 'key', keyDigest: octets(children(node)[0], 'responderID') }
  throw new LabError('asn1-malformed', 'responderID: a name or a key wanted')
}

function readAnswer(node: Asn1Node): OcspAnswer {
  const [idNode, statusNode, thisUpdateNode, ...optional] = sequence(node, 'SingleResponse')
  const [hashNode, nameDigest, keyDigest, serial] = sequence(idNode, 'CertID')
  const nextUpdateNode = isContext(optional[0], 0) ? children(optional.shift() as Asn1Node)[0] : undefined
  const extensions = readOptionalExtensions(optional[0], 1, 'singleExtensions')
  return {
    about: {
      hash: readHashName(hashNode, 'hashAlgorithm'),
      issuerNameDigest: octets(nameDigest, 'issuerNameHash'),
      issuerKeyDigest: octets(keyDigest, 'issuerKeyHash'),
      serial: integerBytes(serial, 'serialNumber'),
    },
    status: readStatus(statusNode),
    thisUpdate: time(thisUpdateNode, 'thisUpdate'),
    ...(nextUpdateNode === undefined ? {} : { nextUpdate: time(nextUpdateNode, 'nextUpdate') }),
    unusable: unusableExtension(extensions),
  }
}

function readStatus(node: Asn1Node | undefined): OcspStatus {
  if (isContext(node, 0)) return { kind: 'good' }
  if (isContext(node, 2)) return { kind: 'unknown' }
  if (!isContext(node, 1)) throw new LabError('asn1-malformed', 'certStatus: good, revoked or unknown wanted')
  const [timeNode, reasonNode] = children(node)
  const reason = reasonNode === undefined ? 'unspecified' : readRevocationReason(children(reasonNode)[0])
  return { kind: 'revoked', entry: { revokedAt: time(timeNode, 'revocationTime'), reason } }
}

function readOptionalExtensions(node: Asn1Node | undefined, tag: number, what: string): Extension[] {
  return isContext(node, tag) ? readExtensions(children(node)[0], what) : []
}

/** None of the extensions of RFC 6960 4.4 is critical, nor needed to understand an answer. */
function unusableExtension(extensions: readonly Extension[]): string | undefined {
  const unknown = extensions.find((each) => each.critical)
  return unknown === undefined ? undefined : `it has the critical extension ${oidName(unknown.oid)}`
}

/** The octets of a SubjectPublicKeyInfo (DER) that its digests are over: the BIT STRING without tag and unused bits. */
export function publicKeyOctets(spki: Buffer): Buffer {
  const [, key] = sequence(readOnly(spki), 'SubjectPublicKeyInfo')
  return content(expectUniversal(key, Tag.BitString, 'subjectPublicKey')).subarray(1)
}
