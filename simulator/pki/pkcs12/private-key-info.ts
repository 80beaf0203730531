/** Private keys out of bags: PrivateKeyInfo (RFC 5208 5, RFC 5958 2). */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { Oid } from '../../asn1/oid.ts'
import { oid, readOnly, sequence } from '../../asn1/read.ts'
import { malformed, unsupported } from './refusals.ts'

/**
 * RSA of 16384 bits takes 9.3 KB, a curve key with explicit parameters 0.7 KB, DSA of 3072 bits 0.9 KB. Without a bound,
 * crafted DSA parameters make OpenSSL exponentiate for a tenth of a second a key to complete the public half.
 */
const maxOctets = { rsa: 16 * 1024, other: 1024 }

export function readPrivateKeyInfo(pkcs8: Buffer): KeyObject {
  const [, algorithm] = sequence(readOnly(pkcs8), 'PrivateKeyInfo')
  const name = oid(sequence(algorithm, 'private key algorithm')[0], 'private key algorithm')
  const limit = name === Oid.rsaEncryption || name === Oid.rsassaPss ? maxOctets.rsa : maxOctets.other
  if (pkcs8.length > limit) throw malformed(`a private key of at most ${limit} octets wanted, got ${pkcs8.length}`)
  try {
    return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  } catch {
    // OpenSSL's own error is left out: it may quote what it read.
    throw unsupported(`a private key that OpenSSL can use wanted, got one of type ${name}`)
  }
}
