/**
 * X.509 certificates (RFC 5280 4.1) as this project reads them: every signed octet kept as it came, fields in the
 * terms of the RFC. Odd but honest certificates (version 1, T61String names, negative serial numbers, extensions that
 * nobody knows) are read; judging them is the work of path validation.
 */
import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { Oid } from '../asn1/oid.ts'
import {
  asBuffer,
  children,
  encoding,
  expectUniversal,
  integerBytes,
  isContext,
  oid,
  readOnly,
  sequence,
  smallInteger,
  Tag,
  time,
} from '../asn1/read.ts'
import { LabError } from '../error.ts'
import {
  type BasicConstraints,
  type Extension,
  type KeyUsage,
  readAuthorityKeyId,
  readBasicConstraints,
  readExtendedKeyUsage,
  readExtensions,
  readKeyUsage,
  readSubjectKeyId,
} from './certificate-extensions.ts'
import { type GeneralName, readGeneralNames } from './general-name.ts'
import { nameAttributes, nameEmails } from './name.ts'
import { nameToText } from './name-text.ts'
import { looksLikePem, readPem, writePem } from './pem.ts'
import { RecentlyRead } from './recently-read.ts'
import { signatureOctets } from './signature.ts'

export type { BasicConstraints, Extension, KeyUsage } from './certificate-extensions.ts'

export interface Certificate {
  readonly der: Buffer
  /** Lower hex of the digest over `der`: what tells certificates apart in this project. */
  readonly sha256: string
  /** Lower hex; the "thumbprint" of Windows. */
  readonly sha1: string
  /** 1, 2 or 3. */
  readonly version: number
  /** The INTEGER's content octets as encoded. */
  readonly serial: Buffer
  /** Lower hex of `serial` without leading zero octets. */
  readonly serialHex: string
  /** DER of the Name. */
  readonly issuer: Buffer
  /** DER of the Name. */
  readonly subject: Buffer
  /** 'CN=Example Issuing CA,O=Example' (RFC 4514). */
  readonly issuerText: string
  readonly subjectText: string
  /** DER of the SubjectPublicKeyInfo. */
  readonly spki: Buffer
  /** Dotted object identifier in the SubjectPublicKeyInfo. */
  readonly publicKeyAlgorithm: string
  readonly notBefore: Date
  readonly notAfter: Date
  readonly subjectKeyId: Buffer | undefined
  readonly authorityKeyId: Buffer | undefined
  /** Undefined: no such extension, so the key is not restricted. */
  readonly keyUsage: ReadonlySet<KeyUsage> | undefined
  /** Dotted object identifiers; undefined: no such extension. */
  readonly extendedKeyUsage: readonly string[] | undefined
  readonly basicConstraints: BasicConstraints | undefined
  readonly subjectAltNames: readonly GeneralName[]
  /** rfc822Names in order, then SmtpUTF8Mailboxes, then the subject's emailAddress attributes not already there. */
  readonly emails: readonly string[]
  readonly extensions: readonly Extension[]
  /** DER of the AlgorithmIdentifier. */
  readonly signatureAlgorithm: Buffer
  readonly signature: Buffer
  /** DER of the TBSCertificate: the signed octets. */
  readonly tbs: Buffer
}

/** A certificate with its private key. */
export interface Identity {
  readonly certificate: Certificate
  readonly privateKey: KeyObject
  readonly friendlyName?: string
  readonly localKeyId?: Buffer
}

/** Far above any honest certificate, far below what would be slow to read. */
const maxCertificateOctets = 1 << 20

/**
 * Mail brings the same few again and again. Reading one costs more than verifying an RSA signature, and what hangs on the
 * object (its key, the verdicts on its signature) is then at hand, too. Two megabytes at the most.
 */
const recent = new RecentlyRead<Certificate>(256, 8192)

/**
 * Reads one certificate. The octets are copied, so the certificate does not keep a whole message alive; the same octets
 * may give the same object again.
 *
 * @throws LabError 'certificate-malformed'
 */
export function parseCertificate(der: Uint8Array): Certificate {
  if (der.length > maxCertificateOctets)
    throw new LabError(
      'certificate-malformed',
      `a certificate of at most ${maxCertificateOctets} octets wanted, got ${der.length}`,
    )
  try {
    return recent.get(asBuffer(der), (octets) => read(Buffer.from(octets)))
  } catch (cause) {
    if (!(cause instanceof LabError)) throw cause
    throw new LabError('certificate-malformed', `a certificate (RFC 5280 4.1) wanted: ${cause.message}`, { cause })
  }
}

function read(der: Buffer): Certificate {
  const [tbsNode, algorithm, signatureNode] = sequence(readOnly(der), 'Certificate')
  const tbsFields = sequence(tbsNode, 'TBSCertificate')
  const versionNode = isContext(tbsFields[0], 0) ? tbsFields.shift() : undefined
  const version = versionNode === undefined ? 1 : smallInteger(children(versionNode)[0], 'version') + 1
  const [serialNode, innerAlgorithm, issuerNode, validity, subjectNode, spkiNode, ...optional] = tbsFields

  const signatureAlgorithm = encoding(expectUniversal(algorithm, Tag.Sequence, 'signatureAlgorithm'))
  // RFC 5280 4.1.1.2: only the inner one is signed, so a difference is somebody's doing.
  if (!encoding(expectUniversal(innerAlgorithm, Tag.Sequence, 'signature')).equals(signatureAlgorithm))
    throw new LabError('asn1-malformed', 'the signature algorithms inside and outside the signed part differ')

  const [notBefore, notAfter] = sequence(validity, 'Validity')
  const issuer = encoding(expectUniversal(issuerNode, Tag.Sequence, 'issuer'))
  const subject = encoding(expectUniversal(subjectNode, Tag.Sequence, 'subject'))
  const subjectAttributes = nameAttributes(subject)
  const [spkiAlgorithm] = sequence(spkiNode, 'SubjectPublicKeyInfo')
  const extensionsNode = optional.find((each) => isContext(each, 3))
  const extensions = extensionsNode === undefined ? [] : readExtensions(children(extensionsNode)[0], 'Extensions')
  const value = <T>(type: string, readValue: (value: Buffer) => T): T | undefined => {
    const extension = extensions.find((each) => each.oid === type)
    return extension === undefined ? undefined : readValue(extension.value)
  }
  const subjectAltNames = value(Oid.subjectAltName, (each) => readGeneralNames(readOnly(each), 'subjectAltName')) ?? []
  const serial = integerBytes(serialNode, 'serialNumber')

  let sha256: string | undefined
  let sha1: string | undefined
  return {
    der,
    get sha256() {
      sha256 ??= createHash('sha256').update(der).digest('hex')
      return sha256
    },
    get sha1() {
      sha1 ??= createHash('sha1').update(der).digest('hex')
      return sha1
    },
    version,
    serial,
    serialHex: serialToHex(serial),
    issuer,
    subject,
    issuerText: nameToText(nameAttributes(issuer)),
    subjectText: nameToText(subjectAttributes),
    spki: encoding(expectUniversal(spkiNode, Tag.Sequence, 'SubjectPublicKeyInfo')),
    publicKeyAlgorithm: oid(sequence(spkiAlgorithm, 'AlgorithmIdentifier')[0], 'public key algorithm'),
    notBefore: time(notBefore, 'notBefore'),
    notAfter: time(notAfter, 'notAfter'),
    subjectKeyId: value(Oid.subjectKeyIdentifier, readSubjectKeyId),
    authorityKeyId: value(Oid.authorityKeyIdentifier, readAuthorityKeyId),
    keyUsage: value(Oid.keyUsage, readKeyUsage),
    extendedKeyUsage: value(Oid.extendedKeyUsage, readExtendedKeyUsage),
    basicConstraints: value(Oid.basicConstraints, readBasicConstraints),
    subjectAltNames,
    emails: collectEmails(subjectAltNames, nameEmails(subjectAttributes)),
    extensions,
    signatureAlgorithm,
    signature: signatureOctets(signatureNode),
    tbs: encoding(expectUniversal(tbsNode, Tag.Sequence, 'TBSCertificate')),
  }
}

function collectEmails(names: readonly GeneralName[], fromSubject: readonly string[]): string[] {
  const emails: string[] = []
  for (const name of names) if (name.kind === 'rfc822Name') emails.push(name.text)
  for (const name of names) if (name.kind === 'smtpUtf8Mailbox') emails.push(name.text)
  return [...emails, ...fromSubject.filter((each) => !emails.includes(each))]
}

/** Lower hex of an INTEGER's content octets without leading zero octets; at least one octet is left. */
export function serialToHex(serial: Buffer): string {
  return serial.toString('hex').replace(/^(00)+(?=..)/, '')
}

const publicKeys = new WeakMap<Certificate, KeyObject>()

/**
 * The certificate's public key, made once.
 *
 * @throws LabError 'public-key-unusable' for an algorithm or curve that node:crypto does not have
 */
export function publicKeyOf(certificate: Certificate): KeyObject {
  const known = publicKeys.get(certificate)
  if (known !== undefined) return known
  let key: KeyObject
  try {
    key = createPublicKey({ key: certificate.spki, format: 'der', type: 'spki' })
  } catch (cause) {
    throw new LabError('public-key-unusable', `the public key of '${certificate.subjectText}' can't be used`, { cause })
  }
  publicKeys.set(certificate, key)
  return key
}

const certificateLabels: ReadonlySet<string> = new Set(['CERTIFICATE', 'X509 CERTIFICATE'])

/**
 * Every certificate in PEM text (other blocks are passed over), or the one in DER.
 *
 * @throws LabError 'certificate-missing', 'pem-malformed', 'certificate-malformed'
 */
export function readCertificates(bytes: Uint8Array): Certificate[] {
  if (!looksLikePem(bytes)) {
    if (bytes[0] !== 0x30) throw new LabError('certificate-missing', 'a certificate in PEM or DER wanted, got neither')
    return [parseCertificate(bytes)]
  }
  const found = readPem(Buffer.from(bytes).toString('latin1')).filter(({ label }) => certificateLabels.has(label))
  if (found.length === 0) throw new LabError('certificate-missing', "a PEM block 'CERTIFICATE' wanted, none there")
  return found.map((block) => parseCertificate(block.bytes))
}

export function certificateToPem(certificate: Certificate): string {
  return writePem('CERTIFICATE', certificate.der)
}
