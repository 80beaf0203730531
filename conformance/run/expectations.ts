/**
 * What must come of each cell, told by sets alone: (message, certificates that it was encrypted to) and (device,
 * certificates that the tenant decided to give it). No cryptography, so it cannot repeat the engine's mistakes;
 * a device that acknowledges what it did not install, or opens what it has no key for, differs from it.
 */
import { createHash } from 'node:crypto'
import type { Cell, Held, Observation } from '../../scenarios/main-job.ts'
import type { Installation } from '../../simulator/lab.ts'
import type { MessageTruth } from './manifest.ts'

export interface Fault {
  readonly code:
    | 'archive-changed'
    | 'archive-incomplete'
    | 'archive-unexpected'
    | 'content-changed'
    | 'not-opened-as-expected'
    | 'opened-against-expectation'
    | 'acknowledged-not-installed'
  readonly message: string
  readonly messageId?: string
  readonly device?: string
}

export interface Decision {
  /** sha256 of the certificates whose keys the tenant decided to give the device. */
  readonly keys: ReadonlySet<string>
  /** sha256 of the authorities that the device is to trust or to know. */
  readonly certificates: ReadonlySet<string>
}

export interface Expectation {
  /** sha256 of the certificates that a message is encrypted to; undefined where it does not say. */
  readonly recipientsOf: (message: string) => readonly string[] | undefined
  readonly decidedFor: (device: string) => Decision
}

export function findFaults(
  observation: Observation,
  expectation: Expectation,
  truths: ReadonlyMap<string, MessageTruth> | undefined,
): Fault[] {
  return [
    ...(truths === undefined ? [] : archiveFaults(observation, truths)),
    ...observation.cells.flatMap((cell) => cellFaults(cell, expectation, truths?.get(cell.message))),
    ...[...observation.held].flatMap(([device, held]) => {
      const own = observation.installations.filter((each) => each.device === device)
      return installFaults(device, own, held, expectation.decidedFor(device))
    }),
  ]
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

function archiveFaults(observation: Observation, truths: ReadonlyMap<string, MessageTruth>): Fault[] {
  const archived = new Map(observation.letters.filter((letter) => !letter.live).map((letter) => [letter.id, letter]))
  const changed = [...truths.values()].flatMap(({ id, sha256: wanted }): Fault[] => {
    const letter = archived.get(id)
    if (letter === undefined)
      return [{ code: 'archive-incomplete', message: 'is in the manifest and not in the archive', messageId: id }]
    if (sha256(letter.bytes) === wanted) return []
    return [
      { code: 'archive-changed', message: `${letter.source}: not the octets that the manifest names`, messageId: id },
    ]
  })
  const unexpected = [...archived.keys()]
    .filter((id) => !truths.has(id))
    .map(
      (id): Fault => ({
        code: 'archive-unexpected',
        message: 'is in the archive and not in the manifest',
        messageId: id,
      }),
    )
  return [...changed, ...unexpected]
}

function cellFaults(cell: Cell, expectation: Expectation, truth: MessageTruth | undefined): Fault[] {
  const { message, device, outcome } = cell
  const recipients = truth?.recipients ?? expectation.recipientsOf(message)
  if (recipients === undefined) return []
  const about = { messageId: message, device }
  const { keys } = expectation.decidedFor(device)
  const wanted = recipients.length === 0 ? 'clear' : recipients.some((each) => keys.has(each)) ? 'opened' : 'closed'
  if (outcome.outcome !== wanted) {
    if (outcome.outcome === 'opened')
      return [
        { ...about, code: 'opened-against-expectation', message: 'opened without a key that was given to the device' },
      ]
    const cause = cell.cause === undefined ? '' : ` (${cell.cause})`
    return [
      { ...about, code: 'not-opened-as-expected', message: `should be ${wanted}, and is ${outcome.outcome}${cause}` },
    ]
  }
  const { content } = outcome
  if (truth === undefined || content === undefined || sha256(content.bytes) === truth.contentSha256) return []
  return [{ ...about, code: 'content-changed', message: 'shows other content than was written' }]
}

/** What a device acknowledged must be in its stores, whatever its answer says. */
function installFaults(
  device: string,
  installations: readonly Installation[],
  held: Held,
  decision: Decision,
): Fault[] {
  const fault = (message: string): Fault => ({ code: 'acknowledged-not-installed', message, device })
  const accepted = installations.filter((each) => each.report.accepted)
  const claimed = accepted.flatMap(({ delivery, report }) =>
    report.installed
      .filter((item) => !isHeld(item, held))
      .map((item) => fault(`${delivery.profile}: ${item.kind} ${item.label} was acknowledged, and is not there`)),
  )
  const forgotten = accepted
    .filter(({ delivery }) => !held.deliveries.has(delivery.id) || !held.profiles.has(delivery.id))
    .map(({ delivery }) => fault(`${delivery.profile}: was acknowledged, and left nothing on the device`))
  // What a refused delivery would have brought is missing rightly: then only what was claimed can be held against it.
  if (accepted.length < installations.length) return [...claimed, ...forgotten]
  const missing = (wanted: ReadonlySet<string>, there: ReadonlySet<string>, what: string): Fault[] => {
    const lacking = [...wanted].filter((each) => !there.has(each)).length
    return lacking === 0
      ? []
      : [fault(`every delivery was accepted, and ${lacking} of ${wanted.size} ${what} are not in the stores`)]
  }
  return [
    ...claimed,
    ...forgotten,
    ...missing(decision.keys, held.keys, 'identities'),
    ...missing(decision.certificates, held.certificates, 'authorities'),
  ]
}

function isHeld(item: Installation['report']['installed'][number], held: Held): boolean {
  switch (item.kind) {
    case 'identity':
      return item.sha256 !== undefined && held.keys.has(item.sha256)
    case 'trust-anchor':
    case 'certificate':
      return item.sha256 !== undefined && held.certificates.has(item.sha256)
    case 'mail-account':
      return held.accounts.size > 0
  }
}
