import { expect, test } from 'vitest'
import { readInstant } from './trust.ts'

test.each([
  ['2026-03-14', '2026-03-14T00:00:00.000Z'],
  ['2026-03-14T09:30Z', '2026-03-14T09:30:00.000Z'],
  ['2026-03-14T09:30:00.5+02:00', '2026-03-14T07:30:00.500Z'],
  ['2024-02-29', '2024-02-29T00:00:00.000Z'],
])('%s is %s', (text, instant) => {
  expect(readInstant(text).toISOString()).toBe(instant)
})

test.each([
  ['2026-02-30'],
  ['2025-02-29'],
  ['2026-13-01'],
  ['2026-03-14T09:30'],
  ['2026-03-14T25:00Z'],
  ['14.3.2026'],
  ['now'],
  [''],
])('%j is no date: it is another one elsewhere, or none', (text) => {
  expect(() => readInstant(text)).toThrow(expect.objectContaining({ code: 'usage' }))
})
