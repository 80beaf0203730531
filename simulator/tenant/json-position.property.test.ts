import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findJsonBreak } from './json-position.ts'

const parses = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** JSON with one character taken out, put in or exchanged: mostly broken, sometimes not. */
const damaged = fc
  .tuple(
    fc.json({ maxDepth: 3 }),
    fc.nat(),
    fc.constantFrom(0, 1),
    fc.constantFrom(
      '',
      '"',
      '\\',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '0',
      '-',
      '.',
      'e',
      't',
      '\n',
      '\u0000',
      '\ufeff',
      ' ',
    ),
  )
  .map(([text, offset, taken, put]) => {
    const at = offset % (text.length + 1)
    return text.slice(0, at) + put + text.slice(at + taken)
  })

test('finds a break exactly where JSON.parse refuses the text', () => {
  fc.assert(
    fc.property(fc.oneof(damaged, fc.string()), (text) => {
      expect(findJsonBreak(text) === undefined).toBe(parses(text))
    }),
    { numRuns: 3000 },
  )
})

test('a text cut short breaks off at its end', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), (text, cut) => {
      const short = `[${text}]`.slice(0, 1 + (cut % text.length))
      const found = findJsonBreak(short)
      fc.pre(found !== undefined)
      // Or at a word or number that the cut left incomplete.
      const rest = short
        .split('\n')
        .slice((found?.line ?? 0) - 1)
        .join('\n')
        .slice((found?.column ?? 0) - 1)
      expect(rest).toMatch(/^(|[a-z]+|-|\\.*)$/)
    }),
  )
})
