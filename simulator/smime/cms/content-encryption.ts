/**
 * Content encryption (RFC 3565, RFC 5084, RFC 8103, RFC 3370 5): CBC is stripped of its padding here, so that a message of
 * 20 MB is not copied once more; AEAD output is handed over after its tag has been checked, never before.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { octets, sequence, smallInteger } from '../../asn1/read.ts'
import * as der from '../../asn1/write.ts'
import { type AlgorithmIdentifier, type CipherSpec, cipherOf } from './algorithms.ts'
import { malformed } from './malformed.ts'
import { openRc2, readRc2Parameters } from './rc2.ts'

export interface ContentCipherParameters {
  readonly spec: CipherSpec
  /** IV or nonce. */
  readonly iv: Buffer
  readonly keyLength: number
  /** AEAD only: octets of the MAC. */
  readonly tagLength: number
}

/** Undefined for a cipher that we do not know. */
export function readContentCipher(algorithm: AlgorithmIdentifier): ContentCipherParameters | undefined {
  const spec = cipherOf(algorithm.oid)
  if (spec === undefined) return undefined
  const { parameters } = algorithm
  if (spec.mode === 'gcm') {
    // GCMParameters (RFC 5084 3.2); openssl refuses an absent length, gnupg leaves it out.
    const [nonce, length] = sequence(parameters, `${spec.name} parameters`)
    const tagLength = length === undefined ? 12 : smallInteger(length, `${spec.name} aes-ICVlen`)
    if (tagLength < 12 || tagLength > 16) throw malformed(`${spec.name} aes-ICVlen: 12 to 16 wanted, got ${tagLength}`)
    const iv = octets(nonce, `${spec.name} nonce`)
    // RFC 5084 3.2: one octet or more, 12 recommended; OpenSSL holds 128 at most.
    if (iv.length < 1 || iv.length > 128)
      throw malformed(`${spec.name} nonce: 1 to 128 octets wanted, got ${iv.length}`)
    return { spec, iv, keyLength: spec.keyLength, tagLength }
  }
  if (spec.mode === 'rc2') {
    const { effectiveBits, iv } = readRc2Parameters(parameters)
    return { spec, iv, keyLength: effectiveBits / 8, tagLength: 0 }
  }
  const iv = octets(parameters, `${spec.name} parameters`)
  const wanted = spec.mode === 'chacha20-poly1305' ? 12 : spec.blockLength
  if (iv.length !== wanted) throw malformed(`${spec.name} parameters: ${wanted} octets wanted, got ${iv.length}`)
  return { spec, iv, keyLength: spec.keyLength, tagLength: spec.mode === 'cbc' ? 0 : 16 }
}

/** Opens CBC content; undefined when the padding is wrong (RFC 5652 6.3). */
export function openBlocks(
  { spec, iv }: ContentCipherParameters,
  contentKey: Buffer,
  encrypted: Buffer,
): Buffer | undefined {
  if (encrypted.length === 0 || encrypted.length % spec.blockLength !== 0) return undefined
  if (spec.mode === 'rc2') return removePadding(openRc2(contentKey, iv, encrypted), spec.blockLength)
  // Single DES is Triple-DES with one key three times; OpenSSL 3 has no other.
  const key = spec.name === 'des-cbc' ? Buffer.concat([contentKey, contentKey, contentKey]) : contentKey
  const decipher = createDecipheriv(spec.name === 'des-cbc' ? 'des-ede3-cbc' : spec.name, key, iv)
  decipher.setAutoPadding(false)
  const padded = decipher.update(encrypted)
  decipher.final()
  return removePadding(padded, spec.blockLength)
}

function removePadding(padded: Buffer, blockLength: number): Buffer | undefined {
  const count = padded[padded.length - 1] ?? 0
  if (count === 0 || count > blockLength || count > padded.length) return undefined
  for (let at = padded.length - count; at < padded.length; at++) if (padded[at] !== count) return undefined
  return padded.subarray(0, padded.length - count)
}

/** Opens AEAD content; undefined when the MAC does not fit, and the plaintext is gone then (RFC 5083 2.2). */
export function openAuthenticated(
  { spec, iv, tagLength }: ContentCipherParameters,
  contentKey: Buffer,
  sealed: { encrypted: Buffer; mac: Buffer; associatedData: Buffer },
): Buffer | undefined {
  if (sealed.mac.length !== tagLength) return undefined
  const decipher = createAeadDecipher(spec, contentKey, iv, tagLength)
  decipher.setAuthTag(sealed.mac)
  if (sealed.associatedData.length > 0) decipher.setAAD(sealed.associatedData)
  const content = decipher.update(sealed.encrypted)
  try {
    decipher.final()
    return content
  } catch {
    content.fill(0)
    return undefined
  }
}

function createAeadDecipher(spec: CipherSpec, key: Buffer, iv: Buffer, authTagLength: number) {
  switch (spec.name) {
    case 'chacha20-poly1305':
      return createDecipheriv('chacha20-poly1305', key, iv, { authTagLength })
    case 'aes-128-gcm':
    case 'aes-192-gcm':
    case 'aes-256-gcm':
      return createDecipheriv(spec.name, key, iv, { authTagLength })
    default:
      throw new RangeError(`${spec.name} is no AEAD cipher`)
  }
}

export interface EncryptedContent {
  /** DER of the AlgorithmIdentifier with its fresh IV or nonce. */
  readonly algorithm: Buffer
  readonly parts: readonly Buffer[]
  /** AEAD only. */
  readonly mac: Buffer | undefined
}

/** Encrypts with a fresh random IV or nonce; the key must be fresh too (RFC 5084 2). */
export function encryptContent(spec: CipherSpec, contentKey: Buffer, content: Uint8Array): EncryptedContent {
  const identifier = der.oid(spec.oid)
  switch (spec.name) {
    case 'aes-128-gcm':
    case 'aes-192-gcm':
    case 'aes-256-gcm': {
      const nonce = randomBytes(12)
      const cipher = createCipheriv(spec.name, contentKey, nonce, { authTagLength: 16 })
      const parts = [cipher.update(content), cipher.final()]
      const parameters = der.sequence(der.octetString(nonce), der.integer(16))
      return { algorithm: der.sequence(identifier, parameters), parts, mac: cipher.getAuthTag() }
    }
    case 'chacha20-poly1305': {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('chacha20-poly1305', contentKey, nonce, { authTagLength: 16 })
      const parts = [cipher.update(content), cipher.final()]
      return { algorithm: der.sequence(identifier, der.octetString(nonce)), parts, mac: cipher.getAuthTag() }
    }
    default: {
      const iv = randomBytes(spec.blockLength)
      const cipher = createCipheriv(spec.name, contentKey, iv)
      const parts = [cipher.update(content), cipher.final()]
      return { algorithm: der.sequence(identifier, der.octetString(iv)), parts, mac: undefined }
    }
  }
}
