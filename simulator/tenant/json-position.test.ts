import { expect, test } from 'vitest'
import { findJsonBreak } from './json-position.ts'

test.each([
  ['{"a": 1', 1, 8, 'a comma or the closing bracket'],
  ['{\n  "a": tru\n}', 2, 8, 'a value'],
  ['{"a": 1,}', 1, 9, 'a name in double quotes'],
  ['[1, 2,]', 1, 7, 'a value'],
  ['{"a" 1}', 1, 6, 'a colon'],
  ['{"a": "x', 1, 9, 'the closing double quote of the string'],
  ['["a\nb"]', 1, 4, 'the closing double quote of the string'],
  ['["\\x"]', 1, 3, 'an escape of JSON'],
  ['{} {}', 1, 4, 'the end of the text'],
  ['', 1, 1, 'a value'],
  ["{'a': 1}", 1, 2, 'a name in double quotes or }'],
  ['[1}', 1, 3, 'a comma or the closing bracket'],
  ['[\r\n01]', 2, 2, 'a comma or the closing bracket'],
])('%j breaks at line %i, column %i', (text, line, column, wanted) => {
  expect(findJsonBreak(text)).toEqual({ line, column, wanted })
})

test('depth costs no stack', () => {
  expect(findJsonBreak('['.repeat(1_000_000))).toMatchObject({ column: 1_000_001 })
})
