import { expect, test } from 'vitest'
import { bandsOf } from './bands.ts'
import { cell, devices, matrix, message, policyRecord } from './golden/example-record.ts'

const rest = {
  policy: 'shared' as const,
  installs: [],
  keys: [],
  faults: [],
  verdict: {
    sentence: '',
    promise: 'none' as const,
    kept: true,
    closedByDevice: [],
    counts: { messages: 0, opened: 0, closed: 0, clear: 0 },
  },
}

function bandsFrom(...rows: Parameters<typeof matrix>[0]) {
  return bandsOf(policyRecord({ ...rest, ...matrix(rows, devices.slice(0, 2)) })).map(
    ({ dates, messages }) => `${dates}: ${messages.map((each) => each.id).join(' ')}`,
  )
}

test('messages that fared alike share a band, also where others lie between them', () => {
  expect(
    bandsFrom(
      [message('b', '2022-06-01'), '2021', '2021'],
      [message('x', '2022-07-01'), 'clear', 'clear'],
      [message('c', '2023-01-01'), '2021', '2021'],
      [message('a', '2021-12-01'), '2021', '2021'],
    ),
  ).toEqual(['2021-12 … 2023-01: b c a', '2022-07-01: x'])
})

test.each<[string, string, string]>([
  ['the key', '2021', '2024'],
  ['the cause', '× integrity', '× malformed'],
  ['the signature', '2021', '2021 ?'],
  ['the mailbox', '2021', '·'],
])('%s keeps bands apart', (_what, one, two) => {
  expect(bandsFrom([message('a', '2021-12-01'), one, '2021'], [message('b', '2021-12-02'), two, '2021'])).toHaveLength(
    2,
  )
})

test('mail that needs a key comes first, what was sent in the run last, whatever the dates say', () => {
  expect(
    bandsFrom(
      [message('live', '2020-01-01', { live: true }), '2021', '2021'],
      [message('old', '2021-12-01'), '2021', '2021'],
      [message('when', null), 'clear', 'clear'],
    ),
  ).toEqual(['2021-12-01: old', 'undated: when', '2020-01-01: live'])
})

test('one month is told as a month', () => {
  expect(bandsFrom([message('a', '2021-12-01'), '2021'], [message('b', '2021-12-30'), '2021'])).toEqual([
    '2021-12: a b',
  ])
})

test('names with quotes and commas do not run into each other', () => {
  const [first, second] = [message('a","b', '2021-12-01'), message('a', '2021-12-01')]
  const [iphone] = devices
  if (iphone === undefined) throw new Error('a device wanted')
  const bands = bandsOf(
    policyRecord({ ...rest, devices: [iphone], messages: [first, second], cells: [cell('a","b', 'iphone', '2021')] }),
  )
  expect(bands.map(({ cells }) => cells[0]?.outcome)).toEqual(['opened', undefined])
})
