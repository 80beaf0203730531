/**
 * RSAES-OAEP encryption (RFC 8017 7.1.1) with a seed from the caller. OpenSSL draws the seed itself, so a generator
 * of fixtures that must give equal bytes twice cannot use it; decryption has no such need and is OpenSSL's.
 */
import { constants, createHash, type KeyObject, publicEncrypt } from 'node:crypto'
import { LabError } from '../error.ts'

export type OaepHash = 'sha256' | 'sha384' | 'sha512'

const hashLength: Readonly<Record<OaepHash, number>> = { sha256: 32, sha384: 48, sha512: 64 }

/**
 * Octets that one ciphertext can hold: k - 2 hLen - 2. With 2048 bits that is 190 under SHA-256, 158 under SHA-384,
 * 126 under SHA-512.
 *
 * @throws LabError 'oaep-not-rsa'
 */
export function oaepCapacity(publicKey: KeyObject, hash: OaepHash): number {
  const bits = publicKey.asymmetricKeyType === 'rsa' ? publicKey.asymmetricKeyDetails?.modulusLength : undefined
  if (bits === undefined)
    throw new LabError('oaep-not-rsa', `an RSA public key was wanted, got ${publicKey.asymmetricKeyType ?? 'a secret'}`)
  return Math.ceil(bits / 8) - 2 * hashLength[hash] - 2
}

/**
 * Encrypts with an empty label and MGF1 over the same hash, as CNG and OpenSSL do.
 *
 * @throws LabError 'oaep-not-rsa' | 'oaep-too-long'
 */
export function encryptOaep(
  message: Uint8Array,
  publicKey: KeyObject,
  hash: OaepHash,
  random: (octets: number) => Buffer,
): Buffer {
  const capacity = oaepCapacity(publicKey, hash)
  if (message.length > capacity)
    throw new LabError('oaep-too-long', `at most ${capacity} octets fit OAEP with ${hash} here, got ${message.length}`)
  const padding = Buffer.alloc(capacity - message.length)
  const block = Buffer.concat([createHash(hash).digest(), padding, Buffer.of(1), message])
  const seed = random(hashLength[hash])
  const maskedBlock = xor(block, mgf1(seed, block.length, hash))
  const maskedSeed = xor(seed, mgf1(maskedBlock, seed.length, hash))
  return publicEncrypt(
    { key: publicKey, padding: constants.RSA_NO_PADDING },
    Buffer.concat([Buffer.of(0), maskedSeed, maskedBlock]),
  )
}

/** RFC 8017 B.2.1. */
function mgf1(seed: Uint8Array, length: number, hash: OaepHash): Buffer {
  const blocks: Buffer[] = []
  for (let counter = 0; counter * hashLength[hash] < length; counter++) {
    const octets = Buffer.alloc(4)
    octets.writeUInt32BE(counter)
    blocks.push(createHash(hash).update(seed).update(octets).digest())
  }
  return Buffer.concat(blocks).subarray(0, length)
}

function xor(left: Buffer, right: Buffer): Buffer {
  return Buffer.from(left.map((octet, index) => octet ^ (right[index] ?? 0)))
}
