/** The rows of the table in the words of the field. */
import type { CipherName, Form, KeyManagementName, SignatureName } from './form.ts'

const signatures: Readonly<Record<SignatureName, string>> = {
  'rsa-v1.5-sha256': 'RSA v1.5, SHA-256',
  'rsa-v1.5-sha512': 'RSA v1.5, SHA-512',
  'rsa-pss-sha256': 'RSA-PSS, SHA-256',
  'ecdsa-p256-sha256': 'ECDSA P-256, SHA-256',
  'ecdsa-p384-sha384': 'ECDSA P-384, SHA-384',
  ed25519: 'Ed25519',
}

const ciphers: Readonly<Record<CipherName, string>> = {
  'aes-128-cbc': 'AES-128-CBC',
  'aes-256-cbc': 'AES-256-CBC',
  'des-ede3-cbc': 'Triple-DES',
  'aes-128-gcm': 'AES-128-GCM',
  'aes-256-gcm': 'AES-256-GCM',
  'chacha20-poly1305': 'ChaCha20-Poly1305',
}

const keyManagement: Readonly<Record<KeyManagementName, string>> = {
  'rsa-v1.5': 'RSA v1.5',
  'rsa-oaep-sha1': 'OAEP SHA-1',
  'rsa-oaep-sha256': 'OAEP SHA-256',
  'rsa-oaep-sha256-mgf1-sha1': 'OAEP SHA-256, MGF SHA-1',
  'ecdh-p256-sha1kdf': 'ECDH P-256, SHA-1 KDF',
  'ecdh-p256-sha256kdf': 'ECDH P-256, SHA-256 KDF',
  'ecdh-p384-sha1kdf': 'ECDH P-384, SHA-1 KDF',
  'ecdh-p384-sha256kdf': 'ECDH P-384, SHA-256 KDF',
  'x25519-hkdf-sha256': 'X25519, HKDF SHA-256',
}

export interface FormTitle {
  readonly section: string
  /** Two columns. */
  readonly row: readonly [string, string]
}

export function titleOf(form: Form): FormTitle {
  if (form.kind === 'signed') return { section: 'Signed', row: [form.shape, signatures[form.signature]] }
  const { cipher, recipientId } = form
  const by = recipientId === 'key-identifier' ? 'key identifier' : 'issuer and serial number'
  return { section: `Encrypted, recipient by ${by}`, row: [ciphers[cipher], keyManagement[form.keyManagement]] }
}
