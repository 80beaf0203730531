/**
 * What a verb of the command line is. A verb's module is imported for its help, so it stays light: what it needs
 * for its work it imports inside `run`.
 */
import type { Arguments } from './arguments.ts'
import type { ExitCode } from './exit-codes.ts'
import type { VerbOption } from './verb-option.ts'

export interface VerbExample {
  readonly command: string
  /** What it is good for, in one line. */
  readonly purpose: string
}

export interface Output {
  write(text: string): void
}

export interface VerbContext {
  readonly args: Arguments
  /** Results. With `--json`: one JSON document and nothing else. */
  readonly stdout: Output
  /** Progress (only where `isTerminal.stderr`), problems, hints. */
  readonly stderr: Output
  readonly isTerminal: { readonly stdout: boolean; readonly stderr: boolean }
  readonly colour: { readonly stdout: boolean; readonly stderr: boolean }
  readonly env: Readonly<Record<string, string | undefined>>
  /** Absolute; relative paths in the arguments start here. */
  readonly cwd: string
  /** The machine's clock when the command was given: the only place where it is read. */
  readonly now: Date
  /** The version of the smimelab package. */
  readonly version: string
}

export interface Verb {
  readonly name: string
  /** One line, lower case, no full stop. */
  readonly summary: string
  /** What follows `smimelab `: `open MESSAGE... [--identity FILE]...`. */
  readonly usage: string
  /** Paragraphs below the usage; plain text, wrapped when printed. */
  readonly description?: readonly string[]
  readonly options: readonly VerbOption[]
  readonly examples: readonly [VerbExample, VerbExample]
  /** A LabError that comes out of it is told in two lines and ends in exit code 2; any other error in 5. */
  run(context: VerbContext): Promise<ExitCode>
}

/** All verbs by name, each imported when it is asked for. */
export type VerbTable = ReadonlyMap<string, () => Promise<Verb>>
