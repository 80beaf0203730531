/** The last words of `smimelab open`: how many messages, and what became of them. */
import { columnsOf } from '../../reports/inert.ts'
import type { Paint, Tone } from '../../reports/text-layout.ts'
import type { OpenSummary } from './tally.ts'
import { outcomeTones, signatureTones } from './tones.ts'

const width = 80

type Piece = readonly [text: string, tone: Tone]

/** Lines of at most 80 columns: the outcomes; causes and signatures where there are any; errors. */
export function summaryLines(summary: OpenSummary, paint: Paint): string[] {
  const { messages, causes, signatures, problems } = summary
  const outcomes = (['opened', 'clear', 'closed'] as const).flatMap((each): Piece[] =>
    summary[each] === 0 ? [] : [[`${summary[each]} ${each}`, outcomeTones[each]]],
  )
  const closed = Object.entries(causes).map(([cause, count]): Piece => [`${count} ${cause}`, 'bad'])
  const signed = (['valid', 'invalid', 'untrusted'] as const).flatMap((each): Piece[] =>
    signatures[each] === 0 ? [] : [[`${signatures[each]} ${each}`, signatureTones[each]]],
  )
  const errors: Piece[] = problems === 0 ? [] : [[counted(problems, 'error'), 'bad']]
  const all = [...outcomes, ...errors]
  const line = clause(`${counted(messages, 'message')}:`, all.length === 0 ? [['none read', 'plain']] : all, paint)
  // One message has been told in detail.
  if (messages === 1) return line
  return [...line, ...clause('  closed:', closed, paint), ...clause('  signatures:', signed, paint)]
}

/** No piece is broken in two. Nothing at all where there are no pieces. */
function clause(head: string, pieces: readonly Piece[], paint: Paint): string[] {
  const lines: string[] = []
  let line = ''
  let columns = 0
  pieces.forEach(([text, tone], index) => {
    const comma = index === pieces.length - 1 ? '' : ','
    if (line === '' || columns + columnsOf(text) + 2 > width) {
      if (line !== '') lines.push(line)
      line = lines.length === 0 ? head : '   '
      columns = columnsOf(line)
    }
    line += ` ${paint(tone, text)}${comma}`
    columns += columnsOf(text) + 2
  })
  return line === '' ? [] : [...lines, line]
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
