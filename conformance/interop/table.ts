/** The matrix as text: a row a form; for each peer that made it, a mark for each peer that opened it. Within 100 columns. */
import { cut } from '../../reports/inert.ts'
import { hang, type Page, pad, type Tone } from '../../reports/text-layout.ts'
import type { Form } from './form.ts'
import { titleOf } from './form-title.ts'
import type { Matrix } from './matrix.ts'
import type { PeerName } from './peer.ts'
import type { Verdict } from './verdict.ts'

const columns = [21, 25] as const
/** Five marks. */
const block = 9
const gap = '  '

export function renderTable(matrix: Matrix, verdict: Verdict, page: Page): string {
  const blocks = [
    peerLines(matrix, page),
    [...headLines(matrix, page), ...rowLines(matrix, verdict, page)],
    legendLines(verdict, page),
    unconfirmedLines(verdict, page),
    problemLines(verdict, page),
    summaryLines(verdict, page),
  ]
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

/** The names begin with different letters. */
const initial = (name: PeerName): string => name.slice(0, 1)

function peerLines({ peers, absent }: Matrix, { paint }: Page): string[] {
  return [
    ...peers.map(({ name, version }) => `${paint('strong', initial(name))}  ${pad(name, 15)}${version}`),
    ...absent.map(({ name }) => paint('bad', `${initial(name)}  ${pad(name, 15)}not installed`)),
  ]
}

function headLines({ peers }: Matrix, { paint }: Page): string[] {
  const left = columns[0] + columns[1]
  const names = peers.map(({ name }) => pad(cut(name, block), block)).join(gap)
  const initials = pad(peers.map(({ name }) => initial(name)).join(' '), block)
  return [
    paint('strong', `${pad('made by', left)}${names}`.trimEnd()),
    paint('quiet', `${pad('opened by', left)}${peers.map(() => initials).join(gap)}`.trimEnd()),
  ]
}

function rowLines(matrix: Matrix, verdict: Verdict, { paint }: Page): string[] {
  const markOf = markFinder(verdict)
  const names = matrix.peers.map(({ name }) => name)
  let section = ''
  return matrix.forms.flatMap((form) => {
    const title = titleOf(form)
    const heading = title.section === section ? [] : [paint('strong', title.section)]
    section = title.section
    const cells = names.map((producer) => {
      const marks = names.map((consumer) => markOf(form, producer, consumer))
      const rest = ' '.repeat(Math.max(0, block - (2 * marks.length - 1)))
      return marks.map(([tone, mark]) => paint(tone, mark)).join(' ') + rest
    })
    const [first, second] = title.row
    return [...heading, `${pad(`  ${first}`, columns[0])}${pad(second, columns[1])}${cells.join(gap)}`.trimEnd()]
  })
}

type Mark = readonly [Tone, string]
type MarkFinder = (form: Form, producer: PeerName, consumer: PeerName) => Mark

function markFinder({ makings, openings, limits }: Verdict): MarkFinder {
  const letters = new Map(limits.map(({ limit }, index) => [limit.id, letterOf(index)]))
  const marks = new Map<string, Mark>()
  for (const { form, producer, consumer, result, limit } of openings) {
    const red: Mark = limit === undefined ? ['bad', '✗'] : ['quiet', letters.get(limit.id) ?? '✗']
    marks.set([form.id, producer, consumer].join(), result === 'ok' ? ['good', '✓'] : red)
  }
  for (const { form, producer, says, limit } of makings)
    marks.set([form.id, producer].join(), says !== undefined && limit === undefined ? ['bad', '✗'] : ['quiet', '·'])
  return (form, producer, consumer) =>
    marks.get([form.id, producer, consumer].join()) ?? marks.get([form.id, producer].join()) ?? ['quiet', ' ']
}

function letterOf(index: number): string {
  return 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'.charAt(index) || '+'
}

function legendLines({ limits }: Verdict, { paint, width }: Page): string[] {
  const legend = [
    ['✓', 'what was sent came out, octet for octet; where signed or authenticated, an altered copy was refused'],
    ['·', 'not made by that peer'],
    ['✗', 'neither right nor explained'],
  ] as const
  const lines = legend.flatMap(([mark, meaning]) => hang(`${mark}  `, meaning, width))
  const known = limits.flatMap(({ limit, version, notMade, notOpened }, index) => {
    const counts = [
      ...(notMade > 0 ? [`${notMade} not made`] : []),
      ...(notOpened > 0 ? [`${notOpened} not opened`] : []),
    ]
    return hang(`${letterOf(index)}  `, `${limit.peer} ${version} (${counts.join(', ')}): ${limit.why}`, width)
  })
  const heading = known.length > 0 ? ['', 'Known limits of these versions'] : []
  return [...lines, ...heading, ...known].map((line) => paint('quiet', line))
}

function unconfirmedLines({ unconfirmed }: Verdict, { width }: Page): string[] {
  if (unconfirmed.length === 0) return []
  const rows = unconfirmed.map((form) => titleOf(form).row.join(' / '))
  return hang('No second engine here for: ', [...new Set(rows)].join('; '), width)
}

function problemLines({ problems }: Verdict, { paint, width }: Page): string[] {
  return problems.flatMap(({ kind, message, hint }) => [
    ...hang(`${kind}: `, message, width).map((line) => paint('bad', line)),
    ...hang('  hint: ', hint, width),
  ])
}

function summaryLines({ passed, makings, openings, problems }: Verdict, { paint, width }: Page): string[] {
  const made = makings.filter(({ says }) => says === undefined).length
  const ok = openings.filter(({ result }) => result === 'ok').length
  const limited = openings.filter(({ limit }) => limit !== undefined).length
  const counts = `${made} messages made, opened ${openings.length} times: ${ok} as they should, ${limited} at a known limit.`
  const end = passed ? 'Passed.' : `Failed: ${problems.length} problem${problems.length === 1 ? '' : 's'}, see above.`
  return hang('', `${counts} ${end}`, width).map((line) => paint(passed ? 'good' : 'bad', line))
}
