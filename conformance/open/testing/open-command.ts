/** `smimelab open` without a process of its own, for tests: what the process adds is tested where one is started. */
import { type OpenDocument, openDocumentSchema } from '../../../reports/open-document.ts'
import { dispatch } from '../../cli/dispatch.ts'
import { verbTable } from '../../cli/verb-table.ts'

export interface OpenRun {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
  /** How stdout was written, piece by piece. */
  readonly writes: readonly string[]
}

export async function runOpen(
  cwd: string,
  argv: readonly string[],
  env: Record<string, string> = {},
): Promise<OpenRun> {
  const writes: string[] = []
  const stderr: string[] = []
  const status = await dispatch(['open', ...argv], verbTable, {
    stdout: { write: (text) => writes.push(text) },
    stderr: { write: (text) => stderr.push(text) },
    isTerminal: { stdout: false, stderr: false },
    colour: { stdout: false, stderr: false },
    env,
    cwd,
    now: new Date(),
    version: '1.2.3',
  })
  return { status, stdout: writes.join(''), stderr: stderr.join(''), writes }
}

/** The document, checked against its schema: nothing else may be on stdout. */
export async function openJson(
  cwd: string,
  argv: readonly string[],
  env: Record<string, string> = {},
): Promise<OpenRun & OpenDocument> {
  const run = await runOpen(cwd, [...argv, '--json'], env)
  return { ...run, ...openDocumentSchema.parse(JSON.parse(run.stdout)) }
}
