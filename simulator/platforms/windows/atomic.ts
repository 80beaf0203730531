/**
 * Atomic (RepPro 6.5.2): all members or none. Windows writes the values first and lets them take effect together at the
 * end, so the order inside does not matter: the vendor's own sample names the PFX before its password.
 */
import type { GroupCommand, SyncMlCommand, SyncMlItem } from '../../delivery/syncml.ts'
import type { InstalledItem } from '../../device/install-report.ts'
import type { StoreContents } from '../../device/stores.ts'
import { type CommandResult, itemsOf, refuseForm, statusOf } from './command-status.ts'
import type { ManagementTree, Outcome, TreeOptions } from './management-tree.ts'
import type { Spot } from './node-lookup.ts'
import { shows } from './quirks.ts'
import { type Refusal, refuse } from './refusal.ts'

const rolledBack = 216
const atomicFailed = 507

interface Step {
  readonly command: SyncMlCommand
  readonly item: SyncMlItem
}

interface Failure {
  readonly refusal: Refusal
  /** Index of the step that answers with the refusal's own status; all others were rolled back. */
  readonly step?: number
}

export function runAtomic(atomic: GroupCommand, tree: ManagementTree, options: TreeOptions): CommandResult {
  const steps = stepsOf(atomic)
  const before = copyOf(options.contents)
  const malformed = refuseForm(atomic)
  const result = malformed === undefined ? runSteps(steps, tree, options.osVersion) : { refusal: malformed }
  if (!('refusal' in result)) {
    const statuses = steps.map(({ command, item }) => statusOf(command, item.target, 200))
    return { statuses: [statusOf(atomic, '', 200), ...statuses], installed: result.installed, refusals: [] }
  }
  restore(options.contents, before)
  tree.settleCollisions()
  const { refusal, step } = result
  const statuses = steps.map(({ command, item }, index) =>
    statusOf(command, item.target, index === step ? refusal.status : rolledBack),
  )
  return {
    statuses: [statusOf(atomic, '', malformed?.status ?? atomicFailed), ...statuses],
    installed: [],
    refusals: [refusal],
  }
}

/** Members of Sequences, and of Atomics that must not be here, are members too: each gets its Status. */
function stepsOf(group: GroupCommand): Step[] {
  return group.commands.flatMap((command) => [
    ...itemsOf(command).map((item) => ({ command, item })),
    ...('commands' in command ? stepsOf(command) : []),
  ])
}

/** A node that members wrote to, and the first of them. */
interface Change {
  readonly spot: Spot
  readonly written: Set<string>
  readonly firstStep: number
}

function runSteps(
  steps: readonly Step[],
  tree: ManagementTree,
  osVersion: string,
): { installed: InstalledItem[] } | Failure {
  const changes = new Map<string, Change>()
  const added = new Set<string>()
  for (const [index, { command, item }] of steps.entries()) {
    const refusal = refuseMember(command, item, added, osVersion)
    if (refusal !== undefined) return { refusal, step: index }
    if (!('items' in command)) continue
    const outcome: Outcome = tree.perform(command.name, item, true)
    if (outcome.refusal !== undefined) return { refusal: outcome.refusal, step: index }
    if (command.name === 'Add') added.add(item.target.toLowerCase())
    if (outcome.pending === undefined) continue
    const { key, property } = outcome.pending
    const change = changes.get(key) ?? { spot: outcome.pending, written: new Set<string>(), firstStep: index }
    change.written.add(property.name)
    changes.set(key, change)
  }
  const installed: InstalledItem[] = []
  for (const { spot, written, firstStep } of changes.values()) {
    const outcome = tree.commit(spot, written)
    // Quirk pfx-failure-at-commit: recorded devices answer so, whichever member was to blame.
    if (outcome.refusal !== undefined) return { refusal: outcome.refusal, step: firstStep }
    installed.push(...(outcome.installed ?? []))
  }
  return { installed }
}

/** What an Atomic does not take (client-management/oma-dm-protocol-support). */
function refuseMember(
  command: SyncMlCommand,
  item: SyncMlItem,
  added: ReadonlySet<string>,
  osVersion: string,
): Refusal | undefined {
  const malformed = refuseForm(command)
  if (malformed !== undefined) return malformed
  if (command.name === 'Atomic') return refuse(500, 'atomic-in-atomic', 'an Atomic inside an Atomic')
  if (command.name === 'Get') return refuse(500, 'get-in-atomic', 'a Get inside an Atomic')
  const again = command.name === 'Replace' && added.has(item.target.toLowerCase())
  if (again && shows('add-then-replace-in-atomic', osVersion))
    return refuse(
      500,
      'add-then-replace',
      'an Add and then a Replace of the same node inside an Atomic',
      'add-then-replace-in-atomic',
    )
  return undefined
}

function copyOf(contents: StoreContents): StoreContents {
  return {
    keys: new Map(contents.keys),
    certificates: new Map(contents.certificates),
    profiles: new Map(contents.profiles),
    accounts: new Map(contents.accounts),
  }
}

function restore(contents: StoreContents, before: StoreContents): void {
  refill(contents.keys, before.keys)
  refill(contents.certificates, before.certificates)
  refill(contents.profiles, before.profiles)
  refill(contents.accounts, before.accounts)
}

function refill<Value>(map: Map<string, Value>, from: ReadonlyMap<string, Value>): void {
  map.clear()
  for (const [key, value] of from) map.set(key, value)
}
