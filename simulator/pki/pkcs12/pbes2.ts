/** PBES2 (RFC 8018 6.2) with PBKDF2 and a CBC cipher. */
import { Oid, oidName } from '../../asn1/oid.ts'
import { type Asn1Node, octets, oid, sequence } from '../../asn1/read.ts'
import { decryptCbc } from './cbc.ts'
import type { EncryptionScheme } from './encryption-scheme.ts'
import type { OpeningBudget } from './opening-budget.ts'
import { derivePbkdf2, readPbkdf2 } from './pbkdf2.ts'
import { malformed, unsupported } from './refusals.ts'

interface CbcCipher {
  readonly name: string
  readonly keyLength: number
  readonly block: number
}

const cipherByOid: ReadonlyMap<string, CbcCipher> = new Map([
  [Oid.aes128Cbc, { name: 'aes-128-cbc', keyLength: 16, block: 16 }],
  [Oid.aes192Cbc, { name: 'aes-192-cbc', keyLength: 24, block: 16 }],
  [Oid.aes256Cbc, { name: 'aes-256-cbc', keyLength: 32, block: 16 }],
  [Oid.desEde3Cbc, { name: 'des-ede3-cbc', keyLength: 24, block: 8 }],
])

/** Reads PBES2-params (RFC 8018 A.4). */
export function readPbes2(parameters: Asn1Node | undefined, budget: OpeningBudget): EncryptionScheme {
  const [keyDerivation, encryption] = sequence(parameters, 'PBES2 parameters')
  const kdf = readPbkdf2(keyDerivation, budget)
  const [algorithm, ivNode] = sequence(encryption, 'PBES2 encryption scheme')
  const cipherOid = oid(algorithm, 'PBES2 encryption scheme')
  const cipher = cipherByOid.get(cipherOid)
  if (cipher === undefined) throw unsupported(`PBES2: AES-CBC or 3DES-CBC wanted, got ${oidName(cipherOid)}`)
  const iv = octets(ivNode, 'PBES2 initialization vector')
  if (iv.length !== cipher.block)
    throw malformed(`PBES2: an initialization vector of ${cipher.block} octets wanted, got ${iv.length}`)
  if (kdf.keyLength !== undefined && kdf.keyLength !== cipher.keyLength)
    throw malformed(`PBES2: a keyLength of ${cipher.keyLength} wanted for ${cipher.name}, got ${kdf.keyLength}`)
  return {
    name: `pbes2-${cipher.name}-hmac-${kdf.prf.name}`,
    iterations: kdf.iterations,
    decrypt: (ciphertext, { utf8 }) =>
      decryptCbc(cipher.name, derivePbkdf2(kdf, utf8, cipher.keyLength), iv, ciphertext),
  }
}
