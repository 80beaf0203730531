import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  devices,
  manyDevices,
  matrix,
  message,
  policyRecord,
  runRecord,
  troubled,
  twoPolicies,
} from './golden/example-record.ts'
import { goldenFile } from './golden/golden-file.ts'
import { columnsOf } from './inert.ts'
import type { RunRecord } from './record.ts'
import { renderTerminal } from './terminal.ts'

const plain = { colour: false, width: 80 }
/** Controls but the line feed, and what turns the direction of text. */
const harmful = /(?!\n)\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u
const examples = { 'two-policies': twoPolicies, troubled, 'many-devices': manyDevices }

describe.each(Object.entries(examples))('%s', (name, record) => {
  test('reads as in the golden file', () => {
    const text = renderTerminal(record(), plain)
    expect(text).toBe(goldenFile(`${name}.txt`, text))
  })

  test('keeps within 80 columns', () => {
    for (const line of renderTerminal(record(), plain).split('\n')) expect(columnsOf(line)).toBeLessThanOrEqual(80)
  })

  test('colour adds sequences and changes no text', () => {
    const coloured = renderTerminal(record(), { colour: true, width: 80 })
    expect(coloured).toContain('\u001b[')
    expect(stripVTControlCharacters(coloured)).toBe(renderTerminal(record(), plain))
  })
})

test('nothing that a message, a profile or a device says reaches the terminal as a control', () => {
  expect(renderTerminal(troubled(), plain)).not.toMatch(harmful)
})

test('where the words do not fit, the count stands alone under its heading', () => {
  const long = devices.map((each) => ({ ...each, id: `alva-${each.id}` }))
  const text = renderTerminal(
    onePolicy(
      matrix(
        [
          [message('m1', '2021-12-03'), '2021', '2021', '2021', '× key-wiped'],
          [message('m2', '2023-01-03'), '2021', '2021', '2021', '× key-wiped'],
        ],
        long,
      ),
    ),
    plain,
  )
  expect(text).toMatch(/^ +messages {2}iOS /m)
  expect(text).toMatch(/^ {2}2021-12 … 2023-01 {2}2 {2}2021 /m)
})

test('five devices stand below the band that they do not fit beside', () => {
  const five = [
    ...devices,
    { id: 'tablet-of-the-whole-family-in-the-living-room', platform: 'ios', os: '18.6', user: 'alva' } as const,
  ]
  const text = renderTerminal(
    onePolicy(matrix([[message('m1', '2021-12-03'), '2021', '2021', '2021', '2021', '× key-wiped']], five)),
    plain,
  )
  expect(text).toMatch(/^ {2}2021-12-03 {2}1 message\n {4}2021 .* × wiped$/m)
})

test('a policy without messages shows that nothing was shown', () => {
  expect(renderTerminal(onePolicy(matrix([], devices)), plain)).toContain('nothing to show: no message')
  expect(renderTerminal(runRecord({}), plain)).toContain('no policy was run')
})

test('a verdict that stands beside a fault says so', () => {
  expect(renderTerminal(troubled(), plain)).toMatch(/BROKEN\s+PROMISE/)
  expect(renderTerminal(troubled(), plain)).toContain('1 FAULT, 1 ERROR, 1 second opinion DIFFERS')
  expect(renderTerminal(twoPolicies(), plain)).not.toContain('FAULT')
})

test('any text in any name keeps to the width and stays inert', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 120 }), (text) => {
      const named = devices.map((each, index) => ({ ...each, id: `${index}${text}` }))
      const rendered = renderTerminal(
        { ...onePolicy(matrix([[message('m1', '2021-12-03'), '2021', '× malformed']], named)), tenant: text },
        plain,
      )
      expect(rendered).not.toMatch(harmful)
      for (const line of rendered.split('\n')) expect(columnsOf(line)).toBeLessThanOrEqual(80)
    }),
    { numRuns: 50 },
  )
})

function onePolicy(parts: ReturnType<typeof matrix>): RunRecord {
  const verdict = {
    sentence: 'nothing.',
    promise: 'none',
    kept: true,
    closedByDevice: [],
    counts: { messages: 0, opened: 0, closed: 0, clear: 0 },
  } as const
  return runRecord({
    policies: [
      policyRecord({
        policy: 'shared',
        ...parts,
        installs: [],
        keys: [],
        verdict: { ...verdict, closedByDevice: [] },
        faults: [],
      }),
    ],
  })
}
