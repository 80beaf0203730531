/** What the lints of the S/MIME Baseline Requirements have in common: source, area, and the day they came into force. */
import type { Lint } from '../lint.ts'
import type { LintSubject } from '../lint-subject.ts'

/** Version 1.0.0 (ballot SMC01). */
export const inForce = new Date('2023-09-01T00:00:00Z')
/** Version 1.0.4 (ballot SMC06). */
export const version104 = new Date('2024-05-11T00:00:00Z')
/** End of the Legacy generation (ballot SMC08, version 1.0.6). */
export const legacyEnd = new Date('2025-07-15T00:00:00Z')
/** Version 1.0.11 (ballot SMC013): ML-DSA and ML-KEM. */
export const version1011 = new Date('2025-08-22T00:00:00Z')

/** The headings of the document as its links have them. */
const headings = {
  '6.1.5': '615-key-sizes',
  '6.1.6': '616-public-key-parameters-generation-and-quality-checking',
  '6.3.2': '632-certificate-operational-periods-and-key-pair-usage-periods',
  '7.1': '71-certificate-profile',
  '7.1.1': '711-version-numbers',
  '7.1.2.3': '7123-subscriber-certificates',
  '7.1.3.1': '7131-subjectpublickeyinfo',
  '7.1.3.2': '7132-signature-algorithmidentifier',
  '7.1.4.2': '7142-subject-information---subscriber-certificates',
  '7.1.4.2.1': '71421-subject-alternative-name-extension',
  '7.1.4.2.2': '71422-subject-distinguished-name-fields',
  '7.1.4.2.3': '71423-subject-dn-attributes-for-mailbox-validated-profile',
  '7.1.4.2.4': '71424-subject-dn-attributes-for-organization-validated-profile',
  '7.1.4.2.5': '71425-subject-dn-attributes-for-sponsor-validated-profile',
  '7.1.4.2.6': '71426-subject-dn-attributes-for-individual-validated-profile',
  '7.1.6.1': '7161-reserved-certificate-policy-identifiers',
} as const

const document = 'https://github.com/cabforum/smime/blob/main/SBR.md'

interface BaselineLint {
  readonly slug: string
  readonly level: Lint['level']
  readonly statement: string
  readonly section: keyof typeof headings
  /** The rest of the clause: mostly the letter of a paragraph. */
  readonly item?: string
  readonly since?: Date
  readonly until?: Date
  /** Beyond: a subscriber's certificate that claims one of the profiles. */
  readonly applies?: (subject: LintSubject) => boolean
  readonly check: Lint['check']
}

export function baselineLint({ slug, section, item, since = inForce, applies, ...rest }: BaselineLint): Lint {
  return {
    ...rest,
    id: `br/${slug}`,
    ...baselineSource(section, item),
    since,
    applies: (subject) => subject.role === 'subscriber' && subject.profiles.length > 0 && (applies?.(subject) ?? true),
  }
}

export function baselineSource(section: keyof typeof headings, item?: string): Pick<Lint, 'clause' | 'url'> {
  const clause = `SMIME BR ${section}${item === undefined ? '' : ` ${item}`}`
  return { clause, url: `${document}#${headings[section]}` }
}

/** As `baselineLint`, and also for a certificate of which only the caller says that the Requirements hold. */
export function baselineLintWithoutProfile(lint: Omit<BaselineLint, 'applies'>): Lint {
  return { ...baselineLint(lint), applies: ({ role, underBaseline }) => role === 'subscriber' && underBaseline }
}
