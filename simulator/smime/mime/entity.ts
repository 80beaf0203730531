/**
 * MIME entities (RFC 2045, RFC 2046) as slices of the received bytes. Nothing is re-serialised: a signature covers octets,
 * and what was signed must be what is shown.
 */
import { asBuffer } from '../../asn1/read.ts'
import { LabError } from '../../error.ts'
import { type HeaderField, readHeaderFields } from './header-fields.ts'
import { splitMultipart } from './multipart.ts'
import { type ParameterizedValue, parseParameters } from './parameters.ts'
import { decodeTransfer } from './transfer-encoding.ts'

export { canonicalise } from './canonical.ts'
export type { HeaderField } from './header-fields.ts'

export interface Entity {
  readonly source: Buffer
  readonly start: number
  readonly bodyStart: number
  readonly end: number
  readonly headers: readonly HeaderField[]
  /** 'text/plain' where there is no usable Content-Type (RFC 2045 5.2). */
  readonly mediaType: string
  /** Of the Content-Type; names in lower case. */
  readonly parameters: Readonly<Record<string, string>>
}

/**
 * Reads the header of the entity between `start` and `end`; the body is only marked.
 *
 * @throws LabError `mime-malformed`, `mime-too-large`
 */
export function parseEntity(source: Uint8Array, start = 0, end = source.length): Entity {
  const buffer = asBuffer(source)
  const { headers, bodyStart } = readHeaderFields(buffer, start, end)
  const { value, parameters } = contentType(headers)
  const mediaType = /^[^\s/]+\/[^\s/]+$/.test(value) ? value : 'text/plain'
  return { source: buffer, start, bodyStart, end, headers, mediaType, parameters }
}

function contentType(headers: readonly HeaderField[]): ParameterizedValue {
  // Two of them, and each reader picks its own: one could show what another one's signature doesn't cover.
  for (const name of ['content-type', 'content-transfer-encoding']) {
    const count = headers.filter((each) => each.name === name).length
    if (count > 1) throw new LabError('mime-malformed', `${name}: one field wanted, got ${count}`)
  }
  return parseParameters(headers.find((each) => each.name === 'content-type')?.value ?? '')
}

/** The first field of that name. */
export function headerValue(entity: Pick<Entity, 'headers'>, name: string): string | undefined {
  const wanted = name.toLowerCase()
  return entity.headers.find((each) => each.name === wanted)?.value
}

/** Every field of that name: more than one From field is a forger's trick. */
export function headerValues(entity: Pick<Entity, 'headers'>, name: string): string[] {
  const wanted = name.toLowerCase()
  return entity.headers.filter((each) => each.name === wanted).map((each) => each.value)
}

/** The body as it was received. */
export function rawBody(entity: Entity): Buffer {
  return entity.source.subarray(entity.bodyStart, entity.end)
}

/** The body without its transfer encoding. @throws LabError `mime-malformed` */
export function bodyBytes(entity: Entity): Buffer {
  const { value } = parseParameters(headerValue(entity, 'content-transfer-encoding') ?? '')
  return decodeTransfer(rawBody(entity), value)
}

/** Header and body as they were received: what a signature over this entity covers. */
export function entityBytes(entity: Entity): Buffer {
  return entity.source.subarray(entity.start, entity.end)
}

/** The parts of a multipart entity, in order. @throws LabError `mime-malformed`, `mime-too-large` */
export function multipartParts(entity: Entity): Entity[] {
  const { source, bodyStart, end, parameters } = entity
  const boundary = parameters.boundary
  if (boundary === undefined) throw new LabError('mime-malformed', `${entity.mediaType}: a boundary parameter wanted`)
  return splitMultipart(source, bodyStart, end, boundary).map((part) => parseEntity(source, part.start, part.end))
}

/** The file name that the entity goes by: of Content-Disposition, else the older `name` of Content-Type. */
export function fileName(entity: Entity): string | undefined {
  const disposition = parseParameters(headerValue(entity, 'content-disposition') ?? '')
  return disposition.parameters.filename ?? entity.parameters.name
}
