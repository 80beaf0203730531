/** A corpus as the runner takes it: a folder of public test data, and the cases that its authors meant. */
import type { Case } from './case.ts'
import type { CorpusFolder } from './library.ts'

export interface Corpus {
  /** 'wycheproof/aes-gcm': the folder, then the part of it, where one folder makes several. */
  readonly name: string
  /** Below the root of the corpora; '' for a list that speaks of several folders. */
  readonly folder: string
  /** Fewer cases than these, and something is missing: an empty folder must not pass. */
  readonly least: number
  /** Files that no case reads, each with the reason. */
  readonly leftOut?: Readonly<Record<string, string>>
  cases(folder: CorpusFolder): Iterable<Case>
}

/** A folder that this program does not judge, and who does. */
export interface NotRun {
  readonly folder: string
  readonly reason: string
}
