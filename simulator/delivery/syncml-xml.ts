/**
 * XML as SyncML uses it: elements and text, no mixed content, no DTD. The reader is bounded and refuses a DOCTYPE
 * before anything in it could be expanded or fetched; the writer escapes.
 */
import { SaxesParser } from 'saxes'
import { LabError } from '../error.ts'

export interface XmlElement {
  /** Local name; prefixes are resolved. */
  readonly name: string
  readonly namespace: string
  readonly children: readonly XmlElement[]
  /** The element's own character data, CDATA included. */
  readonly text: string
}

/** Far above an honest management message, far below what costs memory. */
export const xmlLimits = { bytes: 8 * 1024 * 1024, depth: 32, elements: 50_000 } as const

interface OpenElement {
  readonly name: string
  readonly namespace: string
  readonly children: XmlElement[]
  readonly text: string[]
}

/**
 * Reads one document in UTF-8.
 *
 * @throws LabError 'xml-malformed', 'xml-doctype', 'xml-too-large'
 */
export function readXml(bytes: Uint8Array): XmlElement {
  if (bytes.length > xmlLimits.bytes) throw tooLarge(`at most ${xmlLimits.bytes} octets wanted, got ${bytes.length}`)
  const parser = new SaxesParser({ xmlns: true })
  const open: OpenElement[] = []
  let elements = 0
  let root: XmlElement | undefined

  parser.on('error', (error) => {
    throw malformed(error.message)
  })
  parser.on('xmldecl', ({ encoding }) => {
    if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8')
      throw malformed(`line ${parser.line}: encoding UTF-8 wanted, the declaration names another`)
  })
  parser.on('doctype', () => {
    throw new LabError('xml-doctype', `XML line ${parser.line}: a DOCTYPE is refused`, {
      hint: 'SyncML needs no DTD; entities other than the five predefined ones are never expanded',
    })
  })
  parser.on('opentag', (tag) => {
    if (++elements > xmlLimits.elements) throw tooLarge(`more than ${xmlLimits.elements} elements`)
    if (open.length === xmlLimits.depth) throw tooLarge(`line ${parser.line}: nested deeper than ${xmlLimits.depth}`)
    open.push({ name: tag.local, namespace: tag.uri, children: [], text: [] })
  })
  const takeText = (text: string) => open.at(-1)?.text.push(text)
  parser.on('text', takeText)
  parser.on('cdata', takeText)
  parser.on('closetag', () => {
    const closing = open.pop()
    if (closing === undefined) return
    const element = { ...closing, text: closing.text.join('') }
    const parent = open.at(-1)
    if (parent === undefined) root = element
    else parent.children.push(element)
  })

  parser.write(decodeUtf8(bytes)).close()
  if (root === undefined) throw malformed('one root element wanted, got none')
  return root
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new LabError('xml-malformed', 'XML: UTF-8 wanted, got other octets', { cause })
  }
}

function malformed(what: string): LabError {
  return new LabError('xml-malformed', `XML: ${what}`)
}

function tooLarge(what: string): LabError {
  return new LabError('xml-too-large', `XML: ${what}`)
}

/** The first child of that name, whatever its namespace: senders differ on `syncml:metinf`. */
export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((each) => each.name === name)
}

/** Trimmed text at the end of a path of children; undefined where the path breaks off. */
export function textAt(element: XmlElement, ...path: readonly string[]): string | undefined {
  let at: XmlElement | undefined = element
  for (const name of path) at = at && childOf(at, name)
  return at?.text.trim()
}

/** What to write: text, or elements in order. Absent content is left out, so that optional elements stay one line. */
export type XmlContent = string | readonly (string | undefined)[]

/** One element as text; `content` as an array is already written XML, as a string is escaped. */
export function writeElement(name: string, content: XmlContent, namespace?: string): string {
  const inner =
    typeof content === 'string' ? escapeText(content) : content.filter((each) => each !== undefined).join('')
  const declaration = namespace === undefined ? '' : ` xmlns="${escapeText(namespace)}"`
  return inner === '' ? `<${name}${declaration}/>` : `<${name}${declaration}>${inner}</${name}>`
}

/** A carriage return would be normalized away by the reader (XML 1.0, 2.11), so it goes as a reference. */
const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
}

function escapeText(text: string): string {
  if (!isXmlText(text))
    throw new LabError('xml-unwritable', 'XML: text has a character that XML 1.0 cannot hold (2.2)', {
      hint: 'send binary values as base64',
    })
  return text.replace(/[&<>"\r]/g, (character) => references[character] ?? character)
}

/** XML 1.0 2.2: Char. */
function isXmlText(text: string): boolean {
  return /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u.test(text)
}
