/** Certificate revocation lists (RFC 5280 5), signed by the issuer of the certificates that they speak of. */
import { Oid, oidName } from '../asn1/oid.ts'
import {
  type Asn1Node,
  children,
  encoding,
  expectUniversal,
  integerBytes,
  isContext,
  isUniversal,
  readOnly,
  sequence,
  Tag,
  time,
} from '../asn1/read.ts'
import { LabError } from '../error.ts'
import { type Extension, readAuthorityKeyId, readBoolean, readExtensions } from './certificate-extensions.ts'
import { readDistributionPointName } from './distribution-point.ts'
import type { GeneralName } from './general-name.ts'
import { nameAttributes } from './name.ts'
import { nameToText } from './name-text.ts'
import { looksLikePem, readPem } from './pem.ts'
import { RevokedEntries } from './revoked-entries.ts'
import { signatureOctets } from './signature.ts'

export { type RevocationReason, type RevokedEntry, revocationReasonCode } from './revocation-reason.ts'

export interface CertificateRevocationList {
  readonly der: Buffer
  /** DER of the Name. */
  readonly issuer: Buffer
  readonly issuerText: string
  readonly thisUpdate: Date
  readonly nextUpdate?: Date
  /** Rises from list to list (RFC 5280 5.2.3). */
  readonly number: bigint | undefined
  /** Present: a delta list, of the changes since the complete list of this number (RFC 5280 5.2.4). */
  readonly baseNumber: bigint | undefined
  readonly authorityKeyId: Buffer | undefined
  readonly extensions: readonly Extension[]
  readonly scope: CrlScope
  /** Why its word can't be relied on at all: an indirect list, an unknown critical extension. Else undefined. */
  readonly unusable: string | undefined
  /** DER of the AlgorithmIdentifier. */
  readonly signatureAlgorithm: Buffer
  readonly signature: Buffer
  /** DER of the TBSCertList: the signed octets. */
  readonly tbs: Buffer
  readonly revoked: RevokedEntries
}

/** Which certificates the list speaks of, and how fully (issuingDistributionPoint, RFC 5280 5.2.5). */
export interface CrlScope {
  /** A list of changes (a delta) or of some reasons revokes, but never clears by itself. */
  readonly entries: 'complete' | 'changes' | 'some-reasons'
  readonly certificates: 'all' | 'users' | 'authorities' | 'attributes'
  /** The distribution point's names, where the list is for one. */
  readonly distributionPoint: readonly GeneralName[] | undefined
}

/** A list of a large authority has some hundred thousand entries of 40 octets. */
const maxCrlOctets = 64 << 20

/**
 * Reads one list, in PEM or DER.
 *
 * @throws LabError 'crl-malformed', 'pem-malformed'
 */
export function parseCrl(bytes: Uint8Array): CertificateRevocationList {
  if (bytes.length > maxCrlOctets)
    throw new LabError('crl-malformed', `a list of at most ${maxCrlOctets} octets wanted, got ${bytes.length}`)
  try {
    return read(looksLikePem(bytes) ? fromPem(bytes) : Buffer.from(bytes))
  } catch (cause) {
    if (!(cause instanceof LabError) || cause.code === 'pem-malformed') throw cause
    throw new LabError('crl-malformed', `a certificate revocation list (RFC 5280 5.1) wanted: ${cause.message}`, {
      cause,
    })
  }
}

function fromPem(bytes: Uint8Array): Buffer {
  const block = readPem(Buffer.from(bytes).toString('latin1')).find(({ label }) => label === 'X509 CRL')
  if (block === undefined) throw new LabError('crl-malformed', "a PEM block 'X509 CRL' wanted, none there")
  return block.bytes
}

function read(der: Buffer): CertificateRevocationList {
  const [tbsNode, algorithm, signatureNode] = sequence(readOnly(der), 'CertificateList')
  const fields = sequence(tbsNode, 'TBSCertList')
  if (isUniversal(fields[0], Tag.Integer)) fields.shift()
  const [innerAlgorithm, issuerNode, thisUpdateNode, ...rest] = fields
  const nextUpdate = isTime(rest[0]) ? time(rest.shift(), 'nextUpdate') : undefined
  const revoked = new RevokedEntries(isUniversal(rest[0], Tag.Sequence) ? rest.shift() : undefined)
  const extensionsNode = isContext(rest[0], 0) ? children(rest[0])[0] : undefined
  const extensions = extensionsNode === undefined ? [] : readExtensions(extensionsNode, 'crlExtensions')

  const signatureAlgorithm = encoding(expectUniversal(algorithm, Tag.Sequence, 'signatureAlgorithm'))
  if (!encoding(expectUniversal(innerAlgorithm, Tag.Sequence, 'signature')).equals(signatureAlgorithm))
    throw new LabError('asn1-malformed', 'the signature algorithms inside and outside the signed part differ')

  const issuer = encoding(expectUniversal(issuerNode, Tag.Sequence, 'issuer'))
  const value = (type: string): Buffer | undefined => extensions.find((each) => each.oid === type)?.value
  const keyIdValue = value(Oid.authorityKeyIdentifier)
  const pointValue = value(Oid.issuingDistributionPoint)
  const point = pointValue === undefined ? undefined : readIssuingDistributionPoint(pointValue, issuer)
  const baseNumber = readNumber(value(Oid.deltaCrlIndicator), 'deltaCRLIndicator')
  return {
    der,
    issuer,
    issuerText: nameToText(nameAttributes(issuer)),
    thisUpdate: time(thisUpdateNode, 'thisUpdate'),
    ...(nextUpdate === undefined ? {} : { nextUpdate }),
    number: readNumber(value(Oid.crlNumber), 'cRLNumber'),
    baseNumber,
    authorityKeyId: keyIdValue === undefined ? undefined : readAuthorityKeyId(keyIdValue),
    extensions,
    scope: {
      entries: baseNumber !== undefined ? 'changes' : point?.someReasons ? 'some-reasons' : 'complete',
      certificates: point?.certificates ?? 'all',
      distributionPoint: point?.distributionPoint,
    },
    unusable: point?.indirect ? 'it is an indirect list' : (unusableExtension(extensions) ?? revoked.unknownCritical),
    signatureAlgorithm,
    signature: signatureOctets(signatureNode),
    tbs: encoding(expectUniversal(tbsNode, Tag.Sequence, 'TBSCertList')),
    revoked,
  }
}

function isTime(node: Asn1Node | undefined): boolean {
  return isUniversal(node, Tag.UtcTime) || isUniversal(node, Tag.GeneralizedTime)
}

/** RFC 5280 5.2.3: up to 20 octets. */
function readNumber(value: Buffer | undefined, what: string): bigint | undefined {
  if (value === undefined) return undefined
  const octets = integerBytes(readOnly(value), what)
  if (octets.length > 21)
    throw new LabError('asn1-malformed', `${what}: at most 20 octets wanted, got ${octets.length}`)
  return BigInt(`0x${octets.toString('hex')}`)
}

const understood: ReadonlySet<string> = new Set([
  Oid.authorityKeyIdentifier,
  Oid.crlNumber,
  Oid.deltaCrlIndicator,
  Oid.issuingDistributionPoint,
  Oid.issuerAltName,
])

/** RFC 5280 5.2: a list with an unknown critical extension must not be used to tell that a certificate is good. */
function unusableExtension(extensions: readonly Extension[]): string | undefined {
  const unknown = extensions.find((each) => each.critical && !understood.has(each.oid))
  return unknown === undefined ? undefined : `it has the critical extension ${oidName(unknown.oid)}`
}

interface IssuingDistributionPoint {
  readonly certificates: CrlScope['certificates']
  readonly distributionPoint: readonly GeneralName[] | undefined
  readonly someReasons: boolean
  readonly indirect: boolean
}

function readIssuingDistributionPoint(value: Buffer, issuer: Buffer): IssuingDistributionPoint {
  const fields = sequence(readOnly(value), 'issuingDistributionPoint')
  const field = (tag: number): Asn1Node | undefined => fields.find((each) => isContext(each, tag))
  const isSet = (tag: number): boolean => {
    const node = field(tag)
    return node !== undefined && readBoolean(node)
  }
  const point = field(0)
  return {
    certificates: isSet(1) ? 'users' : isSet(2) ? 'authorities' : isSet(5) ? 'attributes' : 'all',
    distributionPoint: point === undefined ? undefined : readDistributionPointName(point, issuer),
    someReasons: field(3) !== undefined,
    indirect: isSet(4),
  }
}
