/** Where results go, one by one as they come: a folder may hold more messages than memory does results. */
import type { OpenResult } from '../../reports/open-document.ts'
import type { OpenSummary } from './tally.ts'

export interface OpenProblem {
  readonly file: string
  readonly code: string
  readonly message: string
}

export interface ResultWriter {
  /** `text`: the beginning of it as its reader sees it, where a person looks on. */
  message(result: OpenResult, text: readonly string[]): void
  problem(problem: OpenProblem): void
  end(summary: OpenSummary): void
}
