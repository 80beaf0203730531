import fc from 'fast-check'
import { expect, test } from 'vitest'
import { columnsOf, cut, inert, inertWithin } from './inert.ts'

const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\u001b', '\u202e', '\u0007', '\n', '\u200b', '\u0301', '😀', '日', '\ud800'),
    fc.string({ unit: 'binary', maxLength: 3 }),
  ),
})

test('no control, bidirectional or invisible character is left, whatever comes in', () => {
  fc.assert(
    fc.property(
      anyText,
      (text) =>
        !/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\u{e0000}-\u{e007f}]/u.test(inert(text)),
    ),
  )
})

test('what is inert stays as it is', () => {
  fc.assert(fc.property(anyText, (text) => inert(inert(text)) === inert(text)))
})

test('printable ASCII passes unchanged', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => inert(text) === text.replace(/ +/g, ' ')))
})

test('a cut text fits, and a text that fits is not cut', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 60 }), (text, columns) => {
      const harmless = inert(text)
      expect(columnsOf(inertWithin(text, columns))).toBeLessThanOrEqual(columns)
      if (columnsOf(harmless) <= columns) expect(cut(harmless, columns)).toBe(harmless)
    }),
  )
})
