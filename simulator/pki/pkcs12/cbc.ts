/** CBC decryption with PKCS#7 padding (RFC 8018 6.1.1), by the ciphers that node:crypto has. */
import { createDecipheriv } from 'node:crypto'
import { wrongPassword } from './refusals.ts'

export function decryptCbc(cipher: string, key: Buffer, iv: Buffer, ciphertext: Buffer): Buffer {
  const decipher = createDecipheriv(cipher, key, iv)
  try {
    return Buffer.concat([decipher.update(ciphertext), decipher.final()])
  } catch {
    throw wrongPassword()
  }
}
