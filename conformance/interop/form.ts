/** The forms that mail takes on the wire: rows of the matrix. */

/** As our engine names them in a signature, with the curve where the digest alone doesn't tell it. */
export type SignatureName =
  | 'rsa-v1.5-sha256'
  | 'rsa-v1.5-sha512'
  | 'rsa-pss-sha256'
  | 'ecdsa-p256-sha256'
  | 'ecdsa-p384-sha384'
  | 'ed25519'

export type CipherName =
  | 'aes-128-cbc'
  | 'aes-256-cbc'
  | 'des-ede3-cbc'
  | 'aes-128-gcm'
  | 'aes-256-gcm'
  | 'chacha20-poly1305'

/** Key transport to an RSA recipient, key agreement with an EC or X25519 one. */
export type KeyManagementName =
  | 'rsa-v1.5'
  | 'rsa-oaep-sha1'
  | 'rsa-oaep-sha256'
  | 'rsa-oaep-sha256-mgf1-sha1'
  | 'ecdh-p256-sha1kdf'
  | 'ecdh-p256-sha256kdf'
  | 'ecdh-p384-sha1kdf'
  | 'ecdh-p384-sha256kdf'
  | 'x25519-hkdf-sha256'

export type RecipientIdName = 'issuer-and-serial' | 'key-identifier'

export interface SignedForm {
  readonly kind: 'signed'
  /** `sign/SIGNATURE/clear`: limits match on it. */
  readonly id: string
  readonly signature: SignatureName
  /** 'clear': multipart/signed (RFC 8551 3.5.3), 'opaque': application/pkcs7-mime (3.5.2). */
  readonly shape: 'clear' | 'opaque'
}

export interface EncryptedForm {
  readonly kind: 'encrypted'
  /** `encrypt/CIPHER/KEY-MANAGEMENT/RECIPIENT-ID`. */
  readonly id: string
  readonly cipher: CipherName
  readonly keyManagement: KeyManagementName
  readonly recipientId: RecipientIdName
}

export type Form = SignedForm | EncryptedForm

export const idOfSigned = (signature: string, shape: string): string => `sign/${signature}/${shape}`

export const idOfEncrypted = (cipher: string, keyManagement: string, recipientId: string): string =>
  `encrypt/${cipher}/${keyManagement}/${recipientId}`

function signed(signature: SignatureName, shape: SignedForm['shape']): SignedForm {
  return { kind: 'signed', id: idOfSigned(signature, shape), signature, shape }
}

function encrypted(
  cipher: CipherName,
  keyManagement: KeyManagementName,
  recipientId: RecipientIdName = 'issuer-and-serial',
): EncryptedForm {
  return {
    kind: 'encrypted',
    id: idOfEncrypted(cipher, keyManagement, recipientId),
    cipher,
    keyManagement,
    recipientId,
  }
}

/** Nobody can change the text unseen: signed, or encrypted with authentication (RFC 5083). */
export function isProtected(form: Form): boolean {
  return form.kind === 'signed' || /-(gcm|poly1305)$/.test(form.cipher)
}

/** The message digest. Under Ed25519 it is SHA-512 (RFC 8419 3.1). */
export function digestOf({ signature }: SignedForm): 'sha256' | 'sha384' | 'sha512' {
  if (signature.endsWith('sha256')) return 'sha256'
  return signature.endsWith('sha384') ? 'sha384' : 'sha512'
}

const signatures = [
  'rsa-v1.5-sha256',
  'rsa-v1.5-sha512',
  'rsa-pss-sha256',
  'ecdsa-p256-sha256',
  'ecdsa-p384-sha384',
  'ed25519',
] as const satisfies readonly SignatureName[]

const ciphers = [
  'aes-128-cbc',
  'aes-256-cbc',
  'des-ede3-cbc',
  'aes-128-gcm',
  'aes-256-gcm',
  'chacha20-poly1305',
] as const satisfies readonly CipherName[]

/** Each against one CBC and one GCM cipher; RSA v1.5 and ECDH, which have rows of their own, against every cipher. */
const furtherKeyManagement = [
  'rsa-oaep-sha1',
  'rsa-oaep-sha256',
  'rsa-oaep-sha256-mgf1-sha1',
  'ecdh-p256-sha1kdf',
  'ecdh-p384-sha1kdf',
  'ecdh-p384-sha256kdf',
  'x25519-hkdf-sha256',
] as const satisfies readonly KeyManagementName[]

const byKeyIdentifier = ['rsa-v1.5', 'rsa-oaep-sha256', 'ecdh-p256-sha256kdf', 'x25519-hkdf-sha256'] as const

/**
 * Not every combination: the axes are independent of each other in every engine that we know, but for the key wrap, which
 * follows the content cipher and so meets every cipher under ECDH.
 */
export const forms: readonly Form[] = [
  ...signatures.flatMap((each) => [signed(each, 'clear'), signed(each, 'opaque')]),
  ...ciphers.map((each) => encrypted(each, 'rsa-v1.5')),
  ...ciphers.map((each) => encrypted(each, 'ecdh-p256-sha256kdf')),
  ...furtherKeyManagement.flatMap((each) => [encrypted('aes-256-cbc', each), encrypted('aes-256-gcm', each)]),
  ...byKeyIdentifier.map((each) => encrypted('aes-256-cbc', each, 'key-identifier')),
]
