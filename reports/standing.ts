/** How a verdict stands, in the words that all renderers share. */
import type { PolicyRecord, RunRecord } from './record.ts'

/** `after` follows the verdict's own sentence. */
export function standingOf({ promise, kept }: PolicyRecord['verdict']) {
  if (!kept) return { mark: '×', tone: 'bad', after: ' BROKEN PROMISE: every device opens all mail.' } as const
  if (promise === 'none') return { mark: '–', tone: 'plain', after: ' (No promise was made.)' } as const
  return { mark: '✓', tone: 'good', after: '' } as const
}

/** What takes the worth from a good verdict: it must be read beside it. */
export function doubtsAbout({ policies, problems, secondOpinions }: RunRecord): string | undefined {
  const faults = policies.reduce((sum, each) => sum + each.faults.length, 0)
  const errors = problems.filter((each) => each.severity === 'error').length
  const differing = secondOpinions.disagreements.length
  const doubts = [
    ...(faults === 0 ? [] : [`${faults} FAULT${faults === 1 ? '' : 'S'}`]),
    ...(errors === 0 ? [] : [`${errors} ERROR${errors === 1 ? '' : 'S'}`]),
    ...(differing === 0 ? [] : [`${differing} second opinion${differing === 1 ? ' DIFFERS' : 's DIFFER'}`]),
  ]
  return doubts.length === 0 ? undefined : `${doubts.join(', ')}: see above before you believe any of this.`
}
