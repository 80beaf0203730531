/**
 * RSASSA-PSS (RFC 8017 8.1.2) with any hash in its mask generation, as RFC 4055 3.1 lets a signer choose.
 *
 * Node hands OpenSSL no hash for MGF1, which then takes that of the message. Only where the key is itself an RSASSA-PSS
 * key with parameters (RFC 4055 3.1) does OpenSSL take it from there: so a key is dressed up as one where the two differ.
 */
import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { Oid } from '../asn1/oid.ts'
import { encoding, readOnly, sequence } from '../asn1/read.ts'
import * as write from '../asn1/write.ts'
import type { HashName } from './hash-algorithm.ts'

export interface PssParameters {
  readonly hash: HashName
  readonly mgfHash: HashName
  /** Octets. */
  readonly saltLength: number
}

/** No modulus that OpenSSL takes (16384 bits) has room for more. */
const maxSaltLength = 2048

/** Whether the signature is one over `signed` by the key, an RSA or RSASSA-PSS one. Never throws. */
export function verifyPss(signed: Uint8Array, signature: Uint8Array, key: KeyObject, pss: PssParameters): boolean {
  const { hash, saltLength } = pss
  if (saltLength > maxSaltLength) return false
  try {
    const suited = keyFor(key, pss)
    if (suited === undefined) return false
    const padded = { key: suited, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }
    return verify(hash, signed, padded, signature)
  } catch {
    // OpenSSL throws for what it can't even try, such as a salt longer than the key has room for.
    return false
  }
}

/** Undefined for a key whose own parameters forbid these. */
function keyFor(key: KeyObject, pss: PssParameters): KeyObject | undefined {
  const { asymmetricKeyType, asymmetricKeyDetails } = key
  if (asymmetricKeyType !== 'rsa' && asymmetricKeyType !== 'rsa-pss') return undefined
  const { hashAlgorithm, mgf1HashAlgorithm } = asymmetricKeyDetails ?? {}
  if (hashAlgorithm !== undefined)
    return hashAlgorithm === pss.hash && mgf1HashAlgorithm === pss.mgfHash ? key : undefined
  return pss.hash === pss.mgfHash ? key : dressUp(key, pss)
}

function dressUp(key: KeyObject, { hash, mgfHash, saltLength }: PssParameters): KeyObject {
  const algorithm = (dotted: string, parameters: Buffer) => write.sequence(write.oid(dotted), parameters)
  const mask = algorithm(Oid.mgf1, algorithm(Oid[mgfHash], write.nullValue()))
  const parameters = write.sequence(
    write.context(0, algorithm(Oid[hash], write.nullValue())),
    write.context(1, mask),
    write.context(2, write.integer(saltLength)),
  )
  const spki = sequence(readOnly(key.export({ format: 'der', type: 'spki' })), 'SubjectPublicKeyInfo')
  const [, publicKey] = spki.map(encoding)
  const dressed = write.sequence(algorithm(Oid.rsassaPss, parameters), publicKey ?? Buffer.alloc(0))
  return createPublicKey({ key: dressed, format: 'der', type: 'spki' })
}
