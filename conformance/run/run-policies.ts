/** What `smimelab run` does: one lab a policy, one record for all, rendered for the terminal and the page. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import { computeDigest } from '../../reports/digest.ts'
import { renderHtml } from '../../reports/html.ts'
import { type PolicyRecord, type RunRecord, recordSchema } from '../../reports/record.ts'
import { renderTerminal } from '../../reports/terminal.ts'
import { runMainJob } from '../../scenarios/main-job.ts'
import { LabError } from '../../simulator/error.ts'
import { Lab } from '../../simulator/lab.ts'
import { smtpTransport } from '../../simulator/mail/index.ts'
import { loadKeyPool } from '../../simulator/pki/key-pool.ts'
import { type EncryptionPolicy, loadTenant, type Tenant } from '../../simulator/tenant/index.ts'
import { ExitCode } from '../cli/exit-codes.ts'
import { nearest } from '../cli/nearest.ts'
import type { VerbContext } from '../cli/verb.ts'
import { askPeers } from '../second-opinion/ask.ts'
import { opensslPeer } from '../second-opinion/openssl.ts'
import type { Question } from '../second-opinion/opinion.ts'
import { pkijsPeer } from '../second-opinion/pkijs.ts'
import { archiveOf } from './archive-of.ts'
import { buildPolicyRecord } from './build-record.ts'
import { keyPoolFolder, sampleTenant } from './package-files.ts'
import { progressOn } from './progress.ts'
import { sampleQuestions } from './sample.ts'

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

  const [rsa, ec] = await Promise.all(
    ['rsa-2048.pem', 'p-256.pem'].map((file) => readFile(join(keyPoolFolder, file), 'utf8')),
  )
  const { tenant, problems: tenantProblems } = await loadTenant(folder, {
    keyPool: loadKeyPool({ rsa: rsa ?? '', ec: ec ?? '' }),
  })

  const problems: RunRecord['problems'] = tenantProblems.map(({ file, place, code, message, hint, severity }) => ({
    file: relative(folder, resolve(folder, file)),
    ...(place === undefined ? {} : { place }),
    code,
    message: hint === undefined ? message : `${message} (${hint})`,
    severity,
  }))
  const records: PolicyRecord[] = []
  const questions: Question[] = []
  for (const policy of chosen) {
    const run = await runPolicy(tenant, policy, folder, (done, of) =>
      progress.show(`${policy}: ${done} of ${of} messages tried`),
    )
    records.push(run.record)
    questions.push(...run.questions)
    problems.push(...run.problems)
  }
  progress.show('asking openssl and pkijs for a second opinion')
  const secondOpinions = await askPeers([opensslPeer, pkijsPeer], questions)
  progress.done()

  const undigested = {
    version: 1 as const,
    smimelab: context.version,
    tenant: basename(folder),
    now: tenant.now.toISOString(),
    policies: records,
    problems: distinct(problems),
    secondOpinions,
  }
  // Parsed with its own schema before anybody sees it: a record that breaks the published form never leaves.
  const record = recordSchema.parse({ ...undigested, digest: computeDigest(undigested) })
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

interface Ran {
  readonly record: PolicyRecord
  readonly questions: readonly Question[]
  readonly problems: RunRecord['problems']
}

async function runPolicy(
  tenant: Tenant,
  policy: EncryptionPolicy,
  folder: string,
  onProgress: (done: number, of: number) => void,
): Promise<Ran> {
  const archive = await archiveOf(folder, policy)
  const lab = new Lab({ tenant, policy, transport: smtpTransport })
  try {
    const observation = await runMainJob(lab, { archive: archive.messages, onProgress })
    return {
      record: await buildPolicyRecord({ lab, observation, truths: archive.truths, transport: 'smtp' }),
      questions: sampleQuestions(lab, observation),
      problems: archive.problems.map(({ file, code, message }) => ({
        file: relative(folder, file),
        code,
        message,
        severity: 'error' as const,
      })),
    }
  } finally {
    await lab.close()
  }
}

function distinct(problems: RunRecord['problems']): RunRecord['problems'] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()]
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

export function exitCodeOf(record: RunRecord): ExitCode {
  // Two engines differ: nothing that this run says can be relied on.
  if (record.secondOpinions.disagreements.length > 0) return ExitCode.HarnessFault
  const refused = record.policies.some((policy) => policy.installs.some((install) => !install.accepted))
  const unsent = record.policies.some((policy) => policy.mail?.some((mail) => !mail.sent))
  const broken = record.policies.some((policy) => !policy.verdict.kept || policy.faults.length > 0)
  if (broken || refused || unsent || record.problems.some((problem) => problem.severity === 'error'))
    return ExitCode.Failed
  return record.secondOpinions.unavailable.length > 0 ? ExitCode.Inconclusive : ExitCode.Ok
}
