/**
 * Where a JSON text (RFC 8259) breaks off. `JSON.parse` gives no position for most errors, and quotes the text instead:
 * the text may hold keys, so its message is never shown.
 */
export interface JsonBreak {
  readonly line: number
  readonly column: number
  /** What the grammar wanted there. */
  readonly wanted: string
}

type Expectation = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | 'separator' | 'end'

const wantedText: Readonly<Record<Expectation, string>> = {
  value: 'a value',
  'value or ]': 'a value or ]',
  name: 'a name in double quotes',
  'name or }': 'a name in double quotes or }',
  ':': 'a colon',
  separator: 'a comma or the closing bracket',
  end: 'the end of the text',
}

const literal = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null/y
const escapeSequence = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

/** Finds the first character that no JSON text could have there; undefined for a text without error. */
export function findJsonBreak(text: string): JsonBreak | undefined {
  const open: ('{' | '[')[] = []
  let expected: Expectation = 'value'
  let at = 0
  const broken = (offset: number, wanted: string) => ({ ...positionAt(text, offset), wanted })
  const afterValue = (): Expectation => (open.length === 0 ? 'end' : 'separator')

  for (;;) {
    while (' \t\r\n'.includes(text[at] ?? 'x')) at++
    const character = text[at]
    if (character === undefined) return expected === 'end' ? undefined : broken(at, wantedText[expected])
    const wantsValue = expected === 'value' || expected === 'value or ]'
    const wantsName: boolean = expected === 'name' || expected === 'name or }'

    if (character === '"' && (wantsValue || wantsName)) {
      const end = endOfString(text, at)
      if (typeof end !== 'number') return broken(end.offset, end.wanted)
      at = end
      expected = wantsName ? ':' : afterValue()
    } else if (character === '{' && wantsValue) {
      open.push('{')
      expected = 'name or }'
      at++
    } else if (character === '[' && wantsValue) {
      open.push('[')
      expected = 'value or ]'
      at++
    } else if (character === ':' && expected === ':') {
      expected = 'value'
      at++
    } else if (character === ',' && expected === 'separator') {
      expected = open.at(-1) === '{' ? 'name' : 'value'
      at++
    } else if (
      (character === '}' && open.at(-1) === '{' && (expected === 'separator' || expected === 'name or }')) ||
      (character === ']' && open.at(-1) === '[' && (expected === 'separator' || expected === 'value or ]'))
    ) {
      open.pop()
      expected = afterValue()
      at++
    } else {
      literal.lastIndex = at
      if (!wantsValue || !literal.test(text)) return broken(at, wantedText[expected])
      at = literal.lastIndex
      expected = afterValue()
    }
  }
}

function endOfString(text: string, start: number): number | { offset: number; wanted: string } {
  for (let at = start + 1; at < text.length; ) {
    const character = text.charCodeAt(at)
    if (character === 0x22) return at + 1
    if (character < 0x20) return { offset: at, wanted: 'the closing double quote of the string' }
    if (character === 0x5c) {
      escapeSequence.lastIndex = at
      if (!escapeSequence.test(text)) return { offset: at, wanted: 'an escape of JSON' }
      at = escapeSequence.lastIndex
    } else at++
  }
  return { offset: text.length, wanted: 'the closing double quote of the string' }
}

function positionAt(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset)
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
}
