/** How CMS names a certificate (RFC 5652 10.2.4, 6.2.1): by issuer and serial number, or by subject key identifier. */
import { type Asn1Node, encoding, expectUniversal, integerBytes, octets, sequence, Tag } from '../../asn1/read.ts'
import * as der from '../../asn1/write.ts'
import { LabError } from '../../error.ts'
import { type Certificate, serialToHex } from '../../pki/certificate.ts'
import { namesEqual } from '../../pki/name.ts'
import { showName } from '../../pki/name-text.ts'
import { malformed } from './malformed.ts'

export type RecipientId =
  | {
      readonly kind: 'issuer-and-serial'
      /** DER of the Name. */
      readonly issuer: Buffer
      readonly issuerText: string
      readonly serialHex: string
    }
  | { readonly kind: 'key-identifier' /** Lower hex. */; readonly keyId: string }

export function readIssuerAndSerial(node: Asn1Node | undefined, what: string): RecipientId {
  return issuerAndSerialOf(sequence(node, what), what)
}

/** From the two fields, where the SEQUENCE around them has another tag. */
export function issuerAndSerialOf(parts: readonly Asn1Node[], what: string): RecipientId {
  const issuer = encoding(expectUniversal(parts[0], Tag.Sequence, `${what} issuer`))
  const serialHex = serialToHex(integerBytes(parts[1], `${what} serialNumber`))
  if (parts.length !== 2) throw malformed(`${what}: issuer and serial number wanted`)
  return {
    kind: 'issuer-and-serial',
    issuer,
    // Rendered when someone looks: a list of recipients is parsed far more often than shown.
    get issuerText() {
      return nameText(issuer)
    },
    serialHex,
  }
}

function nameText(name: Buffer): string {
  try {
    return showName(name)
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    return `#${name.toString('hex')}`
  }
}

/** A key identifier: an OCTET STRING, or [0] IMPLICIT of one. */
export function readKeyIdentifier(node: Asn1Node | undefined, what: string): RecipientId {
  return { kind: 'key-identifier', keyId: octets(node, what).toString('hex') }
}

/** Whether `id` names this certificate: exactly, as a key that is merely tried proves nothing. */
export function recipientMatches(id: RecipientId, certificate: Certificate): boolean {
  if (id.kind === 'key-identifier') return certificate.subjectKeyId?.toString('hex') === id.keyId
  if (id.serialHex !== certificate.serialHex) return false
  return id.issuer.equals(certificate.issuer) || sameName(id.issuer, certificate.issuer)
}

/** RFC 5280 7.1: senders re-encode names (PrintableString to UTF8String), so octets alone are too strict. */
function sameName(named: Buffer, held: Buffer): boolean {
  try {
    return namesEqual(named, held)
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    return false
  }
}

export function writeIssuerAndSerial(certificate: Certificate): Buffer {
  return der.sequence(certificate.issuer, der.tlv(Tag.Integer, certificate.serial))
}

/** The key identifier in the certificate's own extension (RFC 5280 4.2.1.2); nobody else's way to compute one is guessed. */
export function requireKeyIdentifier(certificate: Certificate): Buffer {
  if (certificate.subjectKeyId === undefined)
    throw new LabError('recipient-unusable', `'${certificate.subjectText}' has no subjectKeyIdentifier to name it by`, {
      hint: "use recipientId 'issuer-and-serial'",
    })
  return certificate.subjectKeyId
}
