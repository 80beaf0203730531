import { describe, expect, it } from 'vitest'
import { decodeWords, encodeWords } from './encoded-words.ts'

describe('decodeWords', () => {
  it.each([
    ['plain', 'plain'],
    ['=?ISO-8859-1?Q?Andr=E9?= Pirard', 'André Pirard'],
    ['=?utf-8?b?R3LDvMOfZQ==?=', 'Grüße'],
    ['=?UTF-8*de?q?a_b?=', 'a b'],
    ['a =?utf-8?q?b?= c', 'a b c'],
    ['=?utf-8?q?a?= \t =?utf-8?q?b?=', 'ab'],
    ['=?utf-8?q?Gr=C3?= =?utf-8?q?=BC?=', 'Grü'],
    ['=?iso-8859-1?q?=FC?= =?utf-8?q?=C3=BC?=', 'üü'],
    ['=?no-such-charset?q?=FC?=', 'ü'],
    ['=?utf-8?x?abc?=', '=?utf-8?x?abc?='],
    ['=?utf-8?q?a=0D=0ABcc:_b?=', 'a  Bcc: b'],
  ])('%s', (text, expected) => {
    expect(decodeWords(text)).toBe(expected)
  })

  it('takes time in proportion to the length', () => {
    const started = performance.now()
    expect(decodeWords('=?'.repeat(100_000))).toHaveLength(200_000)
    expect(decodeWords('=?a?q?'.repeat(30_000))).toHaveLength(180_000)
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

describe('encodeWords', () => {
  it('leaves plain text alone, and folds it', () => {
    expect(encodeWords('Monthly report')).toBe('Monthly report')
    const long = 'word '.repeat(40).trim()
    expect(encodeWords(long)).toContain('\r\n ')
    expect(encodeWords(long).replaceAll('\r\n', '')).toBe(long)
  })

  it.each([
    'Grüße',
    '=?utf-8?q?not_one?=',
    ' leading',
    'x'.repeat(2000),
    'ü'.repeat(100),
    'tab\there',
    '🔐'.repeat(30),
  ])('encodes %s in words of at most 75 characters', (text) => {
    const encoded = encodeWords(text)
    expect(encoded.split('\r\n ').every((word) => word.length <= 75 && /^[!-~]+$/.test(word))).toBe(true)
    expect(decodeWords(encoded.replaceAll('\r\n', ''))).toBe(text.replace('\t', ' '))
  })
})
