import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { columnsOf, inert } from './inert.ts'
import { hang, pad, painter, wrap } from './text-layout.ts'

const line = fc.string({ unit: 'grapheme', maxLength: 200 }).map(inert)

test('wrapped lines fit, and nothing but spaces is lost or added', () => {
  fc.assert(
    fc.property(line, fc.integer({ min: 4, max: 80 }), (text, columns) => {
      const lines = wrap(text, columns)
      for (const each of lines) expect(columnsOf(each)).toBeLessThanOrEqual(columns)
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
    }),
  )
})

test('a hanging paragraph stands under its own beginning', () => {
  expect(hang('  mark  ', 'one two three', 16)).toEqual(['  mark  one two', '        three'])
})

test('padding counts columns, not characters', () => {
  expect(pad('東京', 6)).toBe('東京  ')
})

test('colour adds sequences and changes no text', () => {
  const colourless = stripVTControlCharacters(painter(true)('bad', 'FAULT'))
  expect(colourless).toBe('FAULT')
  expect(painter(true)('bad', 'FAULT')).toContain('\u001b[31m')
  expect(painter(false)('bad', 'FAULT')).toBe('FAULT')
})
