/**
 * Signature verification (RFC 5652 5.4 and 5.6): each signer by itself, every reason against it named. Whether the signer's
 * certificate is to be trusted is a question for path validation, not asked here.
 */
import { createHash } from 'node:crypto'
import { Oid, oidName } from '../../asn1/oid.ts'
import { asBuffer, time } from '../../asn1/read.ts'
import { LabError } from '../../error.ts'
import { type Certificate, publicKeyOf } from '../../pki/certificate.ts'
import type { PathReason } from '../../pki/path-validation.ts'
import { type DigestName, digestOf } from './algorithms.ts'
import {
  checkAlgorithmProtection,
  checkContentType,
  checkDigest,
  checkOccurrence,
  checkSigningCertificates,
  checkUnsigned,
} from './attribute-rules.ts'
import { readAttributes, readValue, signedOctets } from './attributes.ts'
import { readKeyPreference } from './key-preference.ts'
import { reason } from './reason.ts'
import { type RecipientId, recipientMatches } from './recipient-id.ts'
import { checkSignature, readSignatureCheck, type SignatureCheck, signatureText } from './signature-algorithm.ts'
import { readSignedData, type SignedData, type SignerInfo } from './signed-data.ts'
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
 * Verifies every signer over the encapsulated content or over `detached`; `others` are certificates of signers that the
 * message may have left out.
 *
 * @throws LabError 'cms-malformed', 'cms-wrong-type', 'asn1-malformed' for a broken structure
 */
export function verify(cms: Uint8Array, detached?: Uint8Array, others: readonly Certificate[] = []): VerifyResult {
  const signed = readSignedData(cms)
  const digests = digestsOf(signed.content ?? detached)
  const general = judgeContent(signed.content, detached)
  const signers = signed.signers.map((each) => judgeSigner(each, signed, digests, general, others))
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
  others: readonly Certificate[],
): SignerResult {
  const reasons: PathReason[] = [...general]
  const digest = digestOf(signer.digestAlgorithm.oid)
  const attributes = readAttributes(signer.signedAttributes, reasons)
  if (signer.signedAttributes === undefined) {
    if (signed.contentType !== Oid.data)
      reasons.push(
        reason('missing-attribute', `content of type ${oidName(signed.contentType)} needs signed attributes`),
      )
  } else {
    reasons.push(...checkOccurrence(attributes))
    checkContentType(attributes, signed.contentType, reasons)
    checkDigest(attributes, digest === undefined ? undefined : digests.digest(digest), reasons)
    checkAlgorithmProtection(attributes, signer, reasons)
  }
  reasons.push(...checkUnsigned(readAttributes(signer.unsignedAttributes, reasons)))
  const signingTime = readValue(attributes, Oid.signingTime, (value) => time(value, 'signingTime attribute'), reasons)
  const capabilities = readValue(attributes, Oid.smimeCapabilities, readCapabilities, reasons)
  const encryptionKeyPreference = readValue(attributes, Oid.encryptionKeyPreference, readKeyPreference, reasons)

  const check = readSignatureCheck(signer.digestAlgorithm, signer.signatureAlgorithm)
  const covered = signer.signedAttributes === undefined ? digests.content : signedOctets(signer.signedAttributes)
  const named = (list: readonly Certificate[]): Certificate[] =>
    list.filter((each) => recipientMatches(signer.id, each))
  const candidates = [...named(signed.certificates), ...named(others)].slice(0, maxCandidates)
  const { certificate, reasons: against } = judgeSignature(signer, check, covered, candidates)
  reasons.push(...against)
  if (certificate !== undefined) checkSigningCertificates(attributes, certificate, reasons)

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
