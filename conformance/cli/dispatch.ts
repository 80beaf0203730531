/** From the words of the command line to the verb, and from what comes of it to the exit code. */
import { LabError } from '../../simulator/error.ts'
import { parseArguments } from './arguments.ts'
import { ExitCode } from './exit-codes.ts'
import { overview, verbHelp } from './help.ts'
import { nearest } from './nearest.ts'
import { reportError } from './report-error.ts'
import type { Verb, VerbContext, VerbTable } from './verb.ts'

/** Never rejects: an error is told on stderr and becomes an exit code. */
export async function dispatch(
  argv: readonly string[],
  table: VerbTable,
  context: Omit<VerbContext, 'args'>,
): Promise<ExitCode> {
  try {
    return await choose(argv, table, context)
  } catch (error) {
    return reportError(error, context.stderr, context.env)
  }
}

const helpWords = new Set(['--help', '-h'])

async function choose(
  argv: readonly string[],
  table: VerbTable,
  context: Omit<VerbContext, 'args'>,
): Promise<ExitCode> {
  const [first, ...rest] = argv
  if (first === '--version' || first === '-V') {
    context.stdout.write(`${context.version}\n`)
    return ExitCode.Ok
  }
  if (first === undefined) {
    context.stderr.write(await overview(table))
    return ExitCode.Usage
  }
  const wanted = first === 'help' || helpWords.has(first) ? rest[0] : undefined
  if (wanted === undefined && (first === 'help' || helpWords.has(first))) {
    context.stdout.write(await overview(table))
    return ExitCode.Ok
  }
  const verb = await load(wanted ?? first, table)
  if (wanted !== undefined || asksForHelp(rest)) {
    context.stdout.write(verbHelp(verb))
    return ExitCode.Ok
  }
  const args = parseArguments(rest, verb.options, `smimelab ${verb.name}`)
  return await verb.run({ ...context, args })
}

/** `--help` anywhere before `--`, even beside options that are wrong: who asks for help is not told off. */
function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  return argv.slice(0, end === -1 ? undefined : end).some((each) => helpWords.has(each))
}

async function load(name: string, table: VerbTable): Promise<Verb> {
  const found = table.get(name)
  if (found !== undefined) return await found()
  const near = nearest(name, [...table.keys(), 'help'])
  const kind = name.startsWith('-') ? 'option' : 'verb'
  throw new LabError('usage', `unknown ${kind} ${JSON.stringify(name)}`, {
    hint: near === undefined ? 'see: smimelab help' : `did you mean: smimelab ${near}`,
  })
}
