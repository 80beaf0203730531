/** Which cells are put before the peers: spread evenly over what opened and what stayed closed, the same for every run. */
import { createHash } from 'node:crypto'
import type { Observation } from '../../scenarios/main-job.ts'
import type { Lab } from '../../simulator/lab.ts'
import type { Question } from '../second-opinion/opinion.ts'

const opened = 16
const closed = 8

export function sampleQuestions(lab: Lab, observation: Observation): Question[] {
  const bytesOf = new Map(observation.letters.map((letter) => [letter.id, letter.bytes]))
  const withBytes = observation.cells.flatMap((cell) => {
    const bytes = bytesOf.get(cell.message)
    return bytes === undefined ? [] : [{ ...cell, bytes }]
  })

  const open = spread(
    withBytes.filter(({ outcome }) => outcome.openedBy !== undefined && outcome.content !== undefined),
    opened,
  ).flatMap(({ message, device, bytes, outcome }): Question[] => {
    const { openedBy, content } = outcome
    if (openedBy === undefined || content === undefined) return []
    return [
      {
        message,
        device,
        bytes,
        key: openedBy,
        ours: createHash('sha256').update(content.bytes).digest('hex'),
        signature: outcome.signature.status,
      },
    ]
  })

  // A closed cell is asked with every key that the device holds for encryption: none may open it.
  const shut = spread(
    withBytes.filter(({ cause }) => cause === 'key-never-delivered' || cause === 'never-recipient'),
    closed,
  ).flatMap(({ message, device, bytes }): Question[] =>
    [...lab.device(device).stores.keys.values()]
      .filter(
        ({ certificate }) => certificate.keyUsage?.has('keyEncipherment') || certificate.keyUsage?.has('keyAgreement'),
      )
      .map((key) => ({ message, device, bytes, key, ours: undefined, signature: 'unsigned' })),
  )
  return [...open, ...shut]
}

function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items]
  return Array.from({ length: count }, (_, index) => items[Math.floor((index * items.length) / count)] as T)
}
