/** Messages that fared alike on every device, as one band: an archive of hundreds reads in a few lines. */
import { causeMark, isLoss } from './cause.ts'
import type { Cell, MessageRecord, PolicyRecord } from './record.ts'

export interface Band {
  /** In the order of the record; at least one. */
  readonly messages: readonly MessageRecord[]
  /** One per device, in the order of the record's devices; undefined where the device's mailbox lacks the message. */
  readonly cells: readonly (Cell | undefined)[]
  readonly live: boolean
  /** `2021-12 … 2023-09`, `2024-05-02`, `undated`. */
  readonly dates: string
}

/**
 * Bands of equal rows, by the date of their earliest message: first the mail that somebody here needs a key for, then the
 * rest, last what was sent in the run.
 */
export function bandsOf(policy: PolicyRecord): Band[] {
  const cellAt = new Map(policy.cells.map((cell) => [place(cell.message, cell.device), cell]))
  const groups = new Map<string, { messages: MessageRecord[]; cells: (Cell | undefined)[]; live: boolean }>()
  for (const message of policy.messages) {
    const cells = policy.devices.map((device) => cellAt.get(place(message.id, device.id)))
    const alike = JSON.stringify([message.live, ...cells.map(meaning)])
    const group = groups.get(alike)
    if (group === undefined) groups.set(alike, { messages: [message], cells, live: message.live })
    else group.messages.push(message)
  }
  return [...groups.values()]
    .map((group) => ({ ...group, dates: dateRange(group.messages) }))
    .sort((a, b) => rank(a) - rank(b) || compare(earliest(a.messages), earliest(b.messages)))
}

function rank({ live, cells }: Pick<Band, 'live' | 'cells'>): number {
  if (live) return 2
  const needsKey = cells.some(
    (cell) => cell?.outcome === 'opened' || (cell?.outcome === 'closed' && isLoss(cell.cause)),
  )
  return needsKey ? 0 : 1
}

function place(message: string, device: string): string {
  return JSON.stringify([message, device])
}

/** As far as a reader of the matrix can see it: a valid signature and none look alike there. */
function meaning(cell: Cell | undefined): string {
  return cellWords(cell, (cause) => cause).text
}

function datesOf(messages: readonly MessageRecord[]): string[] {
  return messages.flatMap((each) => (each.date === null ? [] : [each.date.slice(0, 10)])).sort()
}

function earliest(messages: readonly MessageRecord[]): string {
  return datesOf(messages)[0] ?? ''
}

function dateRange(messages: readonly MessageRecord[]): string {
  const dates = datesOf(messages)
  const first = dates[0]
  const last = dates.at(-1)
  if (first === undefined || last === undefined) return 'undated'
  if (first === last) return first
  if (first.slice(0, 7) === last.slice(0, 7)) return first.slice(0, 7)
  return `${first.slice(0, 7)} … ${last.slice(0, 7)}`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

export interface CellWords {
  readonly text: string
  readonly tone: 'good' | 'bad' | 'quiet' | 'plain'
}

const signatureMarks = { valid: '', unsigned: '', untrusted: ' ?', invalid: ' !' } as const

/** What stands in a cell, before it is made inert. `short` is the cause in its short form. */
export function cellWords(cell: Cell | undefined, short: (cause: NonNullable<Cell['cause']>) => string): CellWords {
  if (cell === undefined) return { text: '·', tone: 'quiet' }
  const mark = signatureMarks[cell.signature]
  if (cell.outcome === 'opened') return { text: cell.openedBy.label + mark, tone: 'good' }
  if (cell.outcome === 'closed')
    return { text: `${causeMark(cell.cause)} ${short(cell.cause)}`, tone: isLoss(cell.cause) ? 'bad' : 'quiet' }
  return { text: `clear${mark}`, tone: 'quiet' }
}
