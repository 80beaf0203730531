/** RC2 in CBC mode (RFC 2268), for reading only: OpenSSL 3, and so node:crypto, keeps it in a provider that is not loaded. */
import forge from 'node-forge'
import { wrongPassword } from './refusals.ts'

const block = 8

/** The library's buffers are strings that it cuts block by block: a whole megabyte at once takes minutes, in parts 0.2 s. */
const partLength = 128 * block

/** All bits of `key` are effective key bits, as in both RC2 schemes of PKCS#12. */
export function decryptRc2Cbc(key: Buffer, iv: Buffer, ciphertext: Buffer): Buffer {
  if (ciphertext.length === 0 || ciphertext.length % block !== 0) throw wrongPassword()
  const parts: Buffer[] = []
  for (let start = 0, chain = iv; start < ciphertext.length; start += partLength) {
    const part = ciphertext.subarray(start, start + partLength)
    parts.push(decryptPart(key, chain, part))
    chain = part.subarray(-block)
  }
  return removePadding(Buffer.concat(parts))
}

function decryptPart(key: Buffer, iv: Buffer, ciphertext: Buffer): Buffer {
  const cipher = forge.rc2.createDecryptionCipher(key.toString('latin1'), key.length * 8)
  cipher.start(iv.toString('latin1'))
  cipher.update(forge.util.createBuffer(ciphertext.toString('latin1')))
  return Buffer.from(cipher.output.getBytes(), 'latin1')
}

/** By hand: the library cuts off what the last octet says, without a look at the others. */
function removePadding(plaintext: Buffer): Buffer {
  const count = plaintext[plaintext.length - 1] as number
  const kept = plaintext.length - count
  if (count === 0 || count > block || plaintext.subarray(kept).some((octet) => octet !== count)) throw wrongPassword()
  return plaintext.subarray(0, kept)
}
