/** How an authority signs lists and responses: as certificates are signed, with SHA-256 (RFC 4055, RFC 5758, RFC 8410). */
import { type KeyObject, sign } from 'node:crypto'
import { Oid } from '../asn1/oid.ts'
import * as write from '../asn1/write.ts'
import { LabError } from '../error.ts'

export interface Signer {
  /** DER of the AlgorithmIdentifier. */
  readonly algorithm: Buffer
  readonly sign: (octets: Buffer) => Buffer
}

/** @throws LabError 'signing-key-unsupported' */
export function signerFor(key: KeyObject): Signer {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return newSigner(write.sequence(write.oid(Oid.sha256WithRsa), write.nullValue()), 'sha256', key)
    case 'ec':
      return newSigner(write.sequence(write.oid(Oid.ecdsaWithSha256)), 'sha256', key)
    case 'ed25519':
      return newSigner(write.sequence(write.oid(Oid.ed25519)), null, key)
    default:
      throw new LabError('signing-key-unsupported', `an RSA, EC or Ed25519 key wanted, got ${key.asymmetricKeyType}`)
  }
}

function newSigner(algorithm: Buffer, hash: 'sha256' | null, key: KeyObject): Signer {
  return { algorithm, sign: (octets) => sign(hash, octets, key) }
}
