import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { manyDevices, troubled, twoPolicies } from '../golden/example-record.ts'

test('the JSON Schemas say what the zod definitions say', () => {
  expect(execFileSync(process.execPath, ['reports/schema/write.ts', '--check'], { encoding: 'utf8' })).toBe('')
})

describe('record.schema.json, read back,', () => {
  const schema = z.fromJSONSchema(JSON.parse(readFileSync(new URL('record.schema.json', import.meta.url), 'utf8')))

  test.each([
    ['twoPolicies', twoPolicies()],
    ['troubled', troubled()],
    ['manyDevices', manyDevices()],
  ])('accepts %s', (_name, record) => {
    expect(schema.safeParse(record).error).toBeUndefined()
  })

  test('refuses a cell that is closed for no reason', () => {
    const record = structuredClone(twoPolicies())
    for (const cell of record.policies[0]?.cells ?? [])
      Object.assign(cell, { outcome: 'closed', cause: null, openedBy: null })
    expect(schema.safeParse(record).success).toBe(false)
  })
})
