import { expect, test } from 'vitest'
import { columnsOf } from '../../reports/inert.ts'
import { painter } from '../../reports/text-layout.ts'
import { summaryLines } from './open-summary.ts'
import { type OpenSummary, Tally } from './tally.ts'

const summary = (counts: Partial<OpenSummary>): OpenSummary => ({ ...new Tally().summary, ...counts })

test('every cause by its number, within 80 columns', () => {
  const causes = {
    'never-recipient': 812_345,
    'algorithm-unsupported': 12_345,
    'key-unusable': 1_234,
    integrity: 1_234,
    malformed: 1_234,
  }
  const signatures = { valid: 7, invalid: 2, untrusted: 0, unsigned: 3 }
  const lines = summaryLines(
    summary({ messages: 828_404, opened: 10, clear: 2, closed: 828_392, causes, signatures, problems: 1 }),
    painter(false),
  )
  expect(lines).toEqual([
    '828404 messages: 10 opened, 2 clear, 828392 closed, 1 error',
    '  closed: 812345 never-recipient, 12345 algorithm-unsupported,',
    '    1234 key-unusable, 1234 integrity, 1234 malformed',
    '  signatures: 7 valid, 2 invalid',
  ])
  for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(80)
})

test('one message has been told in detail', () => {
  expect(summaryLines(summary({ messages: 1, closed: 1, causes: { integrity: 1 } }), painter(false))).toEqual([
    '1 message: 1 closed',
  ])
})

test('errors alone', () => {
  expect(summaryLines(summary({ problems: 2 }), painter(true))).toEqual(['0 messages: \u001b[31m2 errors\u001b[39m'])
})
