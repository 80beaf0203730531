/** The key derivation of PKCS#12 (RFC 7292 appendix B.2). */
import { createHash, hash } from 'node:crypto'
import type { Digest } from './digests.ts'

/** The diversifier octet of RFC 7292 B.3. */
export const Purpose = { key: 1, iv: 2, mac: 3 } as const

export interface DerivationInput {
  readonly digest: Digest
  readonly purpose: (typeof Purpose)[keyof typeof Purpose]
  /** UTF-16 big-endian with its terminator, or no octets. */
  readonly password: Buffer
  readonly salt: Buffer
  readonly iterations: number
}

/** Derives `length` octets. */
export function derivePkcs12Key(input: DerivationInput, length: number): Buffer {
  const { digest, iterations } = input
  const diversifier = Buffer.alloc(digest.block, input.purpose)
  const material = Buffer.concat([
    repeatToBlocks(input.salt, digest.block),
    repeatToBlocks(input.password, digest.block),
  ])
  const output: Buffer[] = []
  for (let have = 0; have < length; have += digest.length) {
    const value = createHash(digest.name).update(diversifier).update(material).digest()
    // One-shot hashing through a string, into the same octets: a quarter of the time of a Hash object each round.
    for (let round = 1; round < iterations; round++) value.write(hash(digest.name, value, 'latin1'), 'latin1')
    output.push(value)
    addToBlocks(material, value, digest.block)
  }
  return Buffer.concat(output).subarray(0, length)
}

/** Steps 2 and 3: copies of `bytes` up to the next multiple of the block; none of nothing. */
function repeatToBlocks(bytes: Buffer, block: number): Buffer {
  const length = Math.ceil(bytes.length / block) * block
  return bytes.length === 0 ? bytes : Buffer.alloc(length, bytes)
}

/** Step 6C: each block of the material becomes (block + value repeated + 1) mod 2^(8 * block), in place. */
function addToBlocks(material: Buffer, value: Buffer, block: number): void {
  const addend = Buffer.alloc(block, value)
  for (let start = 0; start < material.length; start += block) {
    let carry = 1
    for (let at = block - 1; at >= 0; at--) {
      const sum = (material[start + at] as number) + (addend[at] as number) + carry
      material[start + at] = sum & 0xff
      carry = sum >> 8
    }
  }
}
