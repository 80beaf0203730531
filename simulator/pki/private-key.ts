/** Private keys from files: PKCS#8 (RFC 5958), and the older PKCS#1 and SEC 1 forms. */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { LabError } from '../error.ts'

/**
 * Reads an unencrypted private key in PEM, or in DER as PKCS#8.
 *
 * @throws LabError 'private-key-unusable'; the message never holds any of the key
 */
export function readPrivateKey(source: string | Buffer): KeyObject {
  const text = typeof source === 'string' ? source : source.toString('latin1')
  const isPem = text.includes('-----BEGIN ')
  if (isPem && /-----BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(text))
    throw new LabError('private-key-unusable', 'an unencrypted private key wanted, got an encrypted one', {
      hint: 'openssl pkey -in key.pem -out plain.pem',
    })
  try {
    return createPrivateKey(isPem ? text : { key: Buffer.from(text, 'latin1'), format: 'der', type: 'pkcs8' })
  } catch {
    // OpenSSL's own error is left out: it would tell nothing more, and quotes its input in some versions.
    throw new LabError('private-key-unusable', 'a private key in PEM (PKCS#8, PKCS#1, SEC 1) or PKCS#8 DER wanted')
  }
}
