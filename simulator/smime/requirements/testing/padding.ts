/** PKCS#7 padding to blocks of AES (RFC 5652 6.3). */
export function padded(octets: Buffer): Buffer {
  const count = 16 - (octets.length % 16)
  return Buffer.concat([octets, Buffer.alloc(count, count)])
}
