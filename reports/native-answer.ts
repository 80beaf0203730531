/**
 * A platform's own answer to a delivery, in one line and in its own terms. The record holds it loosely typed (a new
 * platform must not need a new schema), so each field is looked at before it is believed.
 */
import { canonicalJson } from './canonical-json.ts'
import type { InstallRecord } from './record.ts'

type Loose = Readonly<Record<string, unknown>>

export function nativeAnswer({ native, accepted }: Pick<InstallRecord, 'native' | 'accepted'>): string {
  switch (native.kind) {
    case 'apple':
      return apple(native)
    case 'syncml':
      return syncml(native, accepted)
    case 'android':
      return android(native)
    default:
      return canonicalJson(native)
  }
}

/** Apple MDM: Status, and the ErrorChain from the outermost error inwards. */
function apple(native: Loose): string {
  const chain = list(native.errorChain).map(
    (each) => `${text(each.domain)} ${text(each.code)} ${text(each.description)}`,
  )
  return [`Status ${text(native.status)}`, ...chain].join(' › ')
}

/**
 * OMA-DM: the statuses, equal ones counted. Of a refused delivery the commands too that failed; of an accepted one not:
 * that a node to be deleted was not there (404) is how a first installation goes.
 */
function syncml(native: Loose, accepted: boolean): string {
  const statuses = list(native.statuses)
  const failed = accepted ? [] : statuses.filter((each) => !isSuccess(each.data))
  return [
    `Status ${counted(statuses.map((each) => text(each.data)))}`,
    ...failed.map((each) => `${text(each.data)} for ${text(each.cmd)} ${text(each.target)}`),
  ].join(', ')
}

function isSuccess(data: unknown): boolean {
  return typeof data === 'number' && data >= 200 && data < 300
}

/** Android: each call of the agent with what it returned or threw. */
function android(native: Loose): string {
  return counted(list(native.calls).map((each) => `${text(each.call)} → ${text(each.result)}`))
}

/** `200 ×12, 404`. */
function counted(answers: readonly string[]): string {
  const times = new Map<string, number>()
  for (const each of answers) times.set(each, (times.get(each) ?? 0) + 1)
  return [...times].map(([answer, count]) => (count === 1 ? answer : `${answer} ×${count}`)).join(', ')
}

function list(value: unknown): Loose[] {
  return Array.isArray(value) ? value.filter((each): each is Loose => each !== null && typeof each === 'object') : []
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '?'
}
