/**
 * The matrix of messages and devices in one of four forms, the roomiest that fits: a line per band; the same with a bare
 * count; a band above its cells; or, for many devices, the devices listed by what befell them. All policies of a run
 * have the same form and widths, so that the same device stands in the same place under each.
 */
import { bandsOf, cellWords } from './bands.ts'
import { causeWords } from './cause.ts'
import { columnsOf, inertWithin } from './inert.ts'
import { platformNames } from './platform-name.ts'
import type { Cell, MessageRecord, PolicyRecord } from './record.ts'
import { hang, type Page, pad, type Tone } from './text-layout.ts'

/** More columns than this cannot be compared at a glance. */
const mostColumns = 6
const gap = 2
const longestName = 40
const heading = 'messages'

interface Word {
  readonly text: string
  readonly tone: Tone
}

interface Row {
  readonly dates: string
  readonly count: number
  readonly cells: readonly Word[]
}

export interface MatrixLayout {
  readonly form: 'line' | 'short-line' | 'stacked' | 'grouped'
  /** Columns of the dates, and of the count behind them. */
  readonly dates: number
  readonly count: number
  /** By device id. */
  readonly columns: ReadonlyMap<string, number>
}

export function layoutOf(policies: readonly PolicyRecord[], width: number): MatrixLayout {
  const columns = new Map<string, number>()
  const rows = policies.flatMap((policy) => {
    const own = rowsOf(policy)
    policy.devices.forEach(({ id, platform }, index) => {
      const words = [nameOf(id), platformNames[platform], ...own.map(({ cells }) => cells[index]?.text ?? '')]
      columns.set(id, Math.max(columns.get(id) ?? 0, ...words.map(columnsOf)))
    })
    return own
  })
  const dates = Math.max(0, ...rows.map((row) => columnsOf(row.dates)))
  const count = Math.max(0, ...rows.map((row) => String(row.count).length))
  const layout = { dates, count, columns }
  const table = Math.max(
    0,
    ...policies.map(({ devices }) => devices.reduce((sum, { id }) => sum + (columns.get(id) ?? 0) + gap, -gap)),
  )
  if (policies.some(({ devices }) => devices.length > mostColumns)) return { form: 'grouped', ...layout }
  const left = 2 + dates + gap + count
  if (left + 1 + heading.length + gap + table <= width) return { form: 'line', ...layout }
  if (left + gap + table <= width) return { form: 'short-line', ...layout }
  return { form: 4 + table <= width ? 'stacked' : 'grouped', ...layout }
}

export function matrixLines(policy: PolicyRecord, layout: MatrixLayout, page: Page): string[] {
  const rows = rowsOf(policy)
  if (rows.length === 0 || policy.devices.length === 0)
    return [page.paint('bad', `  nothing to show: ${rows.length === 0 ? 'no message' : 'no device'}`)]
  if (layout.form === 'grouped') return grouped(policy, rows, layout, page)
  const widths = policy.devices.map(({ id }) => layout.columns.get(id) ?? 0)
  const names: Word[] = policy.devices.map(({ id }) => ({ text: nameOf(id), tone: 'strong' }))
  const platforms: Word[] = policy.devices.map(({ platform }) => ({ text: platformNames[platform], tone: 'quiet' }))
  const left = layout.form === 'stacked' ? 4 : columnsOf(labelOf({ dates: '', count: 0, cells: [] }, layout)) + gap
  const above = layout.form === 'short-line' ? `${heading.padStart(left - gap)}${' '.repeat(gap)}` : ' '.repeat(left)
  return [
    ' '.repeat(left) + line(names, widths, page),
    page.paint('quiet', above) + line(platforms, widths, page),
    ...rows.flatMap((row) => {
      const label = labelOf(row, layout)
      const cells = line(row.cells, widths, page)
      return layout.form === 'stacked' ? [label.trimEnd(), `    ${cells}`] : [label + ' '.repeat(gap) + cells]
    }),
  ]
}

/** Of the same width for all rows of a run. */
function labelOf({ dates, count }: Row, layout: MatrixLayout): string {
  const short = `  ${pad(dates, layout.dates)}${' '.repeat(gap)}${String(count).padStart(layout.count)}`
  return layout.form === 'short-line' ? short : `${short} ${pad(count === 1 ? 'message' : heading, heading.length)}`
}

function nameOf(device: string): string {
  return inertWithin(device, longestName)
}

function rowsOf(policy: PolicyRecord): Row[] {
  return bandsOf(policy).map(({ live, dates, messages, cells }) => ({
    dates: live ? sentBy(messages) : dates,
    count: messages.length,
    cells: cells.map(word),
  }))
}

/** Mail of the run: told apart by who sent it. */
function sentBy(messages: readonly MessageRecord[]): string {
  const [only, more] = messages.map((each) => each.id.replace(/^live\//, ''))
  return only === undefined || more !== undefined ? 'sent in this run' : `now: ${inertWithin(only, 15)}`
}

function word(cell: Cell | undefined): Word {
  const { text, tone } = cellWords(cell, (cause) => causeWords[cause].short)
  return { text: inertWithin(text, 20), tone }
}

function line(words: readonly Word[], widths: readonly number[], { paint }: Page): string {
  return words
    .map(({ text, tone }, index) => {
      const padding = index === words.length - 1 ? 0 : (widths[index] ?? 0) + gap - columnsOf(text)
      return paint(tone, text) + ' '.repeat(padding)
    })
    .join('')
}

function grouped({ devices }: PolicyRecord, rows: readonly Row[], layout: MatrixLayout, page: Page): string[] {
  return rows.flatMap((row) => {
    const byWord = new Map<string, { tone: Tone; names: string[] }>()
    row.cells.forEach(({ text, tone }, index) => {
      const group = byWord.get(text) ?? { tone, names: [] }
      group.names.push(nameOf(devices[index]?.id ?? ''))
      byWord.set(text, group)
    })
    const left = Math.max(...[...byWord.keys()].map(columnsOf)) + gap
    return [
      labelOf(row, layout).trimEnd(),
      ...[...byWord].flatMap(([text, { tone, names }]) =>
        hang(`    ${pad(text, left)}`, names.join(', '), page.width).map((each, index) =>
          index === 0 ? `    ${page.paint(tone, text)}${each.slice(4 + text.length)}` : each,
        ),
      ),
    ]
  })
}
