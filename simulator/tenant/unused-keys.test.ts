import { expect, test } from 'vitest'
import { freshPool, issuing, root } from './testing/temporary-tenant.ts'
import { UnusedKeys } from './unused-keys.ts'

const spkiOf = (label: string, keys: UnusedKeys) => keys.take(label).publicKey.export({ format: 'der', type: 'spki' })

test('a key that the tenant was made with is stepped over', () => {
  // The pool gives the label of the root the root's key again.
  expect(spkiOf('root', new UnusedKeys(freshPool(), []))).toEqual(root.spki)
  const other = spkiOf('root', new UnusedKeys(freshPool(), [root, issuing]))
  expect(other).not.toEqual(root.spki)
  expect(spkiOf('root', new UnusedKeys(freshPool(), [root, issuing]))).toEqual(other)
})

test('ends with the pool', () => {
  const keys = new UnusedKeys(freshPool(), [root])
  const taken = new Set<string>()
  expect(() => {
    for (let label = 0; label < 1000; label++) taken.add(spkiOf(`label ${label}`, keys).toString('hex'))
  }).toThrow(expect.objectContaining({ code: 'key-pool-exhausted' }))
  expect(taken.size).toBeGreaterThan(1)
  expect(taken.has(root.spki.toString('hex'))).toBe(false)
})
