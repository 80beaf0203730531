import { expect, test } from 'vitest'
import { manyDevices, troubled, twoPolicies } from './golden/example-record.ts'
import { RecordError, readRecord } from './read-record.ts'

test.each([
  ['twoPolicies', twoPolicies()],
  ['troubled', troubled()],
  ['manyDevices', manyDevices()],
])('%s comes back from JSON as it was', (_name, record) => {
  expect(readRecord(JSON.stringify(record))).toEqual(record)
})

/** The record with one place changed, as JSON. */
function changed(change: (record: ReturnType<typeof twoPolicies>) => void): string {
  const record = structuredClone(twoPolicies())
  change(record)
  return JSON.stringify(record)
}

function problemsOf(json: string): string {
  try {
    readRecord(json)
  } catch (error) {
    if (error instanceof RecordError) return error.problems.join('\n')
    throw error
  }
  return ''
}

test.each<[string, string, RegExp]>([
  ['no JSON', '{', /no JSON/],
  ['another version', changed((record) => Object.assign(record, { version: 2 })), /^version: /m],
  ['a field of the future', changed((record) => Object.assign(record, { colour: 'red' })), /colour/],
  [
    'a cause that is none',
    changed((record) => setFirstClosed(record, 'cosmic-ray')),
    /^policies\[0\]\.cells\[1\]\.cause: /m,
  ],
  [
    'a verdict made better',
    changed((record) => Object.assign(record.policies[0]?.verdict ?? {}, { closedByDevice: [] })),
    /policies\[0\]\.digest: it does not fit/,
  ],
  [
    'a cell for no message',
    changed((record) => Object.assign(record.policies[0]?.cells[0] ?? {}, { message: 'm99' })),
    /no message "m99"/,
  ],
  [
    'a cell for no device',
    changed((record) => Object.assign(record.policies[0]?.cells[0] ?? {}, { device: 'fridge' })),
    /no device "fridge"/,
  ],
  [
    'two cells for one place',
    changed((record) => {
      const cells = record.policies[0]?.cells ?? []
      cells.push(...cells.slice(0, 1))
    }),
    /a second cell/,
  ],
  [
    'a device twice',
    changed((record) => {
      const list = record.policies[0]?.devices ?? []
      list.push(...list.slice(0, 1))
    }),
    /devices: an id is there twice/,
  ],
  [
    'opened by no key',
    changed((record) => Object.assign(record.policies[0]?.cells[0] ?? {}, { openedBy: null })),
    /cells\[0\]\.openedBy/,
  ],
  ['closed without a cause', changed((record) => setFirstClosed(record, null)), /cells\[1\]\.cause/],
])('%s is refused', (_what, json, problem) => {
  expect(problemsOf(json)).toMatch(problem)
})

function setFirstClosed(record: ReturnType<typeof twoPolicies>, cause: string | null): void {
  const cell = record.policies[0]?.cells.find((each) => each.outcome === 'closed')
  Object.assign(cell ?? {}, { cause })
}
