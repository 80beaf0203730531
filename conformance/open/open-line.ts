/** One message in one line, for lists: the outcome; why it is closed, or what its signature is worth; the file. */
import { inert } from '../../reports/inert.ts'
import type { OpenResult } from '../../reports/open-document.ts'
import { type Paint, pad, type Tone } from '../../reports/text-layout.ts'
import { hasBadSignature } from './bad-signature.ts'
import { outcomeTones, signatureTones } from './tones.ts'

/** The longest cause, algorithm-unsupported. */
const remarkColumns = 21

/** The name of the file stands last and is never cut: it is what a reader will copy. */
export function openLine(result: OpenResult, paint: Paint): string {
  const [remark, tone] = remarkOn(result)
  const { outcome, file } = result
  return `${paint(outcomeTones[outcome], pad(outcome, 6))}  ${paint(tone, pad(remark, remarkColumns))}  ${inert(file)}`
}

function remarkOn(result: OpenResult): [string, Tone] {
  if (result.outcome === 'closed') return [result.cause, 'bad']
  const { status } = result.signature
  if (status === 'invalid' || status === 'untrusted') return [`signature ${status}`, signatureTones[status]]
  if (hasBadSignature(result)) return ['outer signature bad', 'bad']
  return [status === 'valid' ? 'signature valid' : status, signatureTones[status]]
}
