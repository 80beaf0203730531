/** From an account payload to a mail account: what has to be there when nobody is asked, and S/MIME as the keys bind it. */

import type {
  ConfigurationProfile,
  ExchangeAccountPayload,
  ManagedMailPayload,
  SmimeSettings,
} from '../../delivery/mobileconfig/index.ts'
import type { MailAccount, Provenance } from '../../device/stores.ts'
import { LabError } from '../../error.ts'
import { type AppleDevice, appleQuirks, holds } from './quirks.ts'

export type AccountPayload = ExchangeAccountPayload | ManagedMailPayload

export interface AccountSetting {
  readonly profile: ConfigurationProfile
  /** Certificates of the profile's identities, sha256 by PayloadUUID. */
  readonly identities: ReadonlyMap<string, string>
  readonly channel: 'device' | 'user'
  readonly device: AppleDevice
  readonly provenance: Provenance
}

export function planAccount(payload: AccountPayload, setting: AccountSetting): MailAccount {
  const { device, channel } = setting
  if (payload.kind === 'exchange-account' && holds(appleQuirks.noExchangeAccount, device))
    throw new LabError('payload-not-supported', 'com.apple.eas.account is not supported on macOS', {
      hint: 'deliver com.apple.mail.managed on the user channel',
    })
  if (payload.kind === 'managed-mail' && channel === 'device' && holds(appleQuirks.mailOnUserChannelOnly, device))
    throw new LabError(
      'payload-on-device-channel',
      'com.apple.mail.managed wanted on the user channel, came on the device channel',
    )
  return {
    address: readAddress(payload),
    host: readHost(payload),
    smime: holds(appleQuirks.smimeKeysIgnored, device) ? { enabled: false } : bindSmime(payload.smime, setting),
    provenance: setting.provenance,
  }
}

/** ProfileManifests (`pfm_require: push`) has what MDM must send though the schema calls it optional. */
function readAddress(payload: AccountPayload): string {
  const address = needed(payload.emailAddress, 'EmailAddress')
  if (!/^[^\s@]{1,256}@[^\s@]{1,256}$/.test(address))
    throw new LabError('account-address-malformed', 'EmailAddress: an address like alva@example.com wanted')
  return address
}

function readHost(payload: AccountPayload): string {
  if (payload.kind === 'exchange-account') {
    needed(payload.userName, 'UserName')
    if (payload.host === undefined || payload.host === '')
      throw new LabError('account-without-host', 'Host wanted in the Exchange account')
    return payload.host
  }
  needed(payload.accountName, 'EmailAccountName')
  needed(payload.incoming.userName, 'IncomingMailServerUsername')
  needed(payload.outgoing.userName, 'OutgoingMailServerUsername')
  return payload.incoming.host
}

function needed(value: string | undefined, key: string): string {
  if (value === undefined || value === '')
    throw new LabError('account-incomplete', `${key} wanted: nobody is asked for it when MDM installs`)
  return value
}

/**
 * An identity that signs is bound if signing is on or the user may switch it on; one that decrypts always. Without the
 * Overrideable keys a user has no way to switch on what the profile left off.
 */
function bindSmime(smime: SmimeSettings, setting: AccountSetting): MailAccount['smime'] {
  const signing = resolve(smime.signingCertificateUuid, 'SMIMESigningCertificateUUID', setting)
  const encryption = resolve(smime.encryptionCertificateUuid, 'SMIMEEncryptionCertificateUUID', setting)
  const signs = smime.signingEnabled === true
  const encrypts = encryption !== undefined || smime.encryptByDefault === true || smime.perMessageSwitch === true
  return {
    enabled: signs || encrypts,
    ...(signing !== undefined && (signs || smime.signingUserOverrideable) ? { signingCertificate: signing } : {}),
    ...(encryption !== undefined ? { encryptionCertificate: encryption } : {}),
  }
}

/** A reference must name an identity of the same profile: Apple's schema says so for other references to payloads. */
function resolve(uuid: string | undefined, key: string, { profile, identities }: AccountSetting): string | undefined {
  if (uuid === undefined) return undefined
  const identity = identities.get(uuid)
  if (identity !== undefined) return identity
  if (profile.payloads.some((each) => each.uuid === uuid))
    throw new LabError(
      'smime-certificate-not-an-identity',
      `${key} wanted to name a PKCS#12 payload, names another payload`,
    )
  const almost = profile.payloads.some((each) => each.uuid.toLowerCase() === uuid.toLowerCase())
  throw new LabError(
    'smime-certificate-not-found',
    `${key} wanted to name a payload of the profile, names none`,
    almost ? { hint: 'a payload has the same UUID in other letter case' } : {},
  )
}
