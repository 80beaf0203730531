/** Key transport (RFC 5652 6.2.1): the content key encrypted to an RSA key, by RSA v1.5 (RFC 3370 4.2.1) or OAEP (RFC 3560). */
import { constants, type KeyObject, privateDecrypt, publicEncrypt, randomBytes } from 'node:crypto'
import { Oid, oidName } from '../../asn1/oid.ts'
import * as der from '../../asn1/write.ts'
import type { AlgorithmIdentifier, DigestName, KeyTransport } from './algorithms.ts'
import { damaged, type KeyRecovery, unsupported, unusable } from './key-recovery.ts'
import { oaepDecrypt, oaepEncrypt, readOaepParameters, writeOaepAlgorithm } from './oaep.ts'

/** 'rsa-v1.5', 'rsa-oaep-sha256', ... or the algorithm's own name. */
export function keyTransportText(algorithm: AlgorithmIdentifier): string {
  if (algorithm.oid === Oid.rsaEncryption) return 'rsa-v1.5'
  if (algorithm.oid === Oid.rsaesOaep) return readOaepParameters(algorithm).text
  return oidName(algorithm.oid)
}

export function openTransportedKey(
  privateKey: KeyObject,
  algorithm: AlgorithmIdentifier,
  encryptedKey: Buffer,
  keyLength: number,
): KeyRecovery {
  const isOaep = algorithm.oid === Oid.rsaesOaep
  if (!isOaep && algorithm.oid !== Oid.rsaEncryption)
    return unsupported(`key transport ${oidName(algorithm.oid)} is not supported`)
  if (privateKey.asymmetricKeyType !== 'rsa')
    return unusable(`an RSA private key wanted, the matching one is ${privateKey.asymmetricKeyType}`)
  return isOaep
    ? openOaep(privateKey, algorithm, encryptedKey, keyLength)
    : openVersion15(privateKey, encryptedKey, keyLength)
}

function openOaep(
  privateKey: KeyObject,
  algorithm: AlgorithmIdentifier,
  encryptedKey: Buffer,
  keyLength: number,
): KeyRecovery {
  const { hash, mgfHash, label, text } = readOaepParameters(algorithm)
  if (hash === undefined || mgfHash === undefined) return unsupported(`key transport ${text} is not supported`)
  const contentKey = attempt(() => oaepDecrypt(privateKey, { hash, mgfHash, label }, encryptedKey))
  if (contentKey?.length !== keyLength) return damaged(`the content key does not come out of ${text} with this key`)
  return { ok: true, contentKey, genuine: true }
}

/**
 * OpenSSL answers bad padding with random octets of random length (implicit rejection), and so do we with the length that
 * is left to check: nobody must learn from an answer whether the padding was right (RFC 3218, Bleichenbacher's attack).
 */
function openVersion15(privateKey: KeyObject, encryptedKey: Buffer, keyLength: number): KeyRecovery {
  const padding = constants.RSA_PKCS1_PADDING
  const found = attempt(() => privateDecrypt({ key: privateKey, padding }, encryptedKey))
  if (found?.length === keyLength) return { ok: true, contentKey: found, genuine: true }
  return { ok: true, contentKey: randomBytes(keyLength), genuine: false }
}

/** OpenSSL's errors here say only that it did not work. */
function attempt(open: () => Buffer | undefined): Buffer | undefined {
  try {
    return open()
  } catch {
    return undefined
  }
}

/** The content key encrypted to `publicKey`, with the AlgorithmIdentifier to send along. */
export function transportKey(
  publicKey: KeyObject,
  transport: KeyTransport,
  contentKey: Buffer,
): { algorithm: Buffer; encryptedKey: Buffer } {
  if (transport === 'rsa-v1.5')
    return {
      algorithm: der.sequence(der.oid(Oid.rsaEncryption), der.nullValue()),
      encryptedKey: publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, contentKey),
    }
  const hash = transport.slice('rsa-oaep-'.length) as DigestName
  return { algorithm: writeOaepAlgorithm(hash), encryptedKey: oaepEncrypt(publicKey, hash, contentKey) }
}
