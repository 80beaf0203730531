/**
 * Legacy display elements (RFC 9788 2.1.2): confidential header fields repeated in the text, for readers that decrypt and
 * know nothing of header protection. Put in when composing (5.2.2 - 5.2.5); never shown by who knows better (4.5.3).
 */
import { LabError } from '../error.ts'
import { type Field, fieldKey } from './message-fields.ts'
import { decodeWords } from './mime/encoded-words.ts'
import { type Entity, entityBytes, headerValue, multipartParts, parseEntity } from './mime/entity.ts'
import { cutHtmlElement } from './mime/html-element.ts'
import { changeLeaves, leafOctets, leaves, withBody, withParameter } from './mime/leaves.ts'
import { parseParameters } from './mime/parameters.ts'

const parameter = 'hp-legacy-display'
const htmlClass = 'header-protection-legacy-display'

/** Those that people are shown (RFC 9787 1.1.2), and that policies hide. */
const userFacing = /^(?:from|to|cc|subject|date|reply-to|sender|comments|keywords)$/i

/**
 * A copy of `entity` whose main body parts begin with what the fields say.
 *
 * @param hidden fields that don't stand outside as they are inside; those that nobody is shown are left out
 */
export function addLegacyDisplay(entity: Entity, hidden: readonly Field[]): Buffer {
  const lines = hidden.filter(({ name }) => userFacing.test(name)).map(displayLine)
  if (lines.length === 0) return entityBytes(entity)
  return changeLeaves(entity, leaves(entity, mainParts), (leaf) => {
    if (isAttachment(leaf) || !isText(leaf)) return undefined
    const isHtml = leaf.mediaType === 'text/html'
    const element = octetsFor(leaf, isHtml ? htmlElement(lines) : `${lines.join('\r\n')}\r\n\r\n`)
    const body = leafOctets(leaf)
    const at = isHtml ? endOfBodyTag(body) : 0
    const made = Buffer.from(body.slice(0, at) + element + body.slice(at), 'latin1')
    return withParameter(parseEntity(withBody(leaf, made)), parameter, '1')
  })
}

/** One line, as a blank one would end the element (RFC 9788 10.3). */
function displayLine(field: Field): string {
  const { name } = field
  return `${name}: ${decodeWords(fieldKey(field).slice(name.length + 1))}`
}

function htmlElement(lines: readonly string[]): string {
  return `<div class="${htmlClass}">\r\n<pre>${lines.map(escapeHtml).join('\r\n')}</pre></div>\r\n`
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')
}

/** As octets of the part's charset. In others than UTF-8, what is beyond ASCII becomes '?': the field itself is in the header. */
function octetsFor({ parameters }: Entity, text: string): string {
  if (parameters.charset?.toLowerCase() === 'utf-8') return Buffer.from(text, 'utf8').toString('latin1')
  return text.replace(/[^\t\r\n -~]+/g, '?')
}

function endOfBodyTag(html: string): number {
  const tag = /<body(?:\s[^>]{0,2000})?>/i.exec(html)
  return tag === null ? 0 : tag.index + tag[0].length
}

/** 5.2.4: of mixed and related parts only the first may be the text; alternatives are all. */
function mainParts(multipart: Entity): Entity[] {
  const parts = multipartParts(multipart)
  return multipart.mediaType === 'multipart/alternative' ? parts : parts.slice(0, 1)
}

function isAttachment(leaf: Entity): boolean {
  return parseParameters(headerValue(leaf, 'content-disposition') ?? '').value === 'attachment'
}

function isText({ mediaType }: Entity): boolean {
  return mediaType === 'text/plain' || mediaType === 'text/html'
}

/**
 * A copy of `payload` for the eye: without the elements. For encrypted mail only (4.5.3.1), as the text of other mail
 * would be hidden from its reader by whoever added the parameter on the way.
 */
export function dropLegacyDisplay(payload: Entity): Buffer {
  return changeLeaves(payload, leaves(payload, readableParts), (leaf) => {
    if (leaf.parameters[parameter] !== '1' || !isText(leaf)) return undefined
    const octets = readable(() => leafOctets(leaf))
    if (octets === undefined) return undefined
    const shown = leaf.mediaType === 'text/html' ? cutHtmlElement(octets, 'div', htmlClass) : afterBlankLine(octets)
    return shown === octets ? undefined : withBody(leaf, Buffer.from(shown, 'latin1'))
  })
}

function readableParts(multipart: Entity): Entity[] {
  return readable(() => multipartParts(multipart)) ?? []
}

/** What can't be taken apart or decoded is left as it is: showing has to go on. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof LabError) return undefined
    throw error
  }
}

/** 4.5.3.2. Where there is no blank line, there is no element that it would end. */
function afterBlankLine(text: string): string {
  const blank = /^\r?\n|\r?\n\r?\n/.exec(text)
  return blank === null ? text : text.slice(blank.index + blank[0].length)
}
