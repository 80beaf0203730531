/** Reads a run record from a file, perhaps years after the run, and refuses one that contradicts itself. */
import { z } from 'zod'
import { computeDigest, computePolicyDigest } from './digest.ts'
import { type PolicyRecord, type RunRecord, recordSchema } from './record.ts'

/** `problems` names each place: `policies[0].cells[3].device: no device "pixel"`. */
export class RecordError extends Error {
  override readonly name = 'RecordError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`a run record wanted: ${problems.slice(0, 3).join('; ')}${problems.length > 3 ? '; …' : ''}`)
    this.problems = problems
  }
}

/** @throws RecordError where the text is no record, names what it does not list, or was changed after the run */
export function readRecord(json: string): RunRecord {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw new RecordError(['no JSON'])
  }
  const parsed = recordSchema.safeParse(value)
  if (!parsed.success)
    throw new RecordError(
      parsed.error.issues.map(({ path, message }) => `${z.core.toDotPath(path) || 'record'}: ${message}`),
    )
  const record = parsed.data
  const problems = record.policies.flatMap((policy, index) =>
    policyProblems(policy).map((each) => `policies[${index}].${each}`),
  )
  if (computeDigest(record) !== record.digest) problems.push('digest: it does not fit the content')
  if (problems.length > 0) throw new RecordError(problems)
  return record
}

function policyProblems(policy: PolicyRecord): string[] {
  const problems: string[] = []
  const messages = unique('messages', policy.messages, problems)
  const devices = unique('devices', policy.devices, problems)
  const seen = new Set<string>()
  policy.cells.forEach(({ message, device }, index) => {
    if (!messages.has(message)) problems.push(`cells[${index}].message: no message ${JSON.stringify(message)}`)
    if (!devices.has(device)) problems.push(`cells[${index}].device: no device ${JSON.stringify(device)}`)
    const place = JSON.stringify([message, device])
    if (seen.has(place)) problems.push(`cells[${index}]: a second cell for the same message and device`)
    seen.add(place)
  })
  if (computePolicyDigest(policy) !== policy.digest) problems.push('digest: it does not fit the content')
  return problems
}

function unique(name: string, list: readonly { readonly id: string }[], problems: string[]): Set<string> {
  const ids = new Set(list.map((each) => each.id))
  if (ids.size !== list.length) problems.push(`${name}: an id is there twice`)
  return ids
}
