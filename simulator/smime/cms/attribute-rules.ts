/**
 * The rules on attributes (RFC 5652 5.3, 5.6 and 11, RFC 8551 2.5, RFC 5035 3, RFC 6211): how often each may stand, and that
 * it says the same as what stands outside. Each rule broken is a reason.
 */
import { Oid, oidName } from '../../asn1/oid.ts'
import { type Asn1Node, children, isContext, octets, oid, sequence } from '../../asn1/read.ts'
import type { Certificate } from '../../pki/certificate.ts'
import type { PathReason } from '../../pki/path-validation.ts'
import { type AlgorithmIdentifier, hasNoParameters, readAlgorithm } from './algorithms.ts'
import { type Attribute, readValue } from './attributes.ts'
import { reason } from './reason.ts'
import type { SignerInfo } from './signed-data.ts'
import { checkSigningCertificate } from './signing-certificate.ts'

/** Once at most, with one value, and signed (RFC 5652 11.1-11.3, RFC 8551 2.5, RFC 5035 3, RFC 6211 2). */
const single: ReadonlySet<string> = new Set([
  Oid.contentType,
  Oid.messageDigest,
  Oid.signingTime,
  Oid.smimeCapabilities,
  Oid.encryptionKeyPreference,
  Oid.signingCertificate,
  Oid.signingCertificateV2,
  Oid.cmsAlgorithmProtection,
])

export function checkOccurrence(attributes: readonly Attribute[]): PathReason[] {
  const reasons: PathReason[] = []
  const seen = new Set<string>()
  for (const { type, values } of attributes) {
    if (type === Oid.counterSignature)
      reasons.push(misplaced('counterSignature is signed; it is an unsigned attribute (RFC 5652 11.4)'))
    if (!single.has(type)) continue
    if (seen.has(type)) reasons.push({ code: 'duplicate-attribute', message: `${oidName(type)} stands more than once` })
    seen.add(type)
    if (values.length !== 1)
      reasons.push({ code: 'attribute-values', message: `${oidName(type)}: one value wanted, got ${values.length}` })
  }
  for (const type of [Oid.contentType, Oid.messageDigest])
    if (!seen.has(type))
      reasons.push({ code: 'missing-attribute', message: `${oidName(type)} is missing (RFC 5652 5.3)` })
  return reasons
}

/** What must be signed and stands outside says nothing, and is there to mislead. */
export function checkUnsigned(attributes: readonly Attribute[]): PathReason[] {
  return attributes
    .filter(({ type }) => single.has(type))
    .map(({ type }) => misplaced(`${oidName(type)} is not signed; it must be (RFC 5652 11, RFC 8551 2.5)`))
}

function misplaced(message: string): PathReason {
  return reason('misplaced-attribute', message)
}

export function checkContentType(attributes: readonly Attribute[], contentType: string, reasons: PathReason[]): void {
  const signed = readValue(attributes, Oid.contentType, (value) => oid(value, 'contentType attribute'), reasons)
  if (signed !== undefined && signed !== contentType)
    reasons.push(
      reason('content-type-mismatch', `signed as ${oidName(signed)}, but the content is ${oidName(contentType)}`),
    )
}

/** The digest is computed again over what is at hand, never taken from the message (RFC 5652 5.6). */
export function checkDigest(
  attributes: readonly Attribute[],
  computed: Buffer | undefined,
  reasons: PathReason[],
): void {
  const signed = readValue(attributes, Oid.messageDigest, (value) => octets(value, 'messageDigest attribute'), reasons)
  if (signed !== undefined && computed !== undefined && !signed.equals(computed))
    reasons.push(reason('digest-mismatch', 'the content is not what was signed'))
}

/** RFC 6211 2: the algorithms, signed along, must be those that stand outside. */
export function checkAlgorithmProtection(
  attributes: readonly Attribute[],
  signer: SignerInfo,
  reasons: PathReason[],
): void {
  const agrees = readValue(attributes, Oid.cmsAlgorithmProtection, (value) => protects(value, signer), reasons)
  if (agrees === false)
    reasons.push(reason('algorithm-mismatch', 'the signed algorithms (RFC 6211) are not those of the signature'))
}

function protects(value: Asn1Node, signer: SignerInfo): boolean {
  const [digestNode, signature] = sequence(value, 'CMSAlgorithmProtection')
  const digest = readAlgorithm(digestNode, 'CMSAlgorithmProtection digestAlgorithm')
  if (!sameAlgorithm(digest, signer.digestAlgorithm) || !isContext(signature, 1)) return false
  return oid(children(signature)[0], 'CMSAlgorithmProtection signatureAlgorithm') === signer.signatureAlgorithm.oid
}

function sameAlgorithm(a: AlgorithmIdentifier, b: AlgorithmIdentifier): boolean {
  return a.oid === b.oid && (a.encoding.equals(b.encoding) || (hasNoParameters(a) && hasNoParameters(b)))
}

/** RFC 5035 3: where the signer names its certificate, it must be this one. */
export function checkSigningCertificates(
  attributes: readonly Attribute[],
  certificate: Certificate,
  reasons: PathReason[],
): void {
  for (const type of [Oid.signingCertificate, Oid.signingCertificateV2]) {
    const check = (value: Asn1Node) => checkSigningCertificate(type, value, certificate)
    const against = readValue(attributes, type, check, reasons)
    if (against !== undefined) reasons.push(against)
  }
}
