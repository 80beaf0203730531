/** PBKDF2 and its parameters (RFC 8018 5.2 and A.2), as PBES2 and PBMAC1 use it. */
import { pbkdf2Sync } from 'node:crypto'
import { Oid, oidName } from '../../asn1/oid.ts'
import { type Asn1Node, isUniversal, octets, oid, sequence, smallInteger, Tag } from '../../asn1/read.ts'
import { type Digest, hmacDigestByOid, sha1 } from './digests.ts'
import type { OpeningBudget } from './opening-budget.ts'
import { unsupported } from './refusals.ts'

export interface Pbkdf2 {
  readonly prf: Digest
  readonly salt: Buffer
  readonly iterations: number
  /** Where the file states it. */
  readonly keyLength: number | undefined
}

/** Reads a KeyDerivationFunc; PBKDF2 is the only one known. */
export function readPbkdf2(node: Asn1Node | undefined, budget: OpeningBudget): Pbkdf2 {
  const [algorithm, parameters] = sequence(node, 'key derivation function')
  const name = oid(algorithm, 'key derivation function')
  if (name !== Oid.pbkdf2) throw unsupported(`key derivation by PBKDF2 wanted, got ${oidName(name)}`)
  const [salt, count, ...optional] = sequence(parameters, 'PBKDF2 parameters')
  const iterations = budget.iterations(count, 'PBKDF2 iteration count')
  let keyLength: number | undefined
  if (isUniversal(optional[0], Tag.Integer)) keyLength = smallInteger(optional.shift(), 'PBKDF2 keyLength')
  return { salt: octets(salt, 'PBKDF2 salt'), iterations, keyLength, prf: readHmac(optional[0], 'PBKDF2 prf') ?? sha1 }
}

/** The digest of an HMAC's AlgorithmIdentifier; undefined where the field is absent. */
export function readHmac(node: Asn1Node | undefined, what: string): Digest | undefined {
  if (node === undefined) return undefined
  const name = oid(sequence(node, what)[0], what)
  const digest = hmacDigestByOid.get(name)
  if (digest === undefined) throw unsupported(`${what}: an HMAC with SHA-1 or SHA-2 wanted, got ${oidName(name)}`)
  return digest
}

export function derivePbkdf2(kdf: Pbkdf2, password: Buffer, length: number): Buffer {
  return pbkdf2Sync(password, kdf.salt, kdf.iterations, length, kdf.prf.name)
}
