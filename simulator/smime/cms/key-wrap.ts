/** Key wrap: AES (RFC 3394, RFC 3565) and Triple-DES (RFC 3217). Both carry their own integrity check. */
import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { WrapSpec } from './algorithms.ts'

/** The initial value of RFC 3394 2.2.3.1; Triple-DES wrap brings its own. */
function initialValue(spec: WrapSpec): Buffer | null {
  return spec.name === '3des-wrap' ? null : Buffer.alloc(8, 0xa6)
}

export function wrapKey(spec: WrapSpec, keyEncryptionKey: Buffer, contentKey: Buffer): Buffer {
  const cipher = createCipheriv(spec.cipher, keyEncryptionKey, initialValue(spec))
  return Buffer.concat([cipher.update(contentKey), cipher.final()])
}

/** Undefined when the integrity check fails: another key, or a changed message. */
export function unwrapKey(spec: WrapSpec, keyEncryptionKey: Buffer, wrapped: Buffer): Buffer | undefined {
  // RFC 3394 2: two blocks of key and one of check at least; OpenSSL lets an empty input through.
  if (wrapped.length < 24) return undefined
  try {
    const decipher = createDecipheriv(spec.cipher, keyEncryptionKey, initialValue(spec))
    return Buffer.concat([decipher.update(wrapped), decipher.final()])
  } catch {
    return undefined
  }
}
