/** What the lints say of a certificate, as the document of `smimelab lint-cert` tells it. */
import type { LintedCertificate, LintFinding } from '../../reports/lint-document.ts'
import type { Judgement, LintOutcome } from '../../simulator/pki/lint/index.ts'

const levels: readonly LintFinding['level'][] = ['error', 'warn', 'notice']

export function toLintedCertificate(file: string, { subject, results }: Judgement): LintedCertificate {
  const { certificate, profiles } = subject
  const count = (wanted: LintOutcome) => results.filter(({ outcome }) => outcome === wanted).length
  return {
    file,
    subject: certificate.subjectText,
    serial: certificate.serialHex,
    sha256: certificate.sha256,
    generation: agreed(profiles.map((each) => each.generation)),
    type: agreed(profiles.map((each) => each.type)),
    baseline: baselineOf({ subject, results }),
    findings: levels.flatMap((level) =>
      results
        .filter(({ outcome }) => outcome === level)
        .map(({ lint: { id, statement, clause, url }, found }) => ({
          id,
          level,
          statement,
          message: found.join('; '),
          clause,
          url,
        })),
    ),
    counts: {
      error: count('error'),
      warn: count('warn'),
      notice: count('notice'),
      pass: count('pass'),
      notApplicable: count('not-applicable'),
      notEffective: count('not-effective'),
    },
  }
}

function agreed<T>(values: readonly T[]): T | null {
  const [first] = values
  return first !== undefined && values.every((each) => each === first) ? first : null
}

function baselineOf({ subject, results }: Judgement): LintedCertificate['baseline'] {
  if (subject.role !== 'subscriber') return subject.role
  if (!subject.underBaseline) return 'not-claimed'
  const asked = results.filter(({ lint, outcome }) => lint.id.startsWith('br/') && outcome !== 'not-applicable')
  return asked.every(({ outcome }) => outcome === 'not-effective') ? 'not-yet-in-force' : 'applies'
}
