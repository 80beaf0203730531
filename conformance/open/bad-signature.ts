/** Whether a signature of a message is invalid or untrusted: every one counts, also one around the encryption. */
import type { OpenResult } from '../../reports/open-document.ts'

export function hasBadSignature({ signature, layers }: OpenResult): boolean {
  const statuses = [signature.status, ...layers.flatMap((layer) => layer.signature ?? [])]
  return statuses.some((each) => each === 'invalid' || each === 'untrusted')
}
