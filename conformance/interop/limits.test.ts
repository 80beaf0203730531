import { expect, test } from 'vitest'
import { forms } from './form.ts'
import { compareVersions, matchesPattern } from './limit.ts'
import { limits } from './limits.ts'
import { peers } from './peers/index.ts'

test('no two limits, and no two forms, share an id', () => {
  expect(new Set(limits.map(({ id }) => id)).size).toBe(limits.length)
  expect(new Set(forms.map(({ id }) => id)).size).toBe(forms.length)
})

test.each(limits)('$id is well-formed', ({ id, peer, versions: { from, before }, does, forms: patterns, ...texts }) => {
  expect(peers.map(({ name }) => name)).toContain(peer)
  expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/)
  expect(id.startsWith(`${peer}-`)).toBe(true)
  if (from !== undefined && before !== undefined) expect(compareVersions(from, before)).toBe(-1)
  expect(does.length).toBeGreaterThan(0)
  expect(patterns.filter((pattern) => !forms.some((form) => matchesPattern(pattern, form.id)))).toEqual([])
  expect(patterns.length).toBeGreaterThan(0)
  // An empty text would explain every failure.
  expect(texts.says.filter((part) => part.length < 10)).toEqual([])
  expect(texts.says.length).toBeGreaterThan(0)
  expect(texts.why.length).toBeGreaterThan(20)
  expect(texts.evidence.length).toBeGreaterThan(0)
})
