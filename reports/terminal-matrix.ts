/**
 * The matrix of messages and devices in one of four forms, the roomiest that fits: a line per band; the same with a bare
 * count; a band above its cells; or, for many devices, the devices listed by what befell them. All policies of a run
 * have the same form and widths, so that the same device stands in the same place under each.
 */
import { type Band, bandsOf, cellWords } from './bands.ts'
import { causeWords } from './cause.ts'
import { columnsOf, inertWithin } from './inert.ts'
import { platformNames } from './platform-name.ts'
import type { Cell, PolicyRecord } from './record.ts'
import { hang, type Page, pad, type Tone } from './text-layout.ts'

/** More columns than this cannot be compared at a glance. */
const mostColumns = 6
const gap = 2
const longestName = 40
const countHeading = 'messages'

interface Word {
  readonly text: string
  readonly tone: Tone
}

interface Row {
  /** `2021-12 … 2023-09  14 messages`. */
  readonly label: string
  /** `2021-12 … 2023-09  14`. */
  readonly shortLabel: string
  readonly cells: readonly Word[]
}

export interface MatrixLayout {
  readonly form: 'line' | 'short-line' | 'stacked' | 'grouped'
  readonly label: number
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
  const label = Math.max(0, ...rows.map((row) => columnsOf(row.label)))
  const shortLabel = Math.max(0, ...rows.map((row) => columnsOf(row.shortLabel)), columnsOf(countHeading))
  const table = Math.max(
    0,
    ...policies.map(({ devices }) => devices.reduce((sum, { id }) => sum + (columns.get(id) ?? 0) + gap, -gap)),
  )
  if (policies.some(({ devices }) => devices.length > mostColumns)) return { form: 'grouped', label, columns }
  if (2 + label + gap + table <= width) return { form: 'line', label, columns }
  if (2 + shortLabel + gap + table <= width) return { form: 'short-line', label: shortLabel, columns }
  return { form: 4 + table <= width ? 'stacked' : 'grouped', label, columns }
}

export function matrixLines(policy: PolicyRecord, { form, label, columns }: MatrixLayout, page: Page): string[] {
  const rows = rowsOf(policy)
  if (rows.length === 0 || policy.devices.length === 0)
    return [page.paint('bad', `  nothing to show: ${rows.length === 0 ? 'no message' : 'no device'}`)]
  if (form === 'grouped') return grouped(policy, rows, page)
  const widths = policy.devices.map(({ id }) => columns.get(id) ?? 0)
  const names = line(
    policy.devices.map(({ id }) => ({ text: nameOf(id), tone: 'strong' })),
    widths,
    page,
  )
  const platforms = line(
    policy.devices.map(({ platform }) => ({ text: platformNames[platform], tone: 'quiet' })),
    widths,
    page,
  )
  if (form === 'stacked')
    return [
      `    ${names}`,
      `    ${platforms}`,
      ...rows.flatMap((row) => [`  ${row.label}`, `    ${line(row.cells, widths, page)}`]),
    ]
  const left = (text: string) => pad(`  ${text}`, 2 + label + gap)
  const heading = form === 'short-line' ? ' '.repeat(label - columnsOf(countHeading)) + countHeading : ''
  return [
    left('') + names,
    left(page.paint('quiet', heading)) + platforms,
    ...rows.map((row) => left(form === 'line' ? row.label : row.shortLabel) + line(row.cells, widths, page)),
  ]
}

function nameOf(device: string): string {
  return inertWithin(device, longestName)
}

function rowsOf(policy: PolicyRecord): Row[] {
  const bands = bandsOf(policy)
  const dates = Math.max(...bands.map((each) => columnsOf(when(each))))
  const digits = Math.max(...bands.map((each) => String(each.messages.length).length))
  return bands.map((band) => {
    const shortLabel = `${pad(when(band), dates)}  ${String(band.messages.length).padStart(digits)}`
    return {
      label: `${shortLabel} ${band.messages.length === 1 ? 'message' : 'messages'}`,
      shortLabel,
      cells: band.cells.map(word),
    }
  })
}

function when({ live, dates }: Band): string {
  return live ? 'sent in this run' : dates
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

function grouped({ devices }: PolicyRecord, rows: readonly Row[], page: Page): string[] {
  return rows.flatMap((row) => {
    const byWord = new Map<string, { tone: Tone; names: string[] }>()
    row.cells.forEach(({ text, tone }, index) => {
      const group = byWord.get(text) ?? { tone, names: [] }
      group.names.push(nameOf(devices[index]?.id ?? ''))
      byWord.set(text, group)
    })
    const left = Math.max(...[...byWord.keys()].map(columnsOf)) + gap
    return [
      `  ${row.label}`,
      ...[...byWord].flatMap(([text, { tone, names }]) =>
        hang(`    ${pad(text, left)}`, names.join(', '), page.width).map((each, index) =>
          index === 0 ? `    ${page.paint(tone, text)}${each.slice(4 + text.length)}` : each,
        ),
      ),
    ]
  })
}
