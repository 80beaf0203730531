/** Textual encodings (RFC 7468): labelled base64 between BEGIN and END lines, any text around them. */
import { LabError } from '../error.ts'

export interface PemBlock {
  readonly label: string
  readonly bytes: Buffer
}

/** Whether the bytes hold a BEGIN line; DER never does in its first octets, but text around PEM is common. */
export function looksLikePem(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('-----BEGIN ')
}

/**
 * Every block, in order.
 *
 * @throws LabError 'pem-malformed'
 */
export function readPem(source: string): PemBlock[] {
  const blocks: PemBlock[] = []
  for (let at = source.indexOf('-----BEGIN '); at !== -1; at = source.indexOf('-----BEGIN ', at)) {
    const lineEnd = source.indexOf('-----', at + 11)
    const label = source.slice(at + 11, lineEnd === -1 ? at + 75 : lineEnd)
    if (lineEnd === -1 || label.length > 64 || /[\r\n]/.test(label))
      throw new LabError('pem-malformed', `PEM at offset ${at}: a BEGIN line wanted`)
    const end = source.indexOf(`-----END ${label}-----`, lineEnd + 5)
    if (end === -1) throw new LabError('pem-malformed', `PEM at offset ${at}: the END line of ${label} is missing`)
    blocks.push({ label, bytes: decodeBody(source.slice(lineEnd + 5, end), label) })
    at = end + label.length + 14
  }
  return blocks
}

/** A block of 64-character lines, ended by a line feed. */
export function writePem(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}

function decodeBody(body: string, label: string): Buffer {
  const base64 = body.replace(/\s+/g, '')
  // Buffer.from(…, 'base64') skips what it does not know: a damaged block must not pass for a shorter one.
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw new LabError('pem-malformed', `PEM ${label}: base64 wanted`)
  return Buffer.from(base64, 'base64')
}
