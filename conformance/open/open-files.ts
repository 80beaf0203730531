/** The work of `smimelab open`: finds the messages, opens them one after another, tells the outcome of each. */
import { LabError } from '../../simulator/error.ts'
import { entityToShow, type OpenedMessage, openMessage } from '../../simulator/smime/index.ts'
import { ExitCode } from '../cli/exit-codes.ts'
import { tellProblem } from '../cli/report-error.ts'
import type { VerbContext } from '../cli/verb.ts'
import { progressOn } from '../run/progress.ts'
import { readBounded } from './bounded-file.ts'
import { ContentFolder } from './content-file.ts'
import { openDetached } from './detached.ts'
import { Hints } from './hints.ts'
import { jsonWriter } from './json-writer.ts'
import { toResult } from './open-result.ts'
import { openStored } from './open-stored.ts'
import { type OpenSettings, readSettings } from './settings.ts'
import { shownText } from './shown-text.ts'
import { largestMessage, type StoredMessage, storedMessages } from './stored-messages.ts'
import { Tally } from './tally.ts'
import { textWriter } from './text-writer.ts'

/** A terminal need not be told of every one. */
const messagesPerStep = 50

export async function openFiles(context: VerbContext, stdin: () => AsyncIterable<Uint8Array>): Promise<ExitCode> {
  const { args, colour, cwd, isTerminal, stderr, stdout } = context
  const { settings, problems } = await readSettings(context)
  const open = await opener(context, settings)
  const out = args.value('out')
  const folder = out === undefined ? undefined : new ContentFolder(cwd, out)
  const writer = args.has('json')
    ? jsonWriter(stdout)
    : textWriter(stdout, { colour: colour.stdout, verbose: args.has('verbose') })
  // Lines of results on the same terminal are progress enough.
  const progress = progressOn(stderr, isTerminal.stderr && !isTerminal.stdout)
  const writesText = !args.has('json')
  const tally = new Tally()
  const hints = new Hints(context.args)

  const problem = (file: string, error: unknown) => {
    if (!(error instanceof LabError)) throw error
    tally.addProblem()
    writer.problem({ file, code: error.code, message: error.message })
    progress.done()
    tellProblem(error, stderr)
  }
  const handle = async (stored: StoredMessage) => {
    if (stored.kind === 'unread') return problem(stored.name, stored.problem)
    const opened = openStored(stored, open)
    const result = toResult(stored.name, opened)
    if (folder !== undefined && opened.content !== undefined)
      try {
        result.written = await folder.write(stored.name, opened.content.bytes)
      } catch (error) {
        problem(stored.name, error)
      }
    tally.add(result)
    hints.see(result)
    const wanted = writesText && (args.has('verbose') || tally.summary.messages === 1)
    const shown = wanted ? entityToShow(opened) : undefined
    writer.message(result, shown === undefined ? [] : await shownText(shown))
    if (tally.summary.messages % messagesPerStep === 0) progress.show(`${tally.summary.messages} messages read`)
  }
  for (const each of problems) problem(each.file, each.error)
  for (const argument of args.positionals)
    for await (const stored of storedMessages(argument, { cwd, stdin })) await handle(stored)
  progress.done()
  writer.end(tally.summary)
  if (tally.exitCode === ExitCode.NothingSelected) tellProblem(nothingFound, stderr)
  for (const hint of hints.all(tally)) stderr.write(`  hint: ${hint}\n`)
  return tally.exitCode
}

const nothingFound = new LabError('no-message', 'no message found', {
  hint: 'in a folder, Maildirs are read and files named .eml, .p7m, .p7z or .mbox; others if they are named themselves',
})

async function opener(
  { args, cwd }: VerbContext,
  { keys, trust }: OpenSettings,
): Promise<(bytes: Buffer) => OpenedMessage> {
  const file = args.value('content')
  if (file === undefined) return (bytes) => openMessage(bytes, { keys, trust })
  if (args.positionals.length !== 1)
    throw new LabError('usage', `--content goes with one detached signature, got ${args.positionals.length} messages`, {
      hint: 'smimelab open contract.p7s --content contract.pdf',
    })
  const content = await readBounded(cwd, file, 'content', largestMessage)
  return (bytes) => openDetached(bytes, content, trust)
}
