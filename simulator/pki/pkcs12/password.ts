/** A password as the octets that the two families of key derivation take. */

export interface PasswordOctets {
  /** UTF-16 big-endian with two zero octets behind it (RFC 7292 B.1); no octets at all for the absent password. */
  readonly bmp: Buffer
  /** UTF-8, as PBKDF2 is used in practice (RFC 8018 3); absent and empty are the same here. */
  readonly utf8: Buffer
}

/**
 * `null` is the absent password, another key than the empty one under RFC 7292 B: Windows and GnuTLS write both kinds.
 * RFC 7292 knows only the BMP; characters beyond it go as surrogate pairs, as every writer does.
 */
export function encodePassword(password: string | null): PasswordOctets {
  if (password === null) return { bmp: Buffer.alloc(0), utf8: Buffer.alloc(0) }
  return { bmp: Buffer.from(`${password}\0`, 'utf16le').swap16(), utf8: Buffer.from(password, 'utf8') }
}
