/**
 * Android: a management agent that takes its bundle, opens and checks all of it, and then makes its calls to
 * `DevicePolicyManager`, one by one. What is wrong in the bundle stops it before the first call, so nothing is
 * installed by halves; what a call answers later is reported and can't be undone.
 */
import {
  type AndroidAgentBundle,
  androidAgentMediaType,
  decodeAndroidAgentBundle,
} from '../../delivery/android-agent.ts'
import type { InstalledItem, InstallReport } from '../../device/install-report.ts'
import type { Platform } from '../../device/platform.ts'
import { LabError } from '../../error.ts'
import { AgentRun } from './agent-run.ts'
import { checkBundle } from './check-bundle.ts'
import { outlookPackage } from './outlook.ts'
import { androidQuirks } from './quirks.ts'
import { type AndroidCall, type Refusal, refuse } from './refusal.ts'

export { androidQuirks, type Quirk } from './quirks.ts'

export const android: Platform = {
  family: 'android',
  mediaType: androidAgentMediaType,
  mailApp: outlookPackage,

  install(stores, delivery, { now, osVersion }): InstallReport {
    const bundle = readBundle(delivery.bytes)
    if ('code' in bundle) {
      const calls = [{ call: 'readBundle', subject: delivery.id, result: bundle.message }]
      return report(delivery.id, calls, [], [bundle])
    }
    const checked = checkBundle(bundle, osVersion)
    // Quirk all-or-nothing.
    if (checked.refusals.length > 0) return report(delivery.id, checked.calls, [], checked.refusals)
    return stores.change((contents) => {
      const run = new AgentRun({ contents, delivery: delivery.id, at: now, osVersion })
      for (const authority of checked.authorities) run.installAuthority(authority)
      for (const pair of checked.keyPairs) run.installKeyPair(pair)
      for (const configuration of bundle.managedConfigurations) run.configureApp(configuration)
      return report(delivery.id, [...checked.calls, ...run.calls], run.installed, run.refusals)
    })
  },
}

function readBundle(bytes: Uint8Array): AndroidAgentBundle | Refusal {
  try {
    return decodeAndroidAgentBundle(bytes)
  } catch (error) {
    if (error instanceof LabError) return refuse(error.code, error.message)
    throw error
  }
}

function report(
  delivery: string,
  calls: readonly AndroidCall[],
  installed: readonly InstalledItem[],
  refusals: readonly Refusal[],
): InstallReport {
  const reasons = refusals.map(({ quirk, ...reason }) =>
    quirk === undefined ? reason : { ...reason, quirk: androidQuirks[quirk].id },
  )
  return { delivery, accepted: refusals.length === 0, native: { kind: 'android', calls }, installed, reasons }
}
