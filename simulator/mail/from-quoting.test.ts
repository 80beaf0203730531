import fc from 'fast-check'
import { expect, test } from 'vitest'
import { unquotings } from './from-quoting.ts'

const readings = (stored: string) => [...unquotings(Buffer.from(stored))].map(String)

test('what quotes nothing has one reading, and is not copied', () => {
  const stored = Buffer.from('A: 1\n\nFrom here\nto >From there\n> From afar\n')
  const [only, ...others] = unquotings(stored)
  expect(only).toBe(stored)
  expect(others).toEqual([])
})

test('quoted once: as mboxrd and mboxo would have it, then as it stands', () => {
  expect(readings('>From a\r\n\r\n>From b\r\n')).toEqual(['From a\r\n\r\nFrom b\r\n', '>From a\r\n\r\n>From b\r\n'])
})

test('quoted more than once: mboxrd takes one from each, mboxo leaves them', () => {
  expect(readings('>From a\n>>From b\n>>>From c\n')).toEqual([
    'From a\n>From b\n>>From c\n',
    'From a\n>>From b\n>>>From c\n',
    '>From a\n>>From b\n>>>From c\n',
  ])
})

test('what mboxrd quotes comes back, octet for octet', () => {
  const line = fc.constantFrom('From x', '>From x', '>>From ', 'text', '', '>', ' From x', 'From:')
  fc.assert(
    fc.property(fc.array(line), fc.constantFrom('\n', '\r\n'), (lines, eol) => {
      const text = lines.join(eol)
      const quoted = text.replace(/^>*From /gm, '>$&')
      expect(readings(quoted)[0]).toBe(text)
    }),
  )
})

test('is fast on a wall of quotes', () => {
  const started = performance.now()
  readings(`${'>'.repeat(1_000_000)}From \n`.repeat(5) + '>From >From '.repeat(100_000))
  expect(performance.now() - started).toBeLessThan(1000)
})
