/**
 * A walk over the XML of a property list before it is parsed. The parser takes the last of two equal keys, rounds
 * integers above 2^53, reads 12 from "12abc", makes invalid dates and recurses once a level; here all that is refused,
 * and what is left means one thing only. Messages give the place, never the text: it may be a password.
 */
import { SaxesParser } from 'saxes'
import { LabError } from '../../error.ts'

/** Apple's deepest honest profile (SCEP's Subject) nests nine levels. */
const maxDepth = 64
const maxElements = 20_000

const containers: ReadonlySet<string> = new Set(['plist', 'dict', 'array'])
const scalars: ReadonlySet<string> = new Set(['key', 'string', 'integer', 'real', 'date', 'data', 'true', 'false'])

interface OpenElement {
  readonly name: string
  /** Of a dict: keys met so far. */
  readonly keys: Set<string>
  children: number
  text: string
}

/** Throws LabError `mobileconfig-malformed`, or `mobileconfig-too-deep` and `-too-large` for what exceeds the bounds. */
export function requirePlainPlist(text: string): void {
  const parser = new SaxesParser()
  const open: OpenElement[] = []
  let elements = 0
  const refuse = (wanted: string): never => {
    throw malformed(`line ${parser.line}, column ${parser.column}: ${wanted}`)
  }

  const addText = (chunk: string): void => {
    const parent = open.at(-1)
    if (parent === undefined) return
    if (scalars.has(parent.name)) parent.text += chunk
    else if (chunk.trim() !== '') refuse(`elements wanted in <${parent.name}>, got text`)
  }
  const refuseInScalar = (what: string): void => {
    const parent = open.at(-1)
    if (parent !== undefined && scalars.has(parent.name)) refuse(`text wanted in <${parent.name}>, got ${what}`)
  }

  parser.on('error', () => refuse('well-formed XML wanted'))
  parser.on('xmldecl', ({ version, encoding }) => {
    if (version !== undefined && version !== '1.0') refuse('XML 1.0 wanted')
    if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8') refuse('the encoding UTF-8 wanted')
  })
  parser.on('doctype', (doctype) => {
    if (doctype.includes('[')) refuse('a document type without declarations wanted: no entities are expanded')
  })
  parser.on('attribute', ({ name }) => {
    if (open.length > 0 || name !== 'version') refuse('no attribute wanted but the version of <plist>')
  })
  parser.on('comment', () => refuseInScalar('a comment'))
  parser.on('processinginstruction', () => refuseInScalar('a processing instruction'))
  parser.on('cdata', (chunk) => {
    if (open.at(-1)?.name !== 'string') refuse('CDATA wanted in <string> only')
    addText(chunk)
  })
  parser.on('text', addText)

  parser.on('opentag', ({ name }) => {
    if (open.length >= maxDepth)
      throw new LabError(
        'mobileconfig-too-deep',
        `at most ${maxDepth} levels wanted, line ${parser.line} opens one more`,
      )
    if (++elements > maxElements)
      throw new LabError('mobileconfig-too-large', `at most ${maxElements} elements wanted, the profile has more`)
    const parent = open.at(-1)
    const misplaced = placeFault(name, parent)
    if (misplaced !== undefined) refuse(misplaced)
    if (parent !== undefined) parent.children++
    open.push({ name, keys: new Set(), children: 0, text: '' })
  })

  parser.on('closetag', () => {
    const element = open.pop()
    if (element === undefined) return
    const fault = contentFault(element, open.at(-1))
    if (fault !== undefined) refuse(fault)
  })

  parser.write(text).close()
}

/** Whether the element may stand here. A dict's odd children are keys, its even ones values. */
function placeFault(name: string, parent: OpenElement | undefined): string | undefined {
  if (parent === undefined) return name === 'plist' ? undefined : '<plist> wanted as the outermost element'
  if (name === 'plist' || !(containers.has(name) || scalars.has(name)))
    return 'a property-list element wanted (dict, array, string, data, date, integer, real, true, false)'
  if (scalars.has(parent.name)) return `text wanted in <${parent.name}>, got an element`
  if (parent.name === 'plist' && parent.children > 0) return 'one value wanted in <plist>, got a second'
  const keyWanted = parent.name === 'dict' && parent.children % 2 === 0
  if (keyWanted && name !== 'key') return 'a <key> wanted in <dict>, got a value'
  if (!keyWanted && name === 'key') return 'a value wanted, got a <key>'
  return undefined
}

function contentFault(element: OpenElement, parent: OpenElement | undefined): string | undefined {
  const { name, text, children } = element
  switch (name) {
    case 'plist':
      return children === 1 ? undefined : 'a value wanted in <plist>, got none'
    case 'dict':
      return children % 2 === 0 ? undefined : 'a value wanted after the last <key>, got none'
    case 'key':
      if (text === '__proto__') return 'a harmless <key> wanted'
      if (parent?.keys.has(text)) return 'each <key> once wanted, got one twice'
      parent?.keys.add(text)
      return undefined
    case 'true':
    case 'false':
      return text.trim() === '' ? undefined : `<${name}/> wanted empty`
    case 'integer':
      return /^\s*[+-]?\d{1,16}\s*$/.test(text) && Number.isSafeInteger(Number(text))
        ? undefined
        : 'a decimal integer of at most 2^53 - 1 wanted'
    case 'real':
      return /^\s*[+-]?(\d{1,32}(\.\d{0,32})?|\.\d{1,32})([eE][+-]?\d{1,3})?\s*$/.test(text)
        ? undefined
        : 'a decimal number wanted'
    case 'date':
      return isDate(text) ? undefined : 'a date of the form 2026-01-31T12:00:00Z wanted'
    case 'data':
      return isBase64(text) ? undefined : 'base64 wanted'
    default:
      return undefined
  }
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(text)) return false
  const time = Date.parse(text)
  return !Number.isNaN(time) && new Date(time).toISOString() === text.replace('Z', '.000Z')
}

/** RFC 4648 4, with padding, and white space anywhere. */
function isBase64(text: string): boolean {
  const packed = text.replace(/[ \t\r\n]+/g, '')
  return packed.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(packed)
}

export function malformed(wanted: string): LabError {
  return new LabError('mobileconfig-malformed', wanted)
}
