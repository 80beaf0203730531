/** An error on stderr: one line that says what, one that says what to do. A stack only where it is asked for. */
import { inert } from '../../reports/inert.ts'
import { LabError } from '../../simulator/error.ts'
import { ExitCode } from './exit-codes.ts'
import type { Output } from './verb.ts'

export function reportError(
  error: unknown,
  stderr: Output,
  env: Readonly<Record<string, string | undefined>>,
): ExitCode {
  const debug = env.SMIMELAB_DEBUG === '1'
  if (error instanceof LabError) {
    tellProblem(error, stderr)
    if (debug) stderr.write(`${error.stack}\n`)
    return error.code === 'nothing-selected' ? ExitCode.NothingSelected : ExitCode.Usage
  }
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  stderr.write(`smimelab: unexpected error: ${inert(said)}\n`)
  if (debug) stderr.write(`${error instanceof Error ? error.stack : ''}\n`)
  else
    stderr.write(
      '  hint: this is a defect of smimelab. Please report it with this line, the output of `smimelab --version`\n' +
        '        and what SMIMELAB_DEBUG=1 prints\n',
    )
  return ExitCode.HarnessFault
}

/** Message and hint of an error that has to do with what was asked for. */
export function tellProblem(error: LabError, stderr: Output): void {
  stderr.write(`smimelab: ${inert(error.message)}\n`)
  if (error.hint !== undefined) stderr.write(`  hint: ${inert(error.hint)}\n`)
}
