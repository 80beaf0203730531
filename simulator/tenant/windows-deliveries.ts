/** What a Windows PC gets: trust for the device in one message, keys and the account for the signed-in user in another. */
import type { Delivery } from '../delivery/delivery.ts'
import { payloadUuid } from '../delivery/mobileconfig/index.ts'
import { encodeSyncMl, type SyncMlCommand } from '../delivery/syncml.ts'
import { activeSyncAccount, intermediate, type KeyLocation, pfxInstall, trustedRoot } from '../delivery/windows-csp.ts'
import { identityName, identityTitle, profileName } from './delivery-name.ts'
import type { Entitlement, GivenIdentity } from './entitlement.ts'
import { accountFor } from './mail-account.ts'
import type { TenantDevice } from './people.ts'
import type { KeySettings } from './profile.ts'
import type { Sender } from './sender.ts'

interface Part {
  readonly title: string
  readonly commands: readonly SyncMlCommand[]
}

export function windowsDeliveries(entitlement: Entitlement, sender: Sender): Delivery[] {
  const { device, trusted, identities, mail } = entitlement
  const trust = trusted.map(({ store, certificate, displayName }) => ({
    title: displayName,
    commands: store === 'root' ? trustedRoot(certificate.der) : intermediate(certificate.der),
  }))
  const keys = identities.map((given) => ({ title: identityTitle(given), commands: install(given, device, sender) }))
  const accounts = mail.map(({ profile, user }) => ({
    title: profile.displayName,
    commands: activeSyncAccount({
      guid: payloadUuid(device.id, 'account', profileName(profile)),
      ...accountFor(profile, user),
    }),
  }))
  return [...message(device, 'device', trust), ...message(device, 'user', [...keys, ...accounts])]
}

function install(given: GivenIdentity, device: TenantDevice, sender: Sender): SyncMlCommand[] {
  const { bytes, password } = sender.pfx.wrap(given.identity, device)
  return pfxInstall({
    uniqueId: identityName(given),
    pfx: bytes,
    password,
    keyLocation: keyLocations[given.profile.key.keyStorageProvider ?? 'useTpmKspOtherwiseUseSoftwareKsp'],
    // What Intune installs can't be exported again.
    exportable: false,
  })
}

const keyLocations: Readonly<Record<NonNullable<KeySettings['keyStorageProvider']>, KeyLocation>> = {
  useTpmKspOtherwiseFail: 1,
  useTpmKspOtherwiseUseSoftwareKsp: 2,
  useSoftwareKsp: 3,
  usePassportForWorkKspOtherwiseFail: 4,
}

/** One message with all parts, none where there is nothing to say. */
function message(device: TenantDevice, channel: Delivery['channel'], parts: readonly Part[]): Delivery[] {
  if (parts.length === 0) return []
  const bytes = encodeSyncMl({
    sessionId: channel === 'device' ? '1' : '2',
    msgId: '1',
    target: `urn:smimelab:device:${device.id}`,
    source: 'urn:smimelab:service',
    commands: parts.flatMap(({ commands }) => commands),
  })
  return [
    {
      id: `${device.id}/${channel}`,
      profile: parts.map(({ title }) => title).join(', '),
      mediaType: 'application/vnd.syncml.dm+xml',
      channel,
      bytes,
    },
  ]
}
