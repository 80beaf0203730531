/** Base64 of a `b64` node: one line, nothing around it, padding in place (RFC 4648 4). */
export function decodeBase64(text: string): Buffer | undefined {
  if (text === '' || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined
  return Buffer.from(text, 'base64')
}
