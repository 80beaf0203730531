/**
 * `npm run test:corpora [-- --json] [-- NAME...]`: public test data through our engine, each case with the outcome that
 * its authors state. Exits 0 only if every verdict is right or excepted by name, 1 otherwise and where the corpora are
 * missing, 2 on wrong usage.
 */
import { join } from 'node:path'
import { inert } from '../../reports/inert.ts'
import { painter } from '../../reports/text-layout.ts'
import { LabError } from '../../simulator/error.ts'
import { parseArguments } from '../cli/arguments.ts'
import { ExitCode } from '../cli/exit-codes.ts'
import { reportError } from '../cli/report-error.ts'
import { wantsColour } from '../cli/wants-colour.ts'
import { chooseCorpora, plan } from './corpora.ts'
import { corporaFolder } from './corpora-folder.ts'
import { renderCorpora } from './render.ts'
import { runCorpora } from './run-corpora.ts'

const options = [
  { name: 'json', summary: 'print the results as JSON, without the table' },
  { name: 'help', summary: 'print this' },
]

try {
  process.exitCode = main()
} catch (error) {
  process.exitCode = tell(error)
}

function main(): ExitCode {
  const args = parseArguments(process.argv.slice(2), options, 'npm run test:corpora --')
  if (args.has('help')) {
    for (const { name, summary } of options) process.stdout.write(`  --${name.padEnd(8)}${summary}\n`)
    process.stdout.write(`  NAME      one of: ${plan.corpora.map(({ name }) => name).join(', ')}\n`)
    return ExitCode.Ok
  }
  const only = chooseCorpora(args.positionals)
  const result = runCorpora(corporaFolder(join(import.meta.dirname, '..', '..'), process.env), plan, only)
  if (args.has('json')) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
  else process.stdout.write(renderCorpora(result, { paint: paint(process.stdout), width: 100 }))
  return result.ok ? ExitCode.Ok : ExitCode.Failed
}

function tell(error: unknown): ExitCode {
  if (!(error instanceof LabError) || error.code !== 'corpora-missing')
    return reportError(error, process.stderr, process.env)
  process.stderr.write(`${paint(process.stderr)('bad', inert(error.message))}\n  hint: ${error.hint}\n`)
  return ExitCode.Failed
}

function paint(stream: { readonly isTTY?: boolean }) {
  return painter(wantsColour(stream, process.env))
}
