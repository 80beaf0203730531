/** A certificate payload: exactly one certificate, DER in root and pkcs1, PEM in pem. */
import type { CertificatePayload } from '../../delivery/mobileconfig/index.ts'
import { LabError } from '../../error.ts'
import { type Certificate, parseCertificate, readCertificates } from '../../pki/certificate.ts'
import { namesEqual } from '../../pki/name.ts'

export function importCertificate(payload: CertificatePayload): Certificate {
  if (payload.kind !== 'pem') return parseCertificate(payload.content)
  const [certificate, ...others] = readPem(payload.content)
  if (certificate === undefined) throw new LabError('certificate-malformed', 'a certificate in PEM wanted, got none')
  if (others.length > 0)
    throw new LabError('too-many-certificates', `one certificate in a payload wanted, got ${others.length + 1}`)
  return certificate
}

function readPem(content: Buffer): Certificate[] {
  try {
    return readCertificates(content)
  } catch (cause) {
    if (!(cause instanceof LabError)) throw cause
    throw new LabError('certificate-malformed', `a certificate in PEM wanted: ${cause.message}`, { cause })
  }
}

/**
 * Apple calls root an alias of pkcs1, so the certificate decides and not the payload's type: only a self-issued one,
 * and not a rollover certificate of the same name but another key (RFC 5280 4.2.1.1), is an anchor.
 */
export function trustOf(certificate: Certificate): 'anchor' | 'intermediate' {
  const { issuer, subject, authorityKeyId, subjectKeyId } = certificate
  const sameKey = authorityKeyId === undefined || (subjectKeyId !== undefined && authorityKeyId.equals(subjectKeyId))
  return namesEqual(issuer, subject) && sameKey ? 'anchor' : 'intermediate'
}
