/**
 * Content that is no MIME entity: what a script that calls openssl signs and encrypts is often text and nothing else.
 * Without header fields it is text/plain (RFC 2045 5.2).
 */
import { isUtf8 } from 'node:buffer'
import { asBuffer } from '../../asn1/read.ts'
import { type Entity, parseEntity } from './entity.ts'

/**
 * The entity that `content` is, or the one that a reader takes it for. What begins like a header field has to be an
 * entity.
 *
 * @throws LabError `mime-malformed` where it begins like an entity and is none
 */
export function readContent(content: Uint8Array): Entity {
  const source = asBuffer(content)
  const first = source.toString('latin1', 0, 1024)
  if (/^[!-9;-~]+[ \t]*:/.test(first) || /^\r?\n/.test(first)) return parseEntity(source)
  const mediaType = isText(source) ? 'text/plain' : 'application/octet-stream'
  return { source, start: 0, bodyStart: 0, end: source.length, headers: [], mediaType, parameters: {} }
}

/** UTF-8 without control characters: what random octets are not. */
export function isText(content: Buffer): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return isUtf8(content) && !/[\x00-\x08\x0b\x0e-\x1f\x7f]/.test(content.toString('utf8'))
}
