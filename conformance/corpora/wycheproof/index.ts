/** Wycheproof, by the primitive. */
import type { Corpus } from '../corpus.ts'
import { aesCbc, aesGcm } from './content-encryption.ts'
import { ecdhP256, x25519 } from './key-agreement.ts'
import { keyWrap } from './key-wrap.ts'
import { pbes2, pbkdf2 } from './password-based.ts'
import { rsaesOaep } from './rsaes-oaep.ts'
import { rsaesPkcs1 } from './rsaes-pkcs1.ts'
import { ed25519, rsassaPss } from './signatures.ts'

export const wycheproof: readonly Corpus[] = [
  rsaesPkcs1,
  rsaesOaep,
  ecdhP256,
  x25519,
  keyWrap,
  aesCbc,
  aesGcm,
  pbkdf2,
  pbes2,
  rsassaPss,
  ed25519,
]
