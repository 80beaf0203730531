/**
 * Builds and signs certificates (RFC 5280 4.1, profile of RFC 8550 4.4) with @peculiar/x509.
 *
 * Names and the subjectAltName are encoded here: the library has no SmtpUTF8Mailbox (RFC 9598), and it takes the parts
 * of a name in the order of the text, where RFC 4514 reverses them.
 */
import 'reflect-metadata'
import type { KeyObject, webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { Oid } from '../asn1/oid.ts'
import { LabError } from '../error.ts'
import { type Certificate, type KeyUsage, parseCertificate } from './certificate.ts'
import { keyUsages } from './certificate-extensions.ts'
import { encodeMailboxes } from './mailbox.ts'
import { nameFromText } from './name-text.ts'

export interface IssueRequest {
  /** RFC 4514, most specific first: 'CN=Alva Example,O=Example'. */
  readonly subject: string
  readonly publicKey: KeyObject
  /** Become rfc822Names, or SmtpUTF8Mailboxes where the local part is not ASCII. */
  readonly emails: readonly string[]
  readonly keyUsage: readonly KeyUsage[]
  /** Dotted object identifiers. */
  readonly extendedKeyUsage: readonly string[]
  readonly notBefore: Date
  readonly notAfter: Date
  /** Big-endian octets of a positive number; at most 20 once a sign octet is added (RFC 5280 4.1.2.2). */
  readonly serial: Buffer
  /** Present: the certificate is a certification authority's. */
  readonly ca?: { readonly pathLength?: number }
  /** Where the authority publishes its revocation list. */
  readonly crlUrl?: string
  /** Beyond those above. */
  readonly extensions?: readonly { readonly oid: string; readonly critical: boolean; readonly value: Buffer }[]
}

export interface Issuer {
  /** DER of the Name. */
  readonly name: Buffer
  /** Undefined: the certificate is self-signed, its own identifier is the authority's. */
  readonly keyId: Buffer | undefined
  readonly signingKey: webcrypto.CryptoKey
}

/**
 * @throws LabError 'serial-malformed', 'name-malformed', 'address-malformed'
 */
export async function buildCertificate(request: IssueRequest, issuer: Issuer): Promise<Certificate> {
  checkSerial(request.serial)
  const spki = request.publicKey.export({ format: 'der', type: 'spki' })
  const subject = nameFromText(request.subject)
  const built = await x509.X509CertificateGenerator.create({
    serialNumber: request.serial.toString('hex'),
    issuer: new x509.Name(issuer.name),
    subject: new x509.Name(subject),
    notBefore: wholeSeconds(request.notBefore),
    notAfter: wholeSeconds(request.notAfter),
    publicKey: spki,
    signingKey: issuer.signingKey,
    signingAlgorithm: { name: issuer.signingKey.algorithm.name, hash: 'SHA-256' },
    extensions: await extensionsOf(request, spki, issuer.keyId, request.subject.trim() === ''),
  })
  const certificate = parseCertificate(Buffer.from(built.rawData))
  // Chains are found by names: the library decodes and encodes them again, so make sure that nothing was lost.
  if (!certificate.issuer.equals(issuer.name) || !certificate.subject.equals(subject))
    throw new LabError('name-malformed', `the name '${request.subject}' or its issuer's can't be carried over`)
  return certificate
}

async function extensionsOf(
  request: IssueRequest,
  spki: Buffer,
  issuerKeyId: Buffer | undefined,
  namedByAltNameOnly: boolean,
): Promise<x509.Extension[]> {
  const subjectKeyId = await x509.SubjectKeyIdentifierExtension.create(spki)
  const authorityKeyId = issuerKeyId?.toString('hex') ?? subjectKeyId.keyId
  const extensions: x509.Extension[] = [
    subjectKeyId,
    new x509.AuthorityKeyIdentifierExtension(authorityKeyId),
    new x509.BasicConstraintsExtension(request.ca !== undefined, request.ca?.pathLength, true),
  ]
  if (request.keyUsage.length > 0) extensions.push(new x509.KeyUsagesExtension(keyUsageFlags(request.keyUsage), true))
  if (request.extendedKeyUsage.length > 0)
    extensions.push(new x509.ExtendedKeyUsageExtension([...request.extendedKeyUsage]))
  if (request.emails.length > 0)
    // Critical where it is the only name (RFC 5280 4.2.1.6).
    extensions.push(new x509.Extension(Oid.subjectAltName, namedByAltNameOnly, encodeMailboxes(request.emails)))
  if (request.crlUrl !== undefined) extensions.push(new x509.CRLDistributionPointsExtension([request.crlUrl]))
  for (const each of request.extensions ?? []) extensions.push(new x509.Extension(each.oid, each.critical, each.value))
  return extensions
}

function keyUsageFlags(usages: readonly KeyUsage[]): number {
  return usages.reduce((flags, usage) => flags | (1 << keyUsages.indexOf(usage)), 0)
}

function checkSerial(serial: Buffer): void {
  // All zero would make the library draw a random one.
  if (!serial.some((octet) => octet !== 0))
    throw new LabError('serial-malformed', 'a positive serial number wanted, got zero')
  if (serial.length > 20 || (serial.length === 20 && (serial[0] ?? 0) > 0x7f))
    throw new LabError('serial-malformed', `a serial number of at most 159 bits wanted, got ${serial.length} octets`)
}

/** Certificate times have no fractions of a second (RFC 5280 4.1.2.5). */
function wholeSeconds(at: Date): Date {
  return new Date(Math.floor(at.getTime() / 1000) * 1000)
}

const curves: Readonly<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' }

/**
 * The key as WebCrypto takes it for signing, with SHA-256 (RSA as PKCS#1 v1.5).
 *
 * @throws LabError 'signing-key-unsupported'
 */
export function toSigningKey(key: KeyObject): webcrypto.CryptoKey {
  const curve = curves[key.asymmetricKeyDetails?.namedCurve ?? '']
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return key.toCryptoKey({ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, false, ['sign'])
    case 'ed25519':
      return key.toCryptoKey({ name: 'Ed25519' }, false, ['sign'])
    case 'ec':
      if (curve !== undefined) return key.toCryptoKey({ name: 'ECDSA', namedCurve: curve }, false, ['sign'])
  }
  throw new LabError(
    'signing-key-unsupported',
    `an RSA, P-256, P-384, P-521 or Ed25519 key wanted for an authority, got ${key.asymmetricKeyType}`,
  )
}
