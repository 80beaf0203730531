/**
 * The profiles of a device and what each payload brought. One certificate may come by several profiles: it stays until
 * the last of them goes (Apple documents nothing on that; the reverse would take a shared root from under other profiles).
 */
import type { Payload } from '../../delivery/mobileconfig/index.ts'
import type { HeldCertificate, HeldKey, InstalledProfile, MailAccount, StoreContents } from '../../device/stores.ts'

export interface InstalledPayload {
  readonly kind: Payload['kind']
  readonly uuid: string
  readonly key?: HeldKey
  readonly certificate?: HeldCertificate
  readonly account?: MailAccount
}

export interface AppleProfile extends InstalledProfile {
  readonly identifier: string
  readonly uuid: string
  readonly payloads: readonly InstalledPayload[]
}

export function appleProfiles(contents: StoreContents): AppleProfile[] {
  return [...contents.profiles.values()].filter((each): each is AppleProfile => 'payloads' in each)
}

/** Puts the profile in place of the one with its key, if there is one. */
export function putProfile(contents: StoreContents, profile: AppleProfile): void {
  const old = appleProfiles(contents).find((each) => each.key === profile.key)
  contents.profiles.set(profile.key, profile)
  for (const payload of [...(old?.payloads ?? []), ...profile.payloads]) settle(contents, payload)
}

/** RemoveProfile: the profile goes with all that it alone brought. An unknown key changes nothing. */
export function removeProfile(contents: StoreContents, key: string): void {
  const old = appleProfiles(contents).find((each) => each.key === key)
  if (old === undefined) return
  contents.profiles.delete(key)
  for (const payload of old.payloads) settle(contents, payload)
}

/** Makes the stores agree with the installed profiles on the things that the payload brought. */
function settle(contents: StoreContents, payload: InstalledPayload): void {
  const all = appleProfiles(contents).flatMap((each) => each.payloads)
  if (payload.key !== undefined) {
    const { sha256 } = payload.key.certificate
    const bringers = all.flatMap(({ key }) => (key?.certificate.sha256 === sha256 ? [key] : []))
    // A key in two keychains is as reachable as in the more open one.
    keep(contents.keys, sha256, bringers.find((each) => each.access === 'all') ?? bringers[0])
  }
  if (payload.certificate !== undefined) {
    const { sha256 } = payload.certificate.certificate
    const bringers = all.flatMap(({ certificate }) => (certificate?.certificate.sha256 === sha256 ? [certificate] : []))
    keep(contents.certificates, sha256, bringers[0])
  }
  if (payload.account !== undefined) {
    const address = payload.account.address.toLowerCase()
    const bringer = all.find((each) => each.account?.address.toLowerCase() === address)
    keep(contents.accounts, address, bringer?.account)
  }
}

function keep<T>(store: Map<string, T>, key: string, value: T | undefined): void {
  if (value === undefined) store.delete(key)
  else store.set(key, value)
}
