/** Exit codes are API: scripts branch on them. The table is printed by `smimelab help`. */
export const ExitCode = {
  Ok: 0,
  Failed: 1,
  Usage: 2,
  NothingSelected: 3,
  Inconclusive: 4,
  HarnessFault: 5,
  Interrupted: 130,
} as const

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

export const exitCodeMeanings: readonly { readonly code: ExitCode; readonly meaning: string }[] = [
  { code: ExitCode.Ok, meaning: 'all that was asked for holds' },
  { code: ExitCode.Failed, meaning: 'something failed that was not expected to' },
  { code: ExitCode.Usage, meaning: 'usage or configuration: nothing can be said about the subject' },
  { code: ExitCode.NothingSelected, meaning: 'the selection selects nothing' },
  { code: ExitCode.Inconclusive, meaning: 'inconclusive: a prerequisite was missing' },
  { code: ExitCode.HarnessFault, meaning: 'smimelab itself is at fault' },
  { code: ExitCode.Interrupted, meaning: 'interrupted' },
]
