/** What every password-based encryption scheme offers once its parameters are read. */
import type { PasswordOctets } from './password.ts'

export interface EncryptionScheme {
  /** 'pbe-sha1-3des', 'pbes2-aes-256-cbc-hmac-sha256', ...; of an unknown one only what its OID says. */
  readonly name: string
  readonly iterations: number
  /** Fails in one way only, by 'pkcs12-wrong-password'; by 'pkcs12-unsupported' where the scheme is unknown. */
  decrypt(ciphertext: Buffer, password: PasswordOctets): Buffer
}
