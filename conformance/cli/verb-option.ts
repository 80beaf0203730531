/** One option of a verb, for parsing and for the help. */
export interface VerbOption {
  /** Without the dashes. */
  readonly name: string
  readonly short?: string
  /** What stands for the value in the help (`FILE`); an option without one is a switch. */
  readonly value?: string
  readonly repeatable?: boolean
  readonly summary: string
}
