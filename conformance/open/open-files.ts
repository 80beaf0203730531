/** The work of `smimelab open`: reads the files, opens the messages, tells the outcome. */
import type { OpenDocument, OpenResult } from '../../reports/open-document.ts'
import { LabError } from '../../simulator/error.ts'
import { openMessage, type TrustSettings } from '../../simulator/smime/index.ts'
import { ExitCode } from '../cli/exit-codes.ts'
import { tellProblem } from '../cli/report-error.ts'
import type { VerbContext } from '../cli/verb.ts'
import { readBounded } from './bounded-file.ts'
import { ContentFolder } from './content-file.ts'
import { type IdentityFile, readIdentities } from './identities.ts'
import { toResult } from './open-result.ts'
import { openText } from './open-text.ts'
import { readPassword } from './passwords.ts'
import { readCrls, readInstant, readTrust } from './trust.ts'

/** Servers that carry mail stop at a tenth of this. */
const largestMessage = 256 * 1024 * 1024

export async function openFiles(context: VerbContext): Promise<ExitCode> {
  const { args, cwd } = context
  const when = args.value('at')
  const at = when === undefined ? context.now : readInstant(when)
  const { keys, trust } = await readSettings(context, at)
  const out = args.value('out')
  const folder = out === undefined ? undefined : new ContentFolder(cwd, out)

  const document: OpenDocument = { version: 1, messages: [], problems: [] }
  for (const file of args.positionals) {
    try {
      const bytes = await readBounded(cwd, file, 'message', largestMessage)
      const opened = openMessage(bytes, { keys, trust })
      const result = toResult(file, opened)
      document.messages.push(result)
      if (folder !== undefined && opened.content !== undefined)
        result.written = await folder.write(file, opened.content.bytes)
    } catch (error) {
      if (!(error instanceof LabError)) throw error
      document.problems.push({ file, code: error.code, message: error.message })
      tellProblem(error, context.stderr)
    }
  }
  context.stdout.write(
    args.has('json') ? `${JSON.stringify(document, null, 2)}\n` : openText(document, { colour: context.colour.stdout }),
  )
  if (trust.anchors.length === 0 && document.messages.some((each) => each.signature.status === 'untrusted'))
    context.stderr.write('  hint: no signature can be trusted without --trust FILE (root certificates)\n')
  return exitCode(document)
}

async function readSettings(
  { args, cwd, env }: VerbContext,
  at: Date,
): Promise<{ keys: IdentityFile['identities']; trust: TrustSettings }> {
  const passwords: string[] = []
  for (const source of args.values('password')) passwords.push(await readPassword(source, { env, cwd }))
  const files: IdentityFile[] = []
  for (const file of args.values('identity')) files.push(await readIdentities(cwd, file, passwords))
  const { anchors, intermediates } = await readTrust(cwd, args.values('trust'))
  const helping = files.flatMap(({ identities, certificates }) => [
    ...certificates,
    ...identities.map((each) => each.certificate),
  ])
  return {
    keys: files.flatMap((each) => each.identities),
    trust: {
      anchors,
      intermediates: [...intermediates, ...helping],
      crls: await readCrls(cwd, args.values('crl')),
      at,
    },
  }
}

function exitCode({ messages, problems }: OpenDocument): ExitCode {
  if (problems.length > 0) return ExitCode.Usage
  return messages.every(isGood) ? ExitCode.Ok : ExitCode.Failed
}

/** Every signature counts, also one around the encryption, which does not cover the content. */
function isGood({ outcome, signature, layers }: OpenResult): boolean {
  const statuses = [signature.status, ...layers.flatMap((layer) => layer.signature ?? [])]
  return outcome !== 'closed' && statuses.every((each) => each === 'valid' || each === 'unsigned')
}
