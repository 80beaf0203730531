import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { editDistance, nearest } from './nearest.ts'

describe('editDistance', () => {
  test.each([
    ['', '', 0],
    ['open', 'opne', 1],
    ['identity', 'idnetity', 1],
    ['trust', 'trsut', 1],
    ['json', 'jsn', 1],
    ['run', 'open', 3],
  ])('%s to %s takes %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
  })

  test('is as far there as back, and nothing only to itself', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a))
        expect(editDistance(a, b) === 0).toBe(a === b)
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length))
      }),
    )
  })
})

const known = ['identity', 'password', 'trust', 'crl', 'at', 'out', 'json']

test.each([
  ['idnetity', 'identity'],
  ['identities', 'identity'],
  ['pass', 'password'],
  ['JSON', 'json'],
  ['truts', 'trust'],
  ['colour', undefined],
  ['x'.repeat(100_000), undefined],
])('for %s the nearest is %s', (word, wanted) => {
  expect(nearest(word, known)).toBe(wanted)
})
