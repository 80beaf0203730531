/** The parts of an entity that hold content, and copies of an entity with some of them changed. All other octets stay. */
import { isUtf8 } from 'node:buffer'
import { LabError } from '../../error.ts'
import { bodyBytes, type Entity, entityBytes, multipartParts, parseEntity } from './entity.ts'
import { encodeBase64Lines, encodeQuotedPrintable } from './transfer-encoding.ts'

/** Honest mail has four levels. */
const maxNesting = 16

/** Depth first; `into` tells which parts of a multipart entity are looked at. Not into messages attached. */
export function* leaves(
  entity: Entity,
  into: (multipart: Entity) => readonly Entity[] = multipartParts,
  depth = 0,
): Generator<Entity> {
  if (!entity.mediaType.startsWith('multipart/')) yield entity
  else if (depth < maxNesting) for (const part of into(entity)) yield* leaves(part, into, depth + 1)
}

/** The octets of `entity` with each leaf that `change` answers for replaced by the answer. */
export function changeLeaves(
  entity: Entity,
  found: Iterable<Entity>,
  change: (leaf: Entity) => Buffer | undefined,
): Buffer {
  const pieces: Buffer[] = []
  let at = entity.start
  for (const leaf of found) {
    const changed = change(leaf)
    if (changed === undefined) continue
    pieces.push(entity.source.subarray(at, leaf.start), changed)
    at = leaf.end
  }
  if (pieces.length === 0) return entityBytes(entity)
  pieces.push(entity.source.subarray(at, entity.end))
  return Buffer.concat(pieces)
}

/** A body without its transfer encoding, put in place of the one that the entity has. */
export function withBody(entity: Entity, body: Buffer): Buffer {
  const readable = isUtf8(body) && !body.includes(0)
  const encoded = readable
    ? Buffer.from(encodeQuotedPrintable(body.toString('utf8')), 'latin1')
    : encodeBase64Lines(body)
  const kept = entity.headers.filter(({ name }) => name !== 'content-transfer-encoding').map(({ raw }) => ended(raw))
  const encoding = `Content-Transfer-Encoding: ${readable ? 'quoted-printable' : 'base64'}\r\n\r\n`
  return Buffer.concat([Buffer.from(kept.join('') + encoding, 'latin1'), encoded])
}

/**
 * A parameter more for the Content-Type; where there is none, it becomes the text/plain that it stood for (RFC 2045 5.2).
 *
 * @throws LabError `mime-malformed` if the field has that parameter, or is so written that it can't take one
 */
export function withParameter(entity: Entity, name: string, value: string): Buffer {
  const parameter = `;\r\n ${name}="${value}"\r\n`
  const fields = entity.headers.map((each) =>
    each.name === 'content-type' ? withoutTail(each.raw) + parameter : ended(each.raw),
  )
  if (!entity.headers.some((each) => each.name === 'content-type'))
    fields.push(`Content-Type: text/plain; charset=us-ascii${parameter}`)
  const head = Buffer.from(`${fields.join('')}\r\n`, 'latin1')
  const made = Buffer.concat([head, entity.source.subarray(entity.bodyStart, entity.end)])
  const { mediaType, parameters } = parseEntity(made)
  if (entity.parameters[name] === undefined && mediaType === entity.mediaType && parameters[name] === value) return made
  throw new LabError('mime-malformed', `Content-Type: one that can take a parameter ${name} wanted, got another`)
}

/** Without line end, white space and semicolon, which a parameter's own would double. */
function withoutTail(raw: string): string {
  let text = raw.trimEnd()
  while (text.endsWith(';')) text = text.slice(0, -1).trimEnd()
  return text
}

const ended = (raw: string): string => `${raw.trimEnd()}\r\n`

/** The text of a leaf without its transfer encoding, one character an octet: charsets of mail are ASCII for what is looked for. */
export function leafOctets(leaf: Entity): string {
  return bodyBytes(leaf).toString('latin1')
}
