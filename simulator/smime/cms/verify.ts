/**
 * Signature verification (RFC 5652 5.4 and 5.6): each signer by itself, every reason against it named. Whether the signer's
 * certificate is to be trusted is a question for path validation, not asked here.
 */
import { createHash } from 'node:crypto'
import { Oid, oidName } from '../../asn1/oid.ts'
import { type Asn1Node, asBuffer, children, isContext, oid, sequence } from '../../asn1/read.ts'
import { LabError } from '../../error.ts'
import { type Certificate, publicKeyOf } from '../../pki/certificate.ts'
import type { PathReason } from '../../pki/path-validation.ts'
import { type AlgorithmIdentifier, type DigestName, digestOf, hasNoParameters, readAlgorithm } from './algorithms.ts'
import {
  type Attribute,
  attributeValue,
  checkSignedAttributes,
  checkUnsignedAttributes,
  judge,
  readAttributes,
  readContentType,
  readMessageDigest,
  readSigningTime,
  signedOctets,
} from './attributes.ts'
import { readKeyPreference } from './key-preference.ts'
import { type RecipientId, recipientMatches } from './recipient-id.ts'
import { checkSignature, readSignatureCheck, type SignatureCheck, signatureText } from './signature-algorithm.ts'
import { readSignedData, type SignedData, type SignerInfo } from './signed-data.ts'
import { checkSigningCertificate } from './signing-certificate.ts'
import { readCapabilities } from './smime-capabilities.ts'

export interface SignerResult {
  readonly cryptoValid: boolean
  /** Empty exactly when `cryptoValid`. */
  readonly reasons: PathReason[]
  readonly certificate?: Certificate
  /** As the signer claims; nothing proves it. */
  readonly signingTime?: Date
  /** Ciphers that the signer would like to be sent, best first (RFC 8551 2.5.2); dotted object identifiers. */
  readonly capabilities?: string[]
  /** The certificate to encrypt answers to (RFC 8551 2.5.3). Believe it of a valid signature only. */
  readonly encryptionKeyPreference?: RecipientId
  /** 'sha256', or the algorithm's own name. */
  readonly digestAlgorithm: string
  readonly signatureAlgorithm: string
}

export interface VerifyResult {
  /** The encapsulated content; undefined for a detached signature. */
  readonly content: Buffer | undefined
  /** Dotted object identifier. */
  readonly contentType: string
  /** Empty: nobody signed (certificates only), which is never "valid". */
  readonly signers: SignerResult[]
  readonly certificates: Certificate[]
  readonly crls: Buffer[]
}

/** Certificates with one key identifier that are tried for a signer; honest mail has two at most. */
const maxCandidates = 8

/**
 * Verifies every signer over the encapsulated content or over `detached`.
 *
 * @throws LabError 'cms-malformed', 'cms-wrong-type', 'asn1-malformed' for a broken structure
 */
export function verify(cms: Uint8Array, detached?: Uint8Array): VerifyResult {
  const signed = readSignedData(cms)
  const digests = digestsOf(signed.content ?? detached)
  const general = judgeContent(signed.content, detached)
  const signers = signed.signers.map((each) => judgeSigner(each, signed, digests, general))
  const { content, contentType, certificates, crls } = signed
  return { content, contentType, signers, certificates, crls }
}

interface ContentDigests {
  readonly content: Uint8Array | undefined
  readonly digest: (name: DigestName) => Buffer | undefined
}

/** Each digest of the content once, however many signers use it. */
function digestsOf(content: Uint8Array | undefined): ContentDigests {
  const known = new Map<DigestName, Buffer>()
  const digest = (name: DigestName): Buffer | undefined => {
    if (content === undefined) return undefined
    const found = known.get(name) ?? createHash(name).update(content).digest()
    known.set(name, found)
    return found
  }
  return { content, digest }
}

/** Two contents are one too many: a reader would be shown the one, and the signature cover the other (CVE-2018-18509). */
function judgeContent(encapsulated: Buffer | undefined, detached: Uint8Array | undefined): PathReason[] {
  if (encapsulated !== undefined && detached !== undefined)
    return [reason('detached-and-encapsulated', 'the content stands in the signature and beside it')]
  if (encapsulated === undefined && detached === undefined)
    return [reason('content-missing', 'a detached signature, and no content to check it against')]
  return []
}

function judgeSigner(
  signer: SignerInfo,
  signed: SignedData,
  digests: ContentDigests,
  general: readonly PathReason[],
): SignerResult {
  const reasons: PathReason[] = [...general]
  const digest = digestOf(signer.digestAlgorithm.oid)
  const attributes = readSet(signer.signedAttributes, reasons)
  if (signer.signedAttributes === undefined) {
    if (signed.contentType !== Oid.data)
      reasons.push(
        reason('missing-attribute', `content of type ${oidName(signed.contentType)} needs signed attributes`),
      )
  } else {
    reasons.push(...checkSignedAttributes(attributes))
    checkContentType(attributes, signed.contentType, reasons)
    checkDigest(attributes, digest === undefined ? undefined : digests.digest(digest), reasons)
    checkAlgorithmProtection(attributes, signer, reasons)
  }
  reasons.push(...checkUnsignedAttributes(readSet(signer.unsignedAttributes, reasons)))
  const signingTime = readValue(attributes, Oid.signingTime, readSigningTime, reasons)
  const capabilities = readValue(attributes, Oid.smimeCapabilities, readCapabilities, reasons)
  const encryptionKeyPreference = readValue(attributes, Oid.encryptionKeyPreference, readKeyPreference, reasons)

  const check = readSignatureCheck(signer.digestAlgorithm, signer.signatureAlgorithm)
  const covered = signer.signedAttributes === undefined ? digests.content : signedOctets(signer.signedAttributes)
  const candidates = signed.certificates.filter((each) => recipientMatches(signer.id, each)).slice(0, maxCandidates)
  const { certificate, reasons: against } = judgeSignature(signer, check, covered, candidates)
  reasons.push(...against)
  if (certificate !== undefined) checkEss(attributes, certificate, reasons)

  const digestText = digest ?? oidName(signer.digestAlgorithm.oid)
  return {
    cryptoValid: reasons.length === 0,
    reasons,
    ...(certificate === undefined ? {} : { certificate }),
    ...(signingTime === undefined ? {} : { signingTime }),
    ...(capabilities === undefined ? {} : { capabilities }),
    ...(encryptionKeyPreference === undefined ? {} : { encryptionKeyPreference }),
    digestAlgorithm: digestText,
    signatureAlgorithm: signatureText(signer.signatureAlgorithm, digestText),
  }
}

function readSet(node: Asn1Node | undefined, reasons: PathReason[]): Attribute[] {
  if (node === undefined) return []
  try {
    return readAttributes(node)
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    reasons.push(reason('malformed-attribute', error.message))
    return []
  }
}

/** The first value of an attribute, read; undefined when there is none or it can't be read, which is a reason. */
function readValue<T>(
  attributes: readonly Attribute[],
  type: string,
  read: (value: Asn1Node) => T,
  reasons: PathReason[],
): T | undefined {
  const value = attributeValue(attributes, type)
  return value === undefined ? undefined : judge(type, reasons, () => read(value))
}

function checkContentType(attributes: readonly Attribute[], contentType: string, reasons: PathReason[]): void {
  const signed = readValue(attributes, Oid.contentType, readContentType, reasons)
  if (signed !== undefined && signed !== contentType)
    reasons.push(
      reason('content-type-mismatch', `signed as ${oidName(signed)}, but the content is ${oidName(contentType)}`),
    )
}

/** The digest is computed again over what is at hand, never taken from the message (RFC 5652 5.6). */
function checkDigest(attributes: readonly Attribute[], computed: Buffer | undefined, reasons: PathReason[]): void {
  const signed = readValue(attributes, Oid.messageDigest, readMessageDigest, reasons)
  if (signed !== undefined && computed !== undefined && !signed.equals(computed))
    reasons.push(reason('digest-mismatch', 'the content is not what was signed'))
}

/** RFC 6211 2: the algorithms, signed along, must be those that stand outside. */
function checkAlgorithmProtection(attributes: readonly Attribute[], signer: SignerInfo, reasons: PathReason[]): void {
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

/**
 * Several certificates may share the key identifier (RFC 8551 2.6): the one whose key made the signature is the signer's.
 * When none fits, the first tells the reason.
 */
function judgeSignature(
  signer: SignerInfo,
  check: SignatureCheck | PathReason,
  covered: Uint8Array | undefined,
  candidates: readonly Certificate[],
): { certificate: Certificate | undefined; reasons: PathReason[] } {
  const [first] = candidates
  if (first === undefined)
    return {
      certificate: undefined,
      reasons: [
        ...('code' in check ? [check] : []),
        reason('signer-certificate-missing', 'the message does not bring the certificate of its signer'),
      ],
    }
  if ('code' in check) return { certificate: first, reasons: [check] }
  if (covered === undefined) return { certificate: first, reasons: [] }
  let failure: PathReason | undefined
  for (const certificate of candidates) {
    const against = checkWith(certificate, check, asBuffer(covered), signer.signature)
    if (against === undefined) return { certificate, reasons: [] }
    failure ??= against
  }
  return { certificate: first, reasons: failure === undefined ? [] : [failure] }
}

function checkWith(
  certificate: Certificate,
  check: SignatureCheck,
  covered: Buffer,
  signature: Buffer,
): PathReason | undefined {
  try {
    return checkSignature(publicKeyOf(certificate), check, covered, signature)
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    return reason('algorithm-unsupported', error.message)
  }
}

function checkEss(attributes: readonly Attribute[], certificate: Certificate, reasons: PathReason[]): void {
  for (const type of [Oid.signingCertificate, Oid.signingCertificateV2]) {
    const check = (value: Asn1Node) => checkSigningCertificate(type, value, certificate)
    const against = readValue(attributes, type, check, reasons)
    if (against !== undefined) reasons.push(against)
  }
}

function reason(code: string, message: string): PathReason {
  return { code, message }
}
