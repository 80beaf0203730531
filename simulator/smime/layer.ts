/** One S/MIME layer taken off: what it was, and the MIME entity that it held. */

import { Oid, oidName } from '../asn1/oid.ts'
import { LabError } from '../error.ts'
import type { Certificate } from '../pki/index.ts'
import {
  contentKind,
  type DecryptFailure,
  type DecryptionKey,
  decompress,
  decrypt,
  notIntact,
  type RecipientInfoView,
  type VerifyResult,
  verify,
} from './cms/index.ts'
import { isText, readContent } from './mime/bare-content.ts'
import { bodyBytes, canonicalise, type Entity, entityBytes, multipartParts, parseEntity } from './mime/entity.ts'
import type { SignatureEvidence, SignatureReport } from './signature-report.ts'
import { isPkcs7Mime, isPkcs7Signature, isSmimeMultipartSigned } from './smime-entity.ts'

export type ClosedCause = 'no-matching-key' | 'algorithm-unsupported' | 'key-unusable' | 'integrity' | 'malformed'

export interface Layer {
  /** 'signed-detached': by a signature in a file of its own. */
  readonly kind:
    | 'enveloped'
    | 'auth-enveloped'
    | 'signed-clear'
    | 'signed-opaque'
    | 'signed-detached'
    | 'compressed'
    | 'certs-only'
  /** Encrypted: content cipher, then key algorithm. Signed: digest and signature algorithm of each signer. */
  readonly algorithms: string[]
  readonly recipients?: RecipientInfoView[]
  /** Of this layer by itself; which one counts for the content is told in `OpenedMessage.signature`. */
  readonly signature?: SignatureReport
}

export type Peeled =
  | {
      readonly result: 'off'
      readonly layer: Layer
      /** Unset where certificates were all that was inside. */
      readonly inner: Entity | undefined
      /** Of a signed layer. Judgement waits for the author, who is known only when every layer is off (RFC 9788). */
      readonly evidence?: SignatureEvidence
      readonly openedBy?: DecryptionKey
    }
  | { readonly result: 'closed'; readonly layer?: Layer; readonly cause: ClosedCause; readonly message: string }

/** What the reader has to open and to judge with. */
export interface Held {
  readonly keys: readonly DecryptionKey[]
  /** Where a message leaves its signer's certificate out (RFC 8551 2.3 only says SHOULD). */
  readonly certificates: readonly Certificate[]
}

/** What a compressed layer may grow to. */
const maxInflated = 64 * 1024 * 1024

/** Takes off the layer that `entity` is; undefined where it is none. @throws LabError for what can't be read */
export function peelEntity(entity: Entity, held: Held): Peeled | undefined {
  if (isSmimeMultipartSigned(entity)) return peelClearSigned(entity, held)
  return isPkcs7Mime(entity) ? peelCms(bodyBytes(entity), held) : undefined
}

/** What the CMS is decides, not what the smime-type parameter says that it is (RFC 8551 3.2.2). */
export function peelCms(cms: Buffer, held: Held): Peeled {
  const kind = contentKind(cms)
  switch (kind) {
    case 'enveloped-data':
      return peelEncrypted(cms, held.keys, 'enveloped')
    case 'auth-enveloped-data':
      return peelEncrypted(cms, held.keys, 'auth-enveloped')
    case 'signed-data':
      return peelOpaqueSigned(cms, held)
    case 'compressed-data':
      return {
        result: 'off',
        layer: { kind: 'compressed', algorithms: ['zlib'] },
        inner: readContent(decompress(cms, maxInflated)),
      }
    default:
      return {
        result: 'closed',
        cause: 'algorithm-unsupported',
        message: `CMS content of kind ${kind} is not for mail`,
      }
  }
}

const causes: Readonly<Record<DecryptFailure['cause'], ClosedCause>> = {
  'no-matching-recipient': 'no-matching-key',
  'algorithm-unsupported': 'algorithm-unsupported',
  'key-unusable': 'key-unusable',
  integrity: 'integrity',
}

function peelEncrypted(cms: Buffer, keys: readonly DecryptionKey[], kind: 'enveloped' | 'auth-enveloped'): Peeled {
  const result = decrypt(cms, keys)
  const { recipients, contentCipher, contentType } = result
  const layer: Layer = { kind, algorithms: [contentCipher], recipients }
  // Said whether the content came out or not: an answer that depends on it tells of the padding (RFC 3218 2.3).
  if (contentType !== Oid.data && (result.ok || result.cause === 'integrity')) {
    const message = `encrypted content of type data (RFC 8551 2.4) wanted, got ${oidName(contentType)}`
    return { result: 'closed', layer, cause: 'malformed', message }
  }
  if (!result.ok) return { result: 'closed', layer, cause: causes[result.cause], message: result.message }
  const inner = readDecrypted(result.content, result.authenticated)
  if (inner !== undefined) {
    const algorithms = [contentCipher, result.keyAlgorithm]
    return { result: 'off', layer: { ...layer, algorithms }, inner, openedBy: result.key }
  }
  if (!result.authenticated) return { result: 'closed', layer, cause: 'integrity', message: notIntact(contentCipher) }
  return { result: 'closed', layer, cause: 'malformed', message: 'what came out of decryption is no MIME entity' }
}

/**
 * One wrong content key in 256 leaves padding that looks right, and garbage before it: so what nothing authenticates has
 * to begin with a header field, or be text.
 */
function readDecrypted(content: Buffer, authenticated: boolean): Entity | undefined {
  try {
    const entity = readContent(content)
    return entity.headers.length > 0 || authenticated || isText(content) ? entity : undefined
  } catch (error) {
    if (error instanceof LabError) return undefined
    throw error
  }
}

function peelOpaqueSigned(cms: Buffer, { certificates }: Held): Peeled {
  const result = verify(cms, undefined, certificates)
  if (result.content === undefined && result.signers.length === 0)
    return { result: 'off', layer: { kind: 'certs-only', algorithms: [] }, inner: undefined }
  if (result.content === undefined)
    throw new LabError(
      'smime-malformed',
      'SignedData: its content wanted inside, it is detached and not in the message',
    )
  // RFC 8551 2.4.1: mail is id-data; a signed receipt or time stamp is not a message.
  if (result.contentType !== Oid.data)
    throw new LabError('smime-malformed', `SignedData: content of type data wanted, got ${oidName(result.contentType)}`)
  return signedLayer('signed-opaque', result, readContent(result.content))
}

function signedLayer(kind: 'signed-clear' | 'signed-opaque', result: VerifyResult, inner: Entity): Peeled {
  const algorithms = result.signers.flatMap((each) => [each.digestAlgorithm, each.signatureAlgorithm])
  return { result: 'off', layer: { kind, algorithms }, inner, evidence: { read: result } }
}

/** The text of a clear-signed message is there to read, whatever its signature is worth: so this never ends closed. */
function peelClearSigned(entity: Entity, { certificates }: Held): Peeled {
  const parts = multipartParts(entity)
  const [content, signature] = parts
  if (content === undefined) throw new LabError('smime-malformed', 'multipart/signed: a first part wanted, got none')
  if (signature === undefined || parts.length > 2)
    return brokenSignature(content, `multipart/signed: two parts (RFC 1847 2.1) wanted, got ${parts.length}`)
  if (!isPkcs7Signature(signature))
    return brokenSignature(content, `multipart/signed: application/pkcs7-signature wanted, got ${signature.mediaType}`)
  try {
    const { result, covered } = verifyDetached(bodyBytes(signature), entityBytes(content), certificates)
    return signedLayer('signed-clear', result, parseEntity(covered))
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    return brokenSignature(content, error.message)
  }
}

function brokenSignature(inner: Entity, message: string): Peeled {
  const evidence = { broken: { code: 'signature-malformed', message } }
  return { result: 'off', layer: { kind: 'signed-clear', algorithms: [] }, inner, evidence }
}

/** A transport copy may hold LF line ends; the signer signed CRLF (RFC 8551 3.1.1). What verified is what is handed on. */
export function verifyDetached(
  cms: Buffer,
  received: Buffer,
  certificates: readonly Certificate[] = [],
): { result: VerifyResult; covered: Buffer } {
  const result = verify(cms, received, certificates)
  if (result.signers.every((each) => each.cryptoValid)) return { result, covered: received }
  const canonical = canonicalise(received)
  if (canonical === received) return { result, covered: received }
  const again = verify(cms, canonical, certificates)
  return again.signers.some((each) => each.cryptoValid)
    ? { result: again, covered: canonical }
    : { result, covered: received }
}
