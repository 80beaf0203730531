/**
 * One management message, worked through: every command in order, a Status for each in the same order, the one for
 * SyncHdr first ([MS-MDM] Status). Outside an Atomic a command that fails does not stop the next.
 */
import type { SyncMlCommand } from '../../delivery/syncml.ts'
import type { InstalledItem } from '../../device/install-report.ts'
import { runAtomic } from './atomic.ts'
import { type CommandResult, type CommandStatus, itemsOf, refuseForm, statusOf } from './command-status.ts'
import { ManagementTree, type TreeOptions } from './management-tree.ts'
import type { Refusal } from './refusal.ts'

export function workThrough(commands: readonly SyncMlCommand[], options: TreeOptions): CommandResult {
  const tree = new ManagementTree(options)
  const statuses: CommandStatus[] = [{ cmdRef: '0', cmd: 'SyncHdr', target: '', data: 200 }]
  const installed: InstalledItem[] = []
  const refusals: Refusal[] = []

  const run = (command: SyncMlCommand): void => {
    if (command.name === 'Atomic') {
      const result = runAtomic(command, tree, options)
      statuses.push(...result.statuses)
      installed.push(...result.installed)
      refusals.push(...result.refusals)
      return
    }
    const malformed = refuseForm(command)
    if (malformed !== undefined) refusals.push(malformed)
    if (command.name === 'Sequence') {
      statuses.push(statusOf(command, '', malformed?.status ?? 200))
      if (malformed === undefined) for (const member of command.commands) run(member)
      return
    }
    for (const item of itemsOf(command)) {
      if (malformed !== undefined || command.name === 'unknown') {
        statuses.push(statusOf(command, item.target, malformed?.status ?? 400))
        continue
      }
      const outcome = tree.perform(command.name, item, false)
      statuses.push(statusOf(command, item.target, outcome.status))
      installed.push(...(outcome.installed ?? []))
      // What was to be deleted is not there: nothing that the service wanted is missing.
      const harmless = command.name === 'Delete' && outcome.status === 404
      if (outcome.refusal !== undefined && !harmless) refusals.push(outcome.refusal)
    }
  }
  for (const command of commands) run(command)
  return { statuses, installed, refusals }
}
