/** Name-based UUIDs (RFC 9562 5.5), so that a profile built twice from the same names has the same bytes. */
import { createHash } from 'node:crypto'

/** The namespace of the project's names: a fixed random UUID. */
const namespace = Buffer.from('5e0c4a7d9b3f4e1f8a6b2d7c91e35f04', 'hex')

/**
 * An upper-case version 5 UUID of the names, told apart by place as well as by text.
 *
 * @example payloadUuid('alva@example.com', 'signing', certificate.sha256)
 */
export function payloadUuid(...names: readonly string[]): string {
  const bytes = createHash('sha1').update(namespace).update(JSON.stringify(names)).digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex').toUpperCase()
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
