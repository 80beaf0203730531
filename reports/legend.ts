/** What the marks in a matrix mean: only those that occur. */
import { causeCodes, causeMark, causeWords } from './cause.ts'
import type { RunRecord } from './record.ts'

export interface LegendEntry {
  readonly mark: string
  readonly meaning: string
}

export function legendOf({ policies }: RunRecord): LegendEntry[] {
  const cells = policies.flatMap((each) => each.cells)
  const label = cells.find((each) => each.outcome === 'opened')?.openedBy.label
  const causes = new Set(cells.map((each) => each.cause))
  const shown = cells.filter((each) => each.outcome !== 'closed')
  const incomplete = policies.some((each) => each.cells.length < each.messages.length * each.devices.length)
  const entries: [boolean, string, string][] = [
    [label !== undefined, label ?? '', 'opened, by the key of that name'],
    ...causeCodes.map((cause): [boolean, string, string] => [
      causes.has(cause),
      `${causeMark(cause)} ${causeWords[cause].short}`,
      `closed, ${cause}: ${causeWords[cause].meaning}`,
    ]),
    [cells.some((each) => each.outcome === 'clear'), 'clear', 'not encrypted'],
    [
      shown.some((each) => each.signature === 'untrusted'),
      '?',
      'the signature is sound, but the device does not trust it',
    ],
    [shown.some((each) => each.signature === 'invalid'), '!', 'the signature is invalid'],
    [incomplete, '·', "not in the mailbox of the device's user"],
  ]
  return entries.filter(([occurs]) => occurs).map(([, mark, meaning]) => ({ mark, meaning }))
}
