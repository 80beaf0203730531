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

test('what stands before the break could have gone on', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), (text, cut) => {
      const short = `[${text}]`.slice(0, 1 + (cut % text.length))
      // A word, number or escape that the cut left incomplete breaks where it begins.
      const complete = short.replace(/([a-z]+|-?[\d.]*[-+.eE]+\d*|\\[^"]{0,5})$/, '')
      const { column = 0 } = findJsonBreak(short) ?? {}
      expect(column === 0 || column > complete.length).toBe(true)
    }),
  )
})
