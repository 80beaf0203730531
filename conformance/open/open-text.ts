/** What `smimelab open` prints of one message for people: a few lines of at most 80 columns. */

import { inert } from '../../reports/inert.ts'
import type { OpenResult } from '../../reports/open-document.ts'
import { hang, type Paint, pad } from '../../reports/text-layout.ts'
import { outcomeTones, signatureTones } from './tones.ts'

const width = 80
/** Lists of recipients and signers can be as long as their author likes. */
const mostListed = 8

/** What is known of one message. */
export function messageLines(result: OpenResult, text: readonly string[], paint: Paint): string[] {
  const tone = outcomeTones[result.outcome]
  const head = hang(pad(result.outcome, 8), inert(result.file), width)
  return [
    ...head.map((line, index) => (index === 0 ? paint(tone, line.slice(0, 8)) + paint('strong', line.slice(8)) : line)),
    ...details(result).flatMap(([label, text]) => hang(`  ${pad(label, 12)}`, inert(text), width)),
    ...signatureLines(result, paint),
    ...text.map((line, index) => `  ${pad(index === 0 ? 'text' : '', 12)}${line}`.trimEnd()),
  ]
}

function details(result: OpenResult): [string, string][] {
  const { from, subject } = result.headers
  const lines: [string, string][] = []
  if (from !== undefined) lines.push(['from', from])
  if (subject !== undefined) lines.push(['subject', subject])
  if (result.outcome === 'closed') {
    lines.push(['cause', [result.cause, ...(result.message === undefined ? [] : [result.message])].join(': ')])
    if (result.cause === 'never-recipient') {
      const shown = result.recipients.slice(0, mostListed).map((each): [string, string] => ['sent to', whom(each)])
      lines.push(...shown)
      if (result.recipients.length > mostListed) lines.push(['', `and ${result.recipients.length - mostListed} more`])
    }
  }
  if (result.openedBy !== null)
    lines.push(['key', `${result.openedBy.subject}, serial ${result.openedBy.serial} of ${result.openedBy.issuer}`])
  if (result.layers.length > 0) lines.push(['layers', result.layers.map(layerText).join(' › ')])
  if (result.content !== null) lines.push(['content', `${result.content.mediaType}, ${result.content.bytes} bytes`])
  if (result.outcome !== 'closed' && result.message !== undefined) lines.push(['note', result.message])
  if (result.written !== undefined) lines.push(['written to', result.written])
  return lines
}

function layerText({ kind, algorithms, authenticated, signature, weak = [] }: OpenResult['layers'][number]): string {
  const bad = signature === 'invalid' || signature === 'untrusted' ? [signature.toUpperCase()] : []
  const open = authenticated === false ? ['not authenticated'] : []
  return `${kind} (${[...algorithms.map((each) => (weak.includes(each) ? `${each} WEAK` : each)), ...open, ...bad].join(', ')})`
}

function whom(recipient: OpenResult['recipients'][number]): string {
  return 'serial' in recipient
    ? `serial ${recipient.serial} of ${recipient.issuer}`
    : `key identifier ${recipient.keyIdentifier}`
}

function signatureLines({ outcome, signature }: OpenResult, paint: Paint): string[] {
  // Of a message that stayed closed nobody can say that it is unsigned.
  if (outcome === 'closed' && signature.signers.length === 0) return []
  const signers = signature.signers.slice(0, mostListed).map(({ emails, subject, status, reasons }) => {
    const who = emails.join(', ') || subject || 'a signer without a certificate'
    const own = signature.signers.length > 1 ? ` (${status})` : ''
    const why = reasons.map(({ code, message }) => `${code}: ${message}`).join('; ')
    return `by ${who}${own}${why === '' ? '' : `: ${why}`}`
  })
  const text = [signature.status, signers.join('; ')].filter((each) => each !== '').join(' ')
  const left = `  ${pad('signature', 12)}`
  return hang(left, inert(text), width).map((line, index) =>
    index === 0
      ? left +
        paint(signatureTones[signature.status], signature.status) +
        line.slice(left.length + signature.status.length)
      : line,
  )
}
