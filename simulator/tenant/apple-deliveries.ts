/** What iPhones, iPads and Macs get, in the order of sending: trust, history, then the mail account. */
import type { Delivery } from '../delivery/delivery.ts'
import { AppleProfiles } from './apple-profiles.ts'
import type { Entitlement } from './entitlement.ts'
import type { Sender } from './sender.ts'

/** Identities that no mail profile carries come each in a profile of its own: older ones, and all where no mail profile is. */
export function iosDeliveries({ device, trusted, identities, mail }: Entitlement, sender: Sender): Delivery[] {
  const profiles = new AppleProfiles(device, sender)
  const carried = new Set(mail.flatMap(({ signing, encryption }) => [signing, encryption]))
  return [
    ...trusted.map((each) => profiles.trustedCertificate(each)),
    ...identities.filter((each) => !carried.has(each)).map((each) => profiles.identity(each, 'device')),
    ...mail.map((each) => profiles.mail(each)),
  ]
}

/** There is no mail profile for macOS: the user chooses among the identities in the keychain. */
export function macosDeliveries({ device, trusted, identities }: Entitlement, sender: Sender): Delivery[] {
  const profiles = new AppleProfiles(device, sender)
  return [
    ...trusted.map((each) => profiles.trustedCertificate(each)),
    ...identities.map((each) => profiles.identity(each, each.profile.key.channel)),
  ]
}
