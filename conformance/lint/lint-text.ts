/** What `smimelab lint-cert` prints for people: a few lines per certificate, at most 80 columns. */
import { inert } from '../../reports/inert.ts'
import type { LintDocument, LintedCertificate, LintFinding } from '../../reports/lint-document.ts'
import { hang, type Paint, pad, painter, type Tone } from '../../reports/text-layout.ts'

const width = 80
const left = 12

export function lintText(document: LintDocument, { colour }: { colour: boolean }): string {
  const paint = painter(colour)
  const blocks = document.certificates.map((each) => certificateLines(each, paint).join('\n'))
  return `${[...blocks, summary(document, paint)].join('\n\n')}\n`
}

const levels: Readonly<Record<LintFinding['level'], { readonly word: string; readonly tone: Tone }>> = {
  error: { word: 'error', tone: 'bad' },
  warn: { word: 'warning', tone: 'strong' },
  notice: { word: 'notice', tone: 'quiet' },
}

/** Why a certificate was not asked what the Baseline Requirements want. */
const exemptions: Readonly<Record<Exclude<LintedCertificate['baseline'], 'applies'>, string>> = {
  'not-claimed':
    'not a public S/MIME certificate (no policy reserved for one): the S/MIME Baseline Requirements do not apply',
  'not-yet-in-force': 'issued before the S/MIME Baseline Requirements were in force (2023-09-01): they do not apply',
  authority: "an authority's certificate: what is asked of people's certificates does not apply",
  'self-signed': 'signed by its own key, so by no public authority: the S/MIME Baseline Requirements do not apply',
}

function certificateLines(certificate: LintedCertificate, paint: Paint): string[] {
  const { file, subject, serial, findings, counts } = certificate
  return [
    ...hang('', inert(file), width).map((line) => paint('strong', line)),
    ...labelled('subject', `${subject === '' ? '(empty)' : subject}, serial ${serial}`),
    ...labelled('judged as', judgedAs(certificate)),
    ...findings.flatMap((each) => findingLines(each, paint)),
    ...(findings.length === 0
      ? labelled('fine', `all ${counts.pass} requirements that apply are met`).map((line) => paint('good', line))
      : []),
  ]
}

function judgedAs({ baseline, type, generation }: LintedCertificate): string {
  if (baseline !== 'applies') return exemptions[baseline]
  return `${type ?? 'of no clear type'}, ${generation ?? 'of no clear generation'}`
}

function findingLines({ level, id, statement, message, clause }: LintFinding, paint: Paint): string[] {
  const { word, tone } = levels[level]
  const first = `  ${pad(word, left)}`
  const head = hang(first, `${id}, ${clause}`, width).map((line, index) =>
    index === 0 ? paint(tone, first) + line.slice(first.length) : line,
  )
  return [...head, ...labelled('', `Wanted: ${statement}`), ...labelled('', `Found: ${message}`)]
}

function labelled(label: string, text: string): string[] {
  return hang(`  ${pad(label, left)}`, inert(text), width)
}

function summary({ certificates, problems }: LintDocument, paint: Paint): string {
  const total = (level: LintFinding['level']) => certificates.reduce((sum, { counts }) => sum + counts[level], 0)
  const found = (['error', 'warn', 'notice'] as const).flatMap((level) => {
    const count = total(level)
    return count === 0 ? [] : [paint(levels[level].tone, amount(count, levels[level].word))]
  })
  const unread = problems.length === 0 ? [] : [paint('bad', `${amount(problems.length, 'file')} NOT READ`)]
  const parts = [...found, ...unread]
  return `${amount(certificates.length, 'certificate')}: ${parts.join(', ') || 'nothing found'}`
}

function amount(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
