import { expect, test } from 'vitest'
import { columnsOf, inert } from './inert.ts'

test.each([
  ['\u001b[31mred', '<U+001B>[31mred'],
  ['invoice\u202efdp.exe', 'invoice<U+202E>fdp.exe'],
  ['a\r\n\tb', 'a b'],
  ['a\u2028b', 'a<U+2028>b'],
  ['pay\u200bpal', 'pay<U+200B>pal'],
  ['\u{e0041}', '<U+E0041>'],
  ['👩‍💻', '👩‍💻'],
  ['a\u200db', 'a<U+200D>b'],
  [`e${'\u0301'.repeat(40)}`, `e${'\u0301'.repeat(4)}`],
  ['Grüße, 東京', 'Grüße, 東京'],
])('%j becomes %j', (hostile, harmless) => {
  expect(inert(hostile)).toBe(harmless)
})

test.each([
  ['abc', 3],
  ['東京', 4],
  ['e\u0301', 1],
  ['😀', 2],
  ['… ×', 3],
])('%j takes %i columns', (text, columns) => {
  expect(columnsOf(text)).toBe(columns)
})
