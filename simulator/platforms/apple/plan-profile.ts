/** What a profile would bring to the device, payload by payload; nothing is changed yet. */
import type { Delivery } from '../../delivery/delivery.ts'
import type { ConfigurationProfile, Payload } from '../../delivery/mobileconfig/index.ts'
import type { HeldKey, Provenance } from '../../device/stores.ts'
import { at, LabError } from '../../error.ts'
import { type AccountPayload, planAccount } from './account.ts'
import { importCertificate, trustOf } from './import-certificate.ts'
import { importIdentity } from './import-identity.ts'
import type { AppleProfile, InstalledPayload } from './installed-profile.ts'
import { type AppleDevice, appleQuirks, holds } from './quirks.ts'

/** Of all PKCS#12 payloads of a profile together: some seconds. An honest file has 2048 for each of three derivations. */
const maxIterations = 5_000_000

export interface PlanContext {
  readonly delivery: Delivery
  readonly device: AppleDevice
  readonly now: Date
}

/** Throws LabError with a code of `error-chain.ts` for the first payload that the device would refuse. */
export function planProfile(profile: ConfigurationProfile, context: PlanContext): AppleProfile {
  const { delivery, device } = context
  const places = profile.payloads.map((payload, index) => ({ payload, place: `PayloadContent[${index}]` }))
  const share = Math.floor(maxIterations / Math.max(1, profile.payloads.filter(({ kind }) => kind === 'pkcs12').length))
  const plans = new Map<string, InstalledPayload>()
  // References may point forward, so credentials come before accounts.
  for (const { payload, place } of places) {
    if (!isAccount(payload))
      plans.set(
        payload.uuid,
        at(place, () => planCredential(payload, context, share)),
      )
  }
  const identities = new Map([...plans].flatMap(([uuid, { key }]) => (key ? [[uuid, key.certificate.sha256]] : [])))
  for (const { payload, place } of places) {
    if (!isAccount(payload)) continue
    const { kind, uuid } = payload
    const provenance = provenanceOf(uuid, context)
    const setting = { profile, identities, channel: delivery.channel, device, provenance }
    plans.set(uuid, { kind, uuid, account: at(place, () => planAccount(payload, setting)) })
  }
  return {
    key: holds(appleQuirks.channelsHaveOwnProfiles, device)
      ? `${delivery.channel}:${profile.identifier}`
      : profile.identifier,
    displayName: profile.displayName,
    provenance: provenanceOf(profile.uuid, context),
    identifier: profile.identifier,
    uuid: profile.uuid,
    payloads: [...plans.values()],
  }
}

function planCredential(
  payload: Exclude<Payload, AccountPayload>,
  context: PlanContext,
  iterations: number,
): InstalledPayload {
  const { kind, uuid } = payload
  const provenance = provenanceOf(uuid, context)
  switch (payload.kind) {
    case 'pkcs12': {
      const { certificate, privateKey } = importIdentity(payload, context.device, iterations)
      return { kind, uuid, key: { certificate, privateKey, provenance, access: keyAccess(context) } }
    }
    case 'root':
    case 'pkcs1':
    case 'pem': {
      const certificate = importCertificate(payload)
      return { kind, uuid, certificate: { certificate, trust: trustOf(certificate), provenance } }
    }
    case 'unknown':
      // A device may take more types than these; to acknowledge what is not simulated would be a lie.
      throw new LabError('payload-not-supported', 'a payload of a type that is simulated wanted, got another')
  }
}

function isAccount(payload: Payload): payload is AccountPayload {
  return payload.kind === 'exchange-account' || payload.kind === 'managed-mail'
}

function keyAccess({ delivery, device }: PlanContext): HeldKey['access'] {
  return delivery.channel === 'device' && holds(appleQuirks.systemKeychainOutOfReach, device) ? [] : 'all'
}

function provenanceOf(payload: string, { delivery, now }: PlanContext): Provenance {
  return { delivery: delivery.id, payload, at: now }
}
