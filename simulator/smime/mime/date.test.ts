import { describe, expect, it } from 'vitest'
import { formatDate, parseDate } from './date.ts'

describe('parseDate', () => {
  it.each([
    ['Mon, 02 Nov 2026 08:00:00 +0000', '2026-11-02T08:00:00Z'],
    ['2 Nov 2026 09:30 +0130', '2026-11-02T08:00:00Z'],
    ['Sat, 02 Nov 2013 16:28:04 -0400', '2013-11-02T20:28:04Z'],
    ['Mon, 02 Nov 2026 03:00:00 EST (Eastern)', '2026-11-02T08:00:00Z'],
    ['Mon, 02 Nov 2026 08:00:00 GMT', '2026-11-02T08:00:00Z'],
  ])('%s', (text, expected) => {
    expect(parseDate(text)).toEqual(new Date(expected))
  })

  it.each([
    '',
    'yesterday',
    '31 Feb 2026 08:00:00 +0000',
    '2 Nix 2026 08:00:00 +0000',
    '2 Nov 2026 25:00:00 +0000',
    '2026-11-02',
  ])('knows no date in "%s"', (text) => {
    expect(parseDate(text)).toBeUndefined()
  })

  it('reads what formatDate writes', () => {
    const date = new Date('2026-11-02T08:00:00Z')
    expect(parseDate(formatDate(date))).toEqual(date)
  })
})
