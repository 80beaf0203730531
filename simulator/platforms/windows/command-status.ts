/** Commands as the Status elements speak of them. */
import type { SyncMlCommand, SyncMlItem } from '../../delivery/syncml.ts'
import type { InstalledItem } from '../../device/install-report.ts'
import { type Refusal, refuse } from './refusal.ts'

export interface CommandStatus {
  /** CmdID of the command; empty where it had none. */
  readonly cmdRef: string
  readonly cmd: string
  readonly target: string
  readonly data: number
}

/** What one command, or several, came to. */
export interface CommandResult {
  readonly statuses: readonly CommandStatus[]
  readonly installed: readonly InstalledItem[]
  readonly refusals: readonly Refusal[]
}

export function statusOf(command: SyncMlCommand, target: string, data: number): CommandStatus {
  return { cmdRef: command.cmdId ?? '', cmd: nameOf(command), target, data }
}

/** One Status answers one item; a command without items still gets one. */
export function itemsOf(command: SyncMlCommand): readonly SyncMlItem[] {
  const items = 'items' in command ? command.items : []
  return items.length === 0 ? [{ target: '' }] : items
}

/** What is wrong with the command itself, before it is looked at what it asks for (client-management/oma-dm-protocol-support). */
export function refuseForm(command: SyncMlCommand): Refusal | undefined {
  const name = nameOf(command)
  if (command.name === 'unknown') return refuse(400, 'command-unknown', `a command wanted, got the element ${name}`)
  if (command.cmdId === undefined) return refuse(400, 'command-without-id', `${name}: a CmdID wanted, got none`)
  return undefined
}

function nameOf(command: SyncMlCommand): string {
  return command.name === 'unknown' ? command.element.slice(0, 80) : command.name
}
