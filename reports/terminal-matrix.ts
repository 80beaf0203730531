/**
 * The matrix of messages and devices in one of three forms, the widest that fits: a line per band; a band above its
 * cells; or, for many devices, the devices listed by what befell them.
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

interface Word {
  readonly text: string
  readonly tone: Tone
}

interface Row {
  readonly label: string
  readonly cells: readonly Word[]
}

/** Widths that all policies of a run share, so that the same device stands in the same place under each. */
export interface MatrixLayout {
  readonly label: number
  /** By device id. */
  readonly columns: ReadonlyMap<string, number>
}

export function layoutOf(policies: readonly PolicyRecord[]): MatrixLayout {
  let label = 0
  const columns = new Map<string, number>()
  for (const policy of policies) {
    const rows = labelled(bandsOf(policy))
    label = Math.max(label, ...rows.map((row) => columnsOf(row.label)))
    policy.devices.forEach(({ id, platform }, index) => {
      const words = [nameOf(id), platformNames[platform], ...rows.map(({ cells }) => cells[index]?.text ?? '')]
      columns.set(id, Math.max(columns.get(id) ?? 0, ...words.map(columnsOf)))
    })
  }
  return { label, columns }
}

export function matrixLines(policy: PolicyRecord, layout: MatrixLayout, page: Page): string[] {
  const rows = labelled(bandsOf(policy))
  if (rows.length === 0 || policy.devices.length === 0)
    return [page.paint('bad', `  nothing to show: ${rows.length === 0 ? 'no message' : 'no device'}`)]
  const names = policy.devices.map(({ id }) => nameOf(id))
  const platforms = policy.devices.map(({ platform }) => platformNames[platform])
  const widths = policy.devices.map(({ id }) => layout.columns.get(id) ?? 0)
  const table = widths.reduce((sum, each) => sum + each + gap, -gap)
  if (names.length > mostColumns) return grouped(rows, names, page)
  if (2 + layout.label + gap + table <= page.width) return inOneLine(rows, names, platforms, widths, layout.label, page)
  if (4 + table <= page.width) return stacked(rows, names, platforms, widths, page)
  return grouped(rows, names, page)
}

function nameOf(device: string): string {
  return inertWithin(device, longestName)
}

function labelled(bands: readonly Band[]): Row[] {
  const dates = Math.max(...bands.map((each) => columnsOf(each.dates)))
  const digits = Math.max(...bands.map((each) => String(each.messages.length).length))
  return bands.map((band) => ({
    label: `${pad(band.dates, dates)}  ${counted(band, digits)}`,
    cells: band.cells.map(word),
  }))
}

function counted({ live, messages }: Band, digits: number): string {
  const what = live ? 'sent now' : messages.length === 1 ? 'message' : 'messages'
  return `${String(messages.length).padStart(digits)} ${what}`
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

function header(names: readonly string[], platforms: readonly string[]): Word[][] {
  return [names.map((text) => ({ text, tone: 'strong' })), platforms.map((text) => ({ text, tone: 'quiet' }))]
}

function inOneLine(
  rows: readonly Row[],
  names: readonly string[],
  platforms: readonly string[],
  widths: readonly number[],
  label: number,
  page: Page,
): string[] {
  const left = 2 + label + gap
  return [
    ...header(names, platforms).map((words) => ' '.repeat(left) + line(words, widths, page)),
    ...rows.map((row) => pad(`  ${row.label}`, left) + line(row.cells, widths, page)),
  ]
}

function stacked(
  rows: readonly Row[],
  names: readonly string[],
  platforms: readonly string[],
  widths: readonly number[],
  page: Page,
): string[] {
  return [
    ...header(names, platforms).map((words) => `    ${line(words, widths, page)}`),
    ...rows.flatMap((row) => [`  ${row.label}`, `    ${line(row.cells, widths, page)}`]),
  ]
}

function grouped(rows: readonly Row[], names: readonly string[], page: Page): string[] {
  return rows.flatMap((row) => {
    const byWord = new Map<string, { tone: Tone; devices: string[] }>()
    row.cells.forEach(({ text, tone }, index) => {
      const group = byWord.get(text) ?? { tone, devices: [] }
      group.devices.push(names[index] ?? '')
      byWord.set(text, group)
    })
    const left = Math.max(...[...byWord.keys()].map(columnsOf)) + gap
    return [
      `  ${row.label}`,
      ...[...byWord].flatMap(([text, { tone, devices }]) =>
        hang(`    ${pad(text, left)}`, devices.join(', '), page.width).map((each, index) =>
          index === 0 ? `    ${page.paint(tone, text)}${each.slice(4 + text.length)}` : each,
        ),
      ),
    ]
  })
}
