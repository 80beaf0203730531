/** Which results are good news. The words say the same without colour. */
import type { OpenResult } from '../../reports/open-document.ts'
import type { Tone } from '../../reports/text-layout.ts'

export const outcomeTones: Readonly<Record<OpenResult['outcome'], Tone>> = {
  opened: 'good',
  closed: 'bad',
  clear: 'quiet',
}

export const signatureTones: Readonly<Record<OpenResult['signature']['status'], Tone>> = {
  valid: 'good',
  invalid: 'bad',
  untrusted: 'bad',
  unsigned: 'quiet',
}
