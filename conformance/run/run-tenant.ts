/** One lab a policy, one record for all: everything that a run finds, before anybody looks at it. */
import { readFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { computeDigest } from '../../reports/digest.ts'
import { type PolicyRecord, type RunRecord, recordSchema } from '../../reports/record.ts'
import { type Observation, runMainJob } from '../../scenarios/main-job.ts'
import { LabError } from '../../simulator/error.ts'
import { Lab, type LabOptions } from '../../simulator/lab.ts'
import { smtpTransport } from '../../simulator/mail/index.ts'
import { loadKeyPool } from '../../simulator/pki/key-pool.ts'
import { type EncryptionPolicy, loadTenant, type Tenant } from '../../simulator/tenant/index.ts'
import { ExitCode } from '../cli/exit-codes.ts'
import { askPeers } from '../second-opinion/ask.ts'
import type { Peer, Question } from '../second-opinion/opinion.ts'
import { archiveOf } from './archive-of.ts'
import { buildPolicyRecord } from './build-record.ts'
import { keyPoolFolder } from './package-files.ts'
import { sampleQuestions } from './sample.ts'

/** There is nothing to run on: exit code 3, as nothing that was shown could be right or wrong. */
export class NothingSelected extends LabError {
  constructor(message: string, hint: string) {
    super('nothing-selected', message, { hint })
  }
}

export interface RunOptions {
  /** The tenant's folder, absolute. */
  readonly folder: string
  readonly policies: readonly EncryptionPolicy[]
  /** Engines that sampled cells are put before. */
  readonly peers: readonly Peer[]
  /** Of the smimelab package. */
  readonly version: string
  readonly platforms?: LabOptions['platforms']
  readonly onProgress?: (line: string) => void
}

export async function runTenant(options: RunOptions): Promise<RunRecord> {
  const { folder, onProgress = () => {} } = options
  const [rsa = '', ec = ''] = await Promise.all(
    ['rsa-2048.pem', 'p-256.pem'].map((file) => readFile(join(keyPoolFolder, file), 'utf8')),
  )
  const { tenant, problems: tenantProblems } = await loadTenant(folder, { keyPool: loadKeyPool({ rsa, ec }) })
  if (tenant.devices.length === 0) {
    throw new NothingSelected(`${folder}: the tenant has no device`, 'list one under devices: in people.yaml')
  }
  const problems: RunRecord['problems'] = tenantProblems.map(({ file, place, code, message, hint, severity }) => ({
    file: relative(folder, resolve(folder, file)),
    ...(place === undefined ? {} : { place }),
    code,
    message: hint === undefined ? message : `${message} (${hint})`,
    severity,
  }))
  const records: PolicyRecord[] = []
  const questions: Question[] = []
  for (const policy of options.policies) {
    const ran = await runPolicy(tenant, policy, options)
    records.push(ran.record)
    questions.push(...ran.questions)
    problems.push(...ran.problems)
  }
  onProgress('asking other engines for a second opinion')
  const undigested = {
    version: 1 as const,
    smimelab: options.version,
    tenant: tenant.organization,
    now: tenant.now.toISOString(),
    policies: records,
    problems: distinct(problems),
    secondOpinions: await askPeers(options.peers, questions),
  }
  // Parsed with its own schema before anybody sees it: a record that breaks the published form never leaves.
  return recordSchema.parse({ ...undigested, digest: computeDigest(undigested) })
}

interface Ran {
  readonly record: PolicyRecord
  readonly questions: readonly Question[]
  readonly problems: RunRecord['problems']
}

async function runPolicy(
  tenant: Tenant,
  policy: EncryptionPolicy,
  { folder, platforms, onProgress }: RunOptions,
): Promise<Ran> {
  const archive = await archiveOf(folder, policy)
  if (archive.messages.length === 0) {
    throw new NothingSelected(`${folder}: no message in the archive of ${policy}`, 'put .eml files into archive/')
  }
  const lab = new Lab({ tenant, policy, transport: smtpTransport, ...(platforms === undefined ? {} : { platforms }) })
  try {
    const observation = await runMainJob(lab, {
      archive: archive.messages.map((each) => ({ ...each, file: relative(folder, each.file) })),
      onProgress: (done, of) => onProgress?.(`${policy}: ${done} of ${of} cells tried`),
    })
    return {
      record: await buildPolicyRecord({ lab, observation, truths: archive.truths, transport: 'smtp' }),
      questions: sampleQuestions(lab, observation),
      problems: [
        ...observedProblems(observation),
        ...archive.problems.map(({ file, code, message }) => ({
          file: relative(folder, file),
          code,
          message,
          severity: 'error' as const,
        })),
      ],
    }
  } finally {
    await lab.close()
  }
}

function distinct(problems: RunRecord['problems']): RunRecord['problems'] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()]
}

/** What is wrong with a message itself, whoever reads it: said once, with the file. */
function observedProblems({ letters, cells }: Observation): RunRecord['problems'] {
  return letters.flatMap(({ id, source }): RunRecord['problems'] => {
    const outcomes = cells.filter((cell) => cell.message === id).map((cell) => cell.outcome)
    const malformed = outcomes.find((outcome) => outcome.cause === 'malformed')
    if (malformed !== undefined)
      return [
        { file: source, code: 'message-malformed', message: malformed.message ?? 'not a message', severity: 'error' },
      ]
    const broken = outcomes.find((outcome) => outcome.signature.status === 'invalid')
    if (broken === undefined) return []
    const reasons = broken.signature.signers.flatMap((signer) => signer.reasons.map((reason) => reason.message))
    return [
      {
        file: source,
        code: 'signature-invalid',
        message: [...new Set(reasons)].join('; ') || 'the signature is broken',
        severity: 'error',
      },
    ]
  })
}

export function exitCodeOf({ policies, problems, secondOpinions }: RunRecord): ExitCode {
  // Two engines differ: nothing that this run says can be relied on.
  if (secondOpinions.disagreements.length > 0) return ExitCode.HarnessFault
  const failed = policies.some(
    ({ verdict, faults, installs, mail = [] }) =>
      !verdict.kept || faults.length > 0 || installs.some((each) => !each.accepted) || mail.some((each) => !each.sent),
  )
  if (failed || problems.some((problem) => problem.severity === 'error')) return ExitCode.Failed
  const silent = secondOpinions.peers?.some((peer) => peer.silent > 0) ?? false
  return silent || secondOpinions.unavailable.length > 0 ? ExitCode.Inconclusive : ExitCode.Ok
}
