/**
 * ESS signing certificate (RFC 5035, RFC 2634 5.4): the signer says which certificate it meant, by its hash. Without it,
 * anyone can put another certificate for the same key, with other names or other rights, in its place.
 */
import { createHash } from 'node:crypto'
import { Oid, oidName } from '../../asn1/oid.ts'
import {
  type Asn1Node,
  children,
  encoding,
  integerBytes,
  isContext,
  isUniversal,
  octets,
  sequence,
  Tag,
} from '../../asn1/read.ts'
import * as der from '../../asn1/write.ts'
import { type Certificate, serialToHex } from '../../pki/certificate.ts'
import type { PathReason } from '../../pki/path-validation.ts'
import { digestOf, readAlgorithm } from './algorithms.ts'

/** The value of a signingCertificateV2 attribute: SHA-256, which as the default is left out, and issuer and serial number. */
export function writeSigningCertificate(certificate: Certificate): Buffer {
  const hash = createHash('sha256').update(certificate.der).digest()
  const issuer = der.sequence(der.context(4, certificate.issuer))
  const issuerSerial = der.sequence(issuer, der.tlv(Tag.Integer, certificate.serial))
  return der.sequence(der.sequence(der.sequence(der.octetString(hash), issuerSerial)))
}

/** The first ESSCertID must name the signer's certificate (RFC 5035 3); version 1 knows SHA-1 only. */
export function checkSigningCertificate(type: string, value: Asn1Node, signer: Certificate): PathReason | undefined {
  const [certificates] = sequence(value, 'SigningCertificate')
  const fields = sequence(sequence(certificates, 'SigningCertificate certs')[0], 'ESSCertID')
  const hasAlgorithm = type === Oid.signingCertificateV2 && isUniversal(fields[0], Tag.Sequence)
  const algorithm = hasAlgorithm ? readAlgorithm(fields.shift(), 'ESSCertIDv2 hashAlgorithm').oid : undefined
  const digest = algorithm === undefined ? defaultDigest(type) : digestOf(algorithm)
  if (digest === undefined) return mismatch(`the certificate hash ${oidName(algorithm ?? type)} is not supported`)
  const named = octets(fields[0], 'ESSCertID certHash')
  if (!createHash(digest).update(signer.der).digest().equals(named))
    return mismatch(`the signed certificate hash is not that of '${signer.subjectText}'`)
  return fields[1] === undefined ? undefined : checkIssuerSerial(fields[1], signer)
}

function defaultDigest(type: string): 'sha1' | 'sha256' {
  return type === Oid.signingCertificate ? 'sha1' : 'sha256'
}

function checkIssuerSerial(node: Asn1Node, signer: Certificate): PathReason | undefined {
  const [issuer, serial] = sequence(node, 'IssuerSerial')
  const [directoryName] = sequence(issuer, 'IssuerSerial issuer')
  const named = isContext(directoryName, 4) ? children(directoryName)[0] : undefined
  const sameSerial = serialToHex(integerBytes(serial, 'IssuerSerial serialNumber')) === signer.serialHex
  const sameIssuer = named === undefined || encoding(named).equals(signer.issuer)
  return sameSerial && sameIssuer
    ? undefined
    : mismatch(`the signed issuer and serial number are not those of '${signer.subjectText}'`)
}

function mismatch(message: string): PathReason {
  return { code: 'signing-certificate-mismatch', message }
}
