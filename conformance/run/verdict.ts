/** The verdict on one policy, computed from the cells alone. Facts first, judgement second, and here only. */
import type { Policy, PolicyRecord } from '../../reports/record.ts'

type Cells = PolicyRecord['cells']
type Messages = PolicyRecord['messages']
type Devices = PolicyRecord['devices']

/**
 * What a way of giving out keys promises. Sharing with history is Intune's own promise for imported certificates; the
 * others make none: they are there to be looked at, so what they lose is told and does not fail the run.
 */
export const promises: Readonly<Record<Policy, PolicyRecord['verdict']['promise']>> = {
  shared: 'every-device-opens-all-mail',
  'shared-newest-accumulating': 'none',
  'shared-newest-only': 'none',
  'per-device': 'none',
  escrowed: 'none',
}

/** `isTheirs`: the message was sent to or by the device's user, or encrypted to a key of theirs. */
export function judge(
  policy: Policy,
  devices: Devices,
  messages: Messages,
  cells: Cells,
  isTheirs: (message: string, device: string) => boolean,
): PolicyRecord['verdict'] {
  const encrypted = new Set(messages.filter((message) => message.encrypted).map((message) => message.id))
  const relevant = cells.filter((cell) => encrypted.has(cell.message))
  const theirs = relevant.filter((cell) => isTheirs(cell.message, cell.device))
  // Mail that only others have a key for stays closed rightly, whomever its header names.
  const lost = theirs.filter((cell) => cell.outcome === 'closed' && cell.cause !== 'never-recipient')
  const leaked = relevant.filter((cell) => cell.outcome === 'opened' && !isTheirs(cell.message, cell.device))
  const forThem = new Set(theirs.filter((cell) => cell.cause !== 'never-recipient').map((cell) => cell.message))
  const closedByDevice = devices.map((device) => ({
    device: device.id,
    closed: lost.filter((cell) => cell.device === device.id).length,
  }))
  const promise = promises[policy]
  const count = (outcome: string): number => cells.filter((cell) => cell.outcome === outcome).length
  return {
    sentence: sentence(devices, closedByDevice, lost, leaked.length, forThem.size),
    promise,
    // Nothing encrypted to anybody here: nothing was shown, so nothing is kept.
    kept: promise === 'none' || (lost.length === 0 && leaked.length === 0 && forThem.size > 0),
    closedByDevice,
    counts: { messages: messages.length, opened: count('opened'), closed: count('closed'), clear: count('clear') },
  }
}

function sentence(
  devices: Devices,
  closedByDevice: readonly { closed: number }[],
  lost: Cells,
  leaked: number,
  all: number,
): string {
  const leak = leaked === 0 ? '' : ` ${leaked} cells were opened that are not for the device's user.`
  if (all === 0) return `no encrypted message for a user of these devices: nothing was shown.${leak}`
  const losers = closedByDevice.filter((each) => each.closed > 0).length
  if (losers === 0) {
    const who = devices.length === 1 ? 'the device opens' : `all ${devices.length} devices open`
    return `${who} all ${all} encrypted messages for their user.${leak}`
  }
  const affected = new Set(lost.map((cell) => cell.message)).size
  return `${losers} of ${devices.length} devices cannot open part of their mail; ${affected} of ${all} encrypted messages stay closed on at least one of them.${leak}`
}
