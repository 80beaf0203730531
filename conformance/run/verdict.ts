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

export function judge(
  policy: Policy,
  devices: Devices,
  messages: Messages,
  cells: Cells,
  addressOf: (user: string) => string | undefined,
): PolicyRecord['verdict'] {
  const encrypted = new Map(messages.filter((message) => message.encrypted).map((message) => [message.id, message]))
  const mine = (device: Devices[number], message: string): boolean => {
    const address = addressOf(device.user)?.toLowerCase()
    return (
      address !== undefined &&
      encrypted.get(message)?.addressedTo.some((each) => each.toLowerCase() === address) === true
    )
  }
  const byDevice = new Map(devices.map((device) => [device.id, device]))
  const lost = cells.filter((cell) => {
    const device = byDevice.get(cell.device)
    return device !== undefined && cell.outcome === 'closed' && mine(device, cell.message)
  })
  const leaked = cells.filter((cell) => {
    const device = byDevice.get(cell.device)
    return device !== undefined && cell.outcome === 'opened' && !mine(device, cell.message)
  })
  const closedByDevice = devices.map((device) => ({
    device: device.id,
    closed: lost.filter((cell) => cell.device === device.id).length,
  }))
  const forThem = [...encrypted.keys()].filter((message) => devices.some((device) => mine(device, message)))
  const promise = promises[policy]
  const count = (outcome: string): number => cells.filter((cell) => cell.outcome === outcome).length
  return {
    sentence: sentence(devices, closedByDevice, lost, leaked.length, forThem),
    promise,
    // Nothing encrypted to anybody here, or no device: nothing was shown, so nothing is kept.
    kept: promise === 'none' || (lost.length === 0 && leaked.length === 0 && forThem.length > 0),
    closedByDevice,
    counts: { messages: messages.length, opened: count('opened'), closed: count('closed'), clear: count('clear') },
  }
}

function sentence(
  devices: Devices,
  closedByDevice: readonly { closed: number }[],
  lost: Cells,
  leaked: number,
  forThem: readonly string[],
): string {
  const all = forThem.length
  const leak = leaked === 0 ? '' : ` ${leaked} cells were opened that were not addressed to the device's user.`
  if (devices.length === 0 || all === 0) return `No device or no encrypted message: nothing was shown.${leak}`
  const losers = closedByDevice.filter((each) => each.closed > 0).length
  if (losers === 0)
    return `${devices.length === 1 ? 'the device opens' : `all ${devices.length} devices open`} all ${all} encrypted messages addressed to their user.${leak}`
  const affected = new Set(lost.map((cell) => cell.message)).size
  return `${losers} of ${devices.length} devices cannot open part of their mail; ${affected} of ${all} encrypted messages stay closed on at least one of them.${leak}`
}
