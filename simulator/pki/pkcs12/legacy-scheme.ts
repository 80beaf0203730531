/** The six encryption schemes of PKCS#12 itself, all with SHA-1 (RFC 7292 appendix C). */
import { Oid } from '../../asn1/oid.ts'
import { type Asn1Node, octets, sequence } from '../../asn1/read.ts'
import { decryptCbc } from './cbc.ts'
import { sha1 } from './digests.ts'
import type { EncryptionScheme } from './encryption-scheme.ts'
import { derivePkcs12Key, Purpose } from './key-derivation.ts'
import type { OpeningBudget } from './opening-budget.ts'
import { decryptRc2Cbc } from './rc2.ts'
import { applyRc4 } from './rc4.ts'

interface LegacyCipher {
  readonly name: string
  readonly keyLength: number
  /** 0 for the stream cipher. */
  readonly ivLength: 0 | 8
  decrypt(key: Buffer, iv: Buffer, ciphertext: Buffer): Buffer
}

const rc2 = (name: string, keyLength: number): LegacyCipher => ({
  name,
  keyLength,
  ivLength: 8,
  decrypt: decryptRc2Cbc,
})

const rc4 = (name: string, keyLength: number): LegacyCipher => ({
  name,
  keyLength,
  ivLength: 0,
  decrypt: (key, _iv, ciphertext) => applyRc4(key, ciphertext),
})

const tripleDes = (name: string, keyLength: 16 | 24): LegacyCipher => ({
  name,
  keyLength,
  ivLength: 8,
  // Two-key 3DES is three-key 3DES whose third key is the first.
  decrypt: (key, iv, ciphertext) =>
    decryptCbc('des-ede3-cbc', Buffer.concat([key, key]).subarray(0, 24), iv, ciphertext),
})

const cipherByOid: ReadonlyMap<string, LegacyCipher> = new Map([
  [Oid.pbeSha1Rc4128, rc4('pbe-sha1-rc4-128', 16)],
  [Oid.pbeSha1Rc440, rc4('pbe-sha1-rc4-40', 5)],
  [Oid.pbeSha1TripleDes, tripleDes('pbe-sha1-3des', 24)],
  [Oid.pbeSha1TwoKeyTripleDes, tripleDes('pbe-sha1-3des-2key', 16)],
  [Oid.pbeSha1Rc2128, rc2('pbe-sha1-rc2-128', 16)],
  [Oid.pbeSha1Rc240, rc2('pbe-sha1-rc2-40', 5)],
])

/** Reads the parameters of the scheme that `algorithm` names; undefined where it is none of the six. */
export function readLegacyScheme(
  algorithm: string,
  parameters: Asn1Node | undefined,
  budget: OpeningBudget,
): EncryptionScheme | undefined {
  const cipher = cipherByOid.get(algorithm)
  if (cipher === undefined) return undefined
  const [saltNode, count] = sequence(parameters, `${cipher.name} parameters`)
  const salt = octets(saltNode, `${cipher.name} salt`)
  const iterations = budget.iterations(count, `${cipher.name} iteration count`)
  return {
    name: cipher.name,
    iterations,
    decrypt(ciphertext, { bmp }) {
      const input = { digest: sha1, password: bmp, salt, iterations }
      const key = derivePkcs12Key({ ...input, purpose: Purpose.key }, cipher.keyLength)
      const iv = derivePkcs12Key({ ...input, purpose: Purpose.iv }, cipher.ivLength)
      return cipher.decrypt(key, iv, ciphertext)
    },
  }
}
