/** What `smimelab run` does around a run: choices in, matrix, record and page out. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { renderHtml } from '../../reports/html.ts'
import type { RunRecord } from '../../reports/record.ts'
import { renderTerminal } from '../../reports/terminal.ts'
import { LabError } from '../../simulator/error.ts'
import type { EncryptionPolicy } from '../../simulator/tenant/index.ts'
import type { ExitCode } from '../cli/exit-codes.ts'
import { nearest } from '../cli/nearest.ts'
import type { VerbContext } from '../cli/verb.ts'
import { opensslPeer } from '../second-opinion/openssl.ts'
import { pkijsPeer } from '../second-opinion/pkijs.ts'
import { sampleTenant } from './package-files.ts'
import { progressOn } from './progress.ts'
import { exitCodeOf, runTenant } from './run-tenant.ts'

const policies: readonly EncryptionPolicy[] = ['per-device', 'shared', 'shared-newest-only']

export async function runPolicies(context: VerbContext): Promise<ExitCode> {
  const { args, cwd, stdout, stderr } = context
  if (args.positionals.length > 0) {
    throw new LabError('usage', `run takes no arguments, got ${args.positionals.join(' ')}`, {
      hint: 'see: smimelab run --help',
    })
  }
  const chosen = chosenPolicies(args.values('policy'))
  const given = args.value('tenant')
  const folder = given === undefined ? sampleTenant : resolve(cwd, given)
  const out = resolve(cwd, args.value('out') ?? 'out')
  const progress = progressOn(stderr, context.isTerminal.stderr)

  const record = await runTenant({
    folder,
    policies: chosen,
    peers: [opensslPeer, pkijsPeer],
    version: context.version,
    onProgress: progress.show,
  }).finally(progress.done)
  const files = await writeReports(record, out)

  if (args.has('json')) stdout.write(`${JSON.stringify(record, null, 2)}\n`)
  else stdout.write(renderTerminal(record, { colour: context.colour.stdout, width: 80 }))
  const print = args.has('json') ? stderr : stdout
  print.write(`\n${files.map((file) => `  ${relative(cwd, file) || file}`).join('\n')}\n`)
  return exitCodeOf(record)
}

function chosenPolicies(given: readonly string[]): readonly EncryptionPolicy[] {
  if (given.length === 0) return ['per-device', 'shared']
  return [...new Set(given)].map((name) => {
    const found = policies.find((policy) => policy === name)
    if (found !== undefined) return found
    const near = nearest(name, policies)
    throw new LabError('usage', `unknown policy ${name}; known are ${policies.join(', ')}`, {
      hint: near === undefined ? 'see: smimelab run --help' : `did you mean ${near}?`,
    })
  })
}

async function writeReports(record: RunRecord, out: string): Promise<string[]> {
  const files: [string, string][] = [
    [join(out, 'record.json'), `${JSON.stringify(record, null, 2)}\n`],
    [join(out, 'report.html'), renderHtml(record)],
  ]
  try {
    await mkdir(out, { recursive: true })
    for (const [file, text] of files) await writeFile(file, text)
  } catch (cause) {
    throw new LabError('output-unwritable', `${out}: cannot be written: ${(cause as Error).message}`, {
      hint: 'name a folder with --out',
      cause,
    })
  }
  return files.map(([file]) => file)
}
