/** What `smimelab open` prints for people: a few lines per message, at most 80 columns. */

import { inert } from '../../reports/inert.ts'
import type { OpenDocument, OpenResult } from '../../reports/open-document.ts'
import { hang, type Paint, pad, painter, type Tone } from '../../reports/text-layout.ts'

const width = 80
/** Lists of recipients and signers can be as long as their author likes. */
const mostListed = 8

export function openText(document: OpenDocument, { colour }: { colour: boolean }): string {
  const paint = painter(colour)
  const blocks = document.messages.map((each) => messageLines(each, paint).join('\n'))
  return `${[...blocks, summary(document, paint)].join('\n\n')}\n`
}

const outcomeTones: Readonly<Record<OpenResult['outcome'], Tone>> = { opened: 'good', closed: 'bad', clear: 'quiet' }

function messageLines(result: OpenResult, paint: Paint): string[] {
  const tone = outcomeTones[result.outcome]
  const head = hang(pad(result.outcome, 8), inert(result.file), width)
  return [
    ...head.map((line, index) => (index === 0 ? paint(tone, line.slice(0, 8)) + paint('strong', line.slice(8)) : line)),
    ...details(result).flatMap(([label, text]) => hang(`  ${pad(label, 12)}`, inert(text), width)),
    ...signatureLines(result, paint),
  ]
}

function details(result: OpenResult): [string, string][] {
  const lines: [string, string][] = []
  if (result.outcome === 'closed') {
    lines.push(['cause', [result.cause, ...(result.message === undefined ? [] : [result.message])].join(': ')])
    if (result.cause === 'no-matching-key') {
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

function layerText({ kind, algorithms, signature }: OpenResult['layers'][number]): string {
  const bad = signature === 'invalid' || signature === 'untrusted' ? [signature.toUpperCase()] : []
  return `${kind} (${[...algorithms, ...bad].join(', ')})`
}

function whom(recipient: OpenResult['recipients'][number]): string {
  return 'serial' in recipient
    ? `serial ${recipient.serial} of ${recipient.issuer}`
    : `key identifier ${recipient.keyIdentifier}`
}

const signatureTones: Readonly<Record<OpenResult['signature']['status'], Tone>> = {
  valid: 'good',
  invalid: 'bad',
  untrusted: 'bad',
  unsigned: 'quiet',
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

function summary({ messages, problems }: OpenDocument, paint: Paint): string {
  const tally = (test: (each: OpenResult) => boolean) => messages.filter(test).length
  const outcomes = (['opened', 'clear', 'closed'] as const).flatMap((outcome) => {
    const count = tally((each) => each.outcome === outcome)
    return count === 0 ? [] : [paint(outcomeTones[outcome], `${count} ${outcome}`)]
  })
  const signatures = (['invalid', 'untrusted'] as const).flatMap((status) => {
    const count = tally((each) => each.signature.status === status)
    return count === 0 ? [] : [paint('bad', `${count} signature${count === 1 ? '' : 's'} ${status}`)]
  })
  const unread =
    problems.length === 0 ? [] : [paint('bad', `${problems.length} ERROR${problems.length === 1 ? '' : 'S'}`)]
  const total = `${messages.length} message${messages.length === 1 ? '' : 's'}`
  return `${total}: ${[...outcomes, ...signatures, ...unread].join(', ') || 'none read'}`
}
