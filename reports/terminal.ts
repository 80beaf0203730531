/** The run record as text for a terminal: a pure function, within 80 columns, and readable without colour. */
import { inertWithin } from './inert.ts'
import { legendOf } from './legend.ts'
import { policyNames } from './policy-name.ts'
import type { RunRecord } from './record.ts'
import { doubtsAbout, standingOf } from './standing.ts'
import { faultLines, installLines, mailLines, problemLines, secondOpinionLines } from './terminal-findings.ts'
import { layoutOf, matrixLines } from './terminal-matrix.ts'
import { hang, type Page, pad, painter } from './text-layout.ts'

export interface TerminalOptions {
  readonly colour: boolean
  /** In columns; 80 where the terminal's own width is of no interest. */
  readonly width: number
}

export function renderTerminal(record: RunRecord, { colour, width }: TerminalOptions): string {
  const paint = painter(colour)
  const page = { paint, width }
  const layout = layoutOf(record.policies, width)
  const blocks = [
    [paint('quiet', title(record, width))],
    ...record.policies.flatMap((policy) => [
      [paint('strong', policyNames[policy.policy])],
      matrixLines(policy, layout, page),
      [...installLines(policy, page), ...mailLines(policy, page)],
      faultLines(policy, page),
    ]),
    legendLines(record, page),
    secondOpinionLines(record.secondOpinions, page),
    problemLines(record.problems, page),
    verdictLines(record, page),
  ]
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

function title({ smimelab, tenant, now, seed, digest }: RunRecord, width: number): string {
  const parts = [
    `smimelab ${smimelab}`,
    inertWithin(tenant, 24),
    `${now.slice(0, 16).replace('T', ' ')} UTC`,
    ...(seed === undefined ? [] : [`seed ${seed}`]),
    `digest ${digest.slice(0, 12)}`,
  ]
  return inertWithin(parts.join(' · '), width)
}

function legendLines(record: RunRecord, { paint, width }: Page): string[] {
  const entries = legendOf(record)
  if (entries.length === 0) return []
  const left = Math.max(...entries.map(({ mark }) => mark.length)) + 2
  return entries.flatMap(({ mark, meaning }) =>
    hang(`  ${pad(mark, left)}`, meaning, width).map((line) => paint('quiet', line)),
  )
}

/** One sentence per policy, side by side: the point of running several. */
function verdictLines(record: RunRecord, { paint, width }: Page): string[] {
  const { policies } = record
  if (policies.length === 0) return [paint('bad', 'Verdict: no policy was run, so nothing was shown')]
  const doubts = doubtsAbout(record)
  return [
    paint('strong', 'Verdict'),
    ...policies.flatMap((policy) => {
      const { mark, tone, after } = standingOf(policy.verdict)
      const sentence = inertWithin(`${policyNames[policy.policy]}: ${policy.verdict.sentence}${after}`, 600)
      return hang(`  ${mark} `, sentence, width).map((line) => paint(tone, line))
    }),
    ...(doubts === undefined ? [] : hang('  × ', doubts, width).map((line) => paint('bad', line))),
  ]
}
