/**
 * A platform's own answer to a delivery, in one line and in its own terms. The record holds it loosely typed (a new
 * platform must not need a new schema), so each field is looked at before it is believed.
 */
import { canonicalJson } from './canonical-json.ts'
import type { InstallRecord } from './record.ts'

type Loose = Readonly<Record<string, unknown>>

export function nativeAnswer(native: InstallRecord['native']): string {
  switch (native.kind) {
    case 'apple':
      return apple(native)
    case 'syncml':
      return syncml(native)
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

/** OMA-DM: what was not 200, else how many were. */
function syncml(native: Loose): string {
  const statuses = list(native.statuses)
  const failed = statuses.filter((each) => !isSuccess(each.data))
  if (failed.length === 0) return `Status 200 for ${plural(statuses.length, 'command')}`
  return failed.map((each) => `Status ${text(each.data)} ${text(each.cmd)} ${text(each.target)}`).join(', ')
}

/** OMA-DM answers 2xx for success; 212 and 216 among them. */
function isSuccess(data: unknown): boolean {
  return typeof data === 'number' && data >= 200 && data < 300
}

/** Android: each call with what it returned or threw, equal ones counted. */
function android(native: Loose): string {
  const counted = new Map<string, number>()
  for (const each of list(native.calls)) {
    const line = `${text(each.call)} → ${text(each.result)}`
    counted.set(line, (counted.get(line) ?? 0) + 1)
  }
  return [...counted].map(([line, times]) => (times === 1 ? line : `${line} ×${times}`)).join(', ')
}

function list(value: unknown): Loose[] {
  return Array.isArray(value) ? value.filter((each): each is Loose => each !== null && typeof each === 'object') : []
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '?'
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
