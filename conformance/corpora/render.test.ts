import { expect, test } from 'vitest'
import { painter } from '../../reports/text-layout.ts'
import { renderCorpora } from './render.ts'
import type { CorporaResult, CorpusResult } from './run-corpora.ts'

const fruit: CorpusResult = {
  name: 'fruit',
  cases: 3,
  right: 1,
  wrong: [{ case: 'plum.der', expected: 'blue', got: 'crashed: TypeError: \u001b[2J' }],
  excepted: [{ case: 'pear.der', expected: 'yellow', got: 'green', reason: 'it is not ripe' }],
  problems: ['4 cases or more wanted, got 3'],
  leftOut: { 'quince.der': 'rare' },
}

const failed: CorporaResult = {
  ok: false,
  results: [fruit],
  problems: ['nuts: a corpus that nothing here runs'],
  notRun: [{ folder: 'roots', reason: 'a matter for moles' }],
}

test('a failed run', () => {
  expect(renderCorpora(failed, { paint: painter(false), width: 100 })).toBe(
    `corpus       cases     right  excepted     wrong
fruit            3         1         1         2

known exceptions
fruit  pear.der: it is not ripe

not judged here
fruit  quince.der: rare
roots  not run: a matter for moles

WRONG
fruit  plum.der
  expected  blue
  got       crashed: TypeError: <U+001B>[2J
fruit  4 cases or more wanted, got 3
nuts: a corpus that nothing here runs

FAILED: 1 corpus, 3 cases, 1 right, 1 known exception, 3 wrong
`,
  )
})

test('of many cases with one reason, the first are named', () => {
  const excepted = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ case: name, expected: '', got: '', reason: 'all alike' }))
  const result = { ok: true, results: [{ ...fruit, wrong: [], problems: [], excepted }], problems: [], notRun: [] }
  expect(renderCorpora(result, { paint: painter(false), width: 100 })).toContain('fruit  a, b, c and 2 more: all alike')
})

test('red is where something is wrong, and nowhere else', () => {
  const page = { paint: painter(true), width: 100 }
  expect(renderCorpora(failed, page)).toContain('\u001b[31mFAILED')
  const passed = { ok: true, results: [{ ...fruit, wrong: [], problems: [] }], problems: [], notRun: [] }
  expect(renderCorpora(passed, page)).not.toContain('\u001b[31m')
  expect(renderCorpora(passed, page)).toContain('\u001b[32mpassed: ')
})
