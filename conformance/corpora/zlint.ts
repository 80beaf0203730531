/**
 * The certificates that ZLint's S/MIME lints are tested with, and what its tests expect of each: VERDICTS.tsv holds
 * file, lint and expected outcome, one a line.
 */
import { type Judgement, judgeCertificate, type LintOutcome } from '../../simulator/pki/lint/index.ts'
import type { Case } from './case.ts'
import type { Corpus } from './corpus.ts'
import type { KnownException } from './exception.ts'
import type { CorpusFolder } from './library.ts'
import { certificateOf } from './verdicts.ts'
import { zlintLints } from './zlint-lints.ts'

const name = 'zlint-smime'

const words: Readonly<Record<LintOutcome, string>> = {
  pass: 'Pass',
  error: 'Error',
  warn: 'Warn',
  notice: 'Notice',
  'not-applicable': 'NA',
  'not-effective': 'NE',
}

/** Where several of our lints stand for one: the first of these that one of them says. */
const precedence: readonly LintOutcome[] = ['not-applicable', 'not-effective', 'error', 'warn', 'notice', 'pass']

export const zlint: Corpus = {
  name,
  folder: name,
  least: 239,
  leftOut: Object.fromEntries(
    [
      'aiaWithInternalNamesLegacy.pem',
      'aiaWithValidNamesLegacy.pem',
      'san_not_critical_with_empty_subject.pem',
      'san_not_critical_with_subject.pem',
    ].map((file) => [file, "none of ZLint's tests names it"]),
  ),
  *cases(folder): Generator<Case> {
    const judged = new Map<string, Judgement | undefined>()
    const table = folder.read('VERDICTS.tsv').toString('utf8')
    for (const row of table.split('\n').filter((line) => line !== '' && !line.startsWith('#'))) {
      const [file = '', lint = '', expected = ''] = row.split('\t')
      yield {
        name: `${file} ${lint}`,
        expected,
        run() {
          if (!judged.has(file)) judged.set(file, judge(folder, file))
          const judgement = judged.get(file)
          return judgement === undefined ? 'file missing' : outcome(judgement, lint)
        },
      }
    }
  },
}

/** ZLint takes every certificate for mail for one of a publicly trusted authority. */
function judge(folder: CorpusFolder, file: string): Judgement | undefined {
  const bytes = find(folder, file)
  return bytes === undefined ? undefined : judgeCertificate(certificateOf(bytes), { publiclyTrusted: true })
}

/** The table names files without the folder that some are in. */
function find(folder: CorpusFolder, file: string): Buffer | undefined {
  for (const path of [file, `MailboxAddressFromSAN/${file}`])
    try {
      return folder.read(path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  return undefined
}

function outcome({ results }: Judgement, lint: string): string {
  const ours = zlintLints[lint]
  if (ours === undefined) return 'no lint of ours stands for it'
  const outcomes = ours.map((id) => results.find((each) => each.lint.id === id)?.outcome)
  const first = precedence.find((each) => outcomes.includes(each))
  return first === undefined ? 'the lint of ours is gone' : words[first]
}

export const zlintExceptions: readonly KnownException[] = [
  {
    corpus: name,
    cases: ['mld44', 'mld65', 'mld87', 'mlk512', 'mlk768', 'mlk1024'].map(
      (key) => `sm1_alg_${key}_eff1_pqf0.pem e_invalid_legacy_spki_algoid`,
    ),
    got: 'Error',
    reason:
      'Before version 1.0.11 the Requirements allow no ML-DSA or ML-KEM key (6.1.5: no other algorithms or key sizes). ZLint runs the lint for the time after under the name of the one for the time before.',
  },
  {
    corpus: name,
    cases: [
      'ecdsaP224.pem w_san_should_not_be_critical',
      ...[
        'leg0_poliv_eff0_pseu0_pers0',
        'leg0_poliv_eff1_pseu0_pers0',
        'leg0_poliv_eff1_pseu0_pers1',
        'leg0_poliv_eff1_pseu1_pers0',
        'leg0_polmv_eff1_pseu0_pers0',
        'leg0_polov_eff1_pseu0_pers0',
        'leg0_polsv_eff0_pseu0_pers0',
        'leg0_polsv_eff1_pseu0_pers0',
        'leg0_polsv_eff1_pseu0_pers1',
        'leg0_polsv_eff1_pseu1_pers0',
        'leg1_poliv_eff1_pseu0_pers0',
      ].map((file) => `${file}.pem e_invalid_individual_identity`),
      ...['leg0_xx_eff1', 'leg1_iv_eff1', 'leg1_mv_eff1', 'leg1_ov_eff1', 'leg1_sv_eff1', 'leg1_xx_eff0'].map(
        (file) => `smime_${file}.pem e_legacy_generation_deprecated`,
      ),
    ],
    got: 'file missing',
    reason: 'ZLint keeps the file outside its folder for S/MIME, and the corpus holds that folder alone.',
  },
]
