/** Octets to text by charset name, for header fields: never fails, since a name that nobody knows must not hide a message. */

export function decodeText(bytes: Uint8Array, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    return Buffer.from(bytes).toString('latin1')
  }
}
