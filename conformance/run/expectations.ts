/**
 * What must come of each cell, told by sets alone: (message, certificates that it was encrypted to) and (device,
 * certificates that the tenant decided to give it). No cryptography, so it cannot repeat the engine's mistakes;
 * a device that acknowledges what it did not install, or opens what it has no key for, differs from it.
 */
import { createHash } from 'node:crypto'
import type { Cell, Observation } from '../../scenarios/main-job.ts'
import type { MessageTruth } from './manifest.ts'

export interface Fault {
  readonly code:
    | 'archive-changed'
    | 'archive-incomplete'
    | 'content-changed'
    | 'not-opened-as-expected'
    | 'opened-against-expectation'
    | 'acknowledged-not-installed'
  readonly message: string
  readonly messageId?: string
  readonly device?: string
}

export interface Expectation {
  /** sha256 of the certificates that a message is encrypted to; undefined for mail that is not encrypted. */
  readonly recipientsOf: (message: string) => readonly string[] | undefined
  /** sha256 of the certificates that the tenant decided to give a device. */
  readonly givenTo: (device: string) => ReadonlySet<string>
}

export function findFaults(
  observation: Observation,
  expectation: Expectation,
  truths: ReadonlyMap<string, MessageTruth> | undefined,
): Fault[] {
  return [
    ...(truths === undefined ? [] : archiveFaults(observation, truths)),
    ...observation.cells.flatMap((cell) => cellFaults(cell, expectation, truths?.get(cell.message))),
    ...installFaults(observation, expectation),
  ]
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

function archiveFaults(observation: Observation, truths: ReadonlyMap<string, MessageTruth>): Fault[] {
  const faults: Fault[] = []
  const archived = new Map(observation.letters.filter((letter) => !letter.live).map((letter) => [letter.id, letter]))
  for (const truth of truths.values()) {
    const letter = archived.get(truth.id)
    if (letter === undefined) {
      faults.push({
        code: 'archive-incomplete',
        message: `${truth.id} is in the manifest and not in the archive`,
        messageId: truth.id,
      })
    } else if (sha256(letter.bytes) !== truth.sha256) {
      faults.push({
        code: 'archive-changed',
        message: `${letter.source} is not the message that the manifest names: its bytes changed`,
        messageId: truth.id,
      })
    }
  }
  return faults
}

function cellFaults(cell: Cell, expectation: Expectation, truth: MessageTruth | undefined): Fault[] {
  const { message, device, outcome } = cell
  const recipients = truth?.recipients ?? expectation.recipientsOf(message)
  if (recipients === undefined) return []
  const about = { messageId: message, device }
  const given = expectation.givenTo(device)
  const wanted = recipients.length === 0 ? 'clear' : recipients.some((each) => given.has(each)) ? 'opened' : 'closed'
  if (outcome.outcome !== wanted) {
    return outcome.outcome === 'opened'
      ? [
          {
            ...about,
            code: 'opened-against-expectation',
            message: `${device} opened ${message} without having been given a key for it`,
          },
        ]
      : [
          {
            ...about,
            code: 'not-opened-as-expected',
            message: `${device}: ${message} should be ${wanted}, and is ${outcome.outcome}${cell.cause === undefined ? '' : ` (${cell.cause})`}`,
          },
        ]
  }
  if (truth !== undefined && outcome.content !== undefined && sha256(outcome.content.bytes) !== truth.contentSha256) {
    return [
      { ...about, code: 'content-changed', message: `${device} shows other content in ${message} than was written` },
    ]
  }
  return []
}

/** What a device acknowledged must be in its stores, whatever its answer says. */
function installFaults(observation: Observation, expectation: Expectation): Fault[] {
  return [...observation.held].flatMap(([device, held]): Fault[] => {
    const own = observation.installations.filter((each) => each.device === device)
    if (own.some((each) => !each.report.accepted)) return []
    const missing = [...expectation.givenTo(device)].filter((each) => !held.includes(each))
    if (missing.length === 0) return []
    const message = `${device} accepted every delivery, and ${missing.length} of the ${expectation.givenTo(device).size} identities in them are not in its key store`
    return [{ code: 'acknowledged-not-installed', message, device }]
  })
}
