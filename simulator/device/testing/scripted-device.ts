/** A device whose platform does to its stores what a test says. */
import type { Delivery } from '../../delivery/delivery.ts'
import type { Identity } from '../../pki/index.ts'
import { now, type PeopleWorld } from '../../smime/testing/people.ts'
import { Device, type DeviceDescription } from '../device.ts'
import type { Platform } from '../platform.ts'
import type { HeldKey, MailAccount, StoreContents } from '../stores.ts'

export type Change = (draft: StoreContents) => void

export const provenance = { delivery: 'test', payload: 'test', at: now }

const nothing: Delivery = {
  id: 'd',
  profile: 'p',
  mediaType: 'application/x-apple-aspen-config',
  channel: 'user',
  bytes: Buffer.alloc(0),
}

function platform(change: Change): Platform {
  return {
    family: 'ios',
    mediaType: 'application/x-apple-aspen-config',
    mailApp: 'mail.app',
    install(stores, delivery) {
      stores.change(change)
      return {
        delivery: delivery.id,
        accepted: true,
        native: { kind: 'apple', status: 'Acknowledged', errorChain: [] },
        installed: [],
        reasons: [],
      }
    },
  }
}

/** Each change is a delivery of its own, installed in turn. */
export function deviceWith(changes: readonly Change[], mail: DeviceDescription['mail'] = {}): Device {
  const left = [...changes]
  const device = new Device(
    { id: 'd', platform: platform((draft) => left.shift()?.(draft)), osVersion: '18', mail },
    () => now,
  )
  for (const _ of changes) device.install(nothing)
  return device
}

export const key =
  (identity: Identity, access: HeldKey['access'] = 'all'): Change =>
  (draft) =>
    void draft.keys.set(identity.certificate.sha256, { ...identity, provenance, access })

export const account =
  (enabled: boolean, bound: Partial<MailAccount['smime']> = {}, address = 'alva@example.test'): Change =>
  (draft) =>
    void draft.accounts.set(address, {
      address,
      host: 'mail.example.test',
      smime: { enabled, ...bound },
      provenance,
    })

/** The root as anchor, the issuing authority as intermediate. */
export const trust =
  ({ root, authority }: PeopleWorld): Change =>
  (draft) => {
    draft.certificates.set('root', { certificate: root, trust: 'anchor', provenance })
    draft.certificates.set('issuing', { certificate: authority.certificate, trust: 'intermediate', provenance })
  }
