/** Installing a configuration profile on iOS and macOS: read it, plan every payload, then change the stores at once. */
import { decodeMobileconfig } from '../../delivery/mobileconfig/index.ts'
import type { InstalledItem } from '../../device/install-report.ts'
import type { Platform } from '../../device/platform.ts'
import type { StoreContents } from '../../device/stores.ts'
import { LabError } from '../../error.ts'
import { refuse } from './error-chain.ts'
import { type AppleProfile, appleProfiles, type InstalledPayload, putProfile } from './installed-profile.ts'
import { planProfile } from './plan-profile.ts'
import { type AppleDevice, type AppleFamily, appleQuirks, holds, requireOsVersion } from './quirks.ts'

export function applePlatform(family: AppleFamily, mailApp: string): Platform {
  return {
    family,
    mediaType: 'application/x-apple-aspen-config',
    mailApp,
    install(stores, delivery, { now, osVersion }) {
      requireOsVersion(osVersion)
      const device = { family, osVersion }
      try {
        const planned = planProfile(decodeMobileconfig(delivery.bytes), { delivery, device, now })
        stores.change((draft) => putProfile(draft, reconcile(planned, draft, device)))
        return {
          delivery: delivery.id,
          accepted: true,
          native: { kind: 'apple', status: 'Acknowledged', errorChain: [] },
          installed: planned.payloads.flatMap(listItems),
          reasons: [],
        }
      } catch (error) {
        if (!(error instanceof LabError)) throw error
        return {
          delivery: delivery.id,
          accepted: false,
          native: refuse(error),
          installed: [],
          reasons: [{ code: error.code, message: [error.message, error.hint].filter(Boolean).join('; ') }],
        }
      }
    },
  }
}

/** The planned profile beside what is on the device already: its UUID must be free, and so must its addresses. */
function reconcile(planned: AppleProfile, contents: StoreContents, device: AppleDevice): AppleProfile {
  const others = appleProfiles(contents).filter((each) => each.key !== planned.key)
  if (others.some((each) => each.uuid === planned.uuid && each.identifier !== planned.identifier))
    throw new LabError('duplicate-profile-uuid', 'a PayloadUUID of its own wanted, an installed profile has the same')
  const replaced = appleProfiles(contents).find((each) => each.key === planned.key)
  const taken = addressesOf(others)
  return {
    ...planned,
    payloads: planned.payloads.map((payload) => {
      if (payload.account === undefined) return payload
      const address = payload.account.address.toLowerCase()
      const existing = contents.accounts.get(address)
      const handMade = existing !== undefined && !addressesOf([...others, ...(replaced ? [replaced] : [])]).has(address)
      if (taken.has(address) || (handMade && !holds(appleQuirks.handMadeAccountYields, device)))
        throw notUnique(payload.kind)
      taken.add(address)
      // The user's switch outlives an update only where the profile has no say in it.
      const continued = handMade || existing?.provenance.payload === payload.uuid
      return existing !== undefined && continued && holds(appleQuirks.smimeKeysIgnored, device)
        ? { ...payload, account: { ...payload.account, smime: existing.smime } }
        : payload
    }),
  }
}

function addressesOf(profiles: readonly AppleProfile[]): Set<string> {
  const accounts = profiles.flatMap((each) => each.payloads).flatMap((each) => each.account ?? [])
  return new Set(accounts.map((each) => each.address.toLowerCase()))
}

function notUnique(kind: InstalledPayload['kind']): LabError {
  const code = kind === 'exchange-account' ? 'exchange-account-not-unique' : 'mail-account-not-unique'
  return new LabError(code, 'an address of its own wanted for the account, another account on the device has it')
}

function listItems({ uuid: payload, key, certificate, account }: InstalledPayload): InstalledItem[] {
  if (key !== undefined) {
    const { sha256, subjectText: label } = key.certificate
    return [{ kind: 'identity', payload, sha256, label }]
  }
  if (certificate !== undefined) {
    const { sha256, subjectText: label } = certificate.certificate
    return [{ kind: certificate.trust === 'anchor' ? 'trust-anchor' : 'certificate', payload, sha256, label }]
  }
  return account === undefined ? [] : [{ kind: 'mail-account', payload, label: account.address }]
}
