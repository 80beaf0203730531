/** Configuration profiles for Apple's devices, from what the tenant decided. */
import type { Delivery } from '../delivery/delivery.ts'
import {
  encodeMobileconfig,
  type IdentityPayload,
  type Payload,
  payloadUuid,
  type SmimeSettings,
} from '../delivery/mobileconfig/index.ts'
import { identityName, identityTitle, profileName } from './delivery-name.ts'
import type { GivenIdentity, MailEntitlement } from './entitlement.ts'
import { accountFor } from './mail-account.ts'
import type { TenantDevice } from './people.ts'
import type { MailProfile, TrustedCertificateProfile } from './profile.ts'
import type { Sender } from './sender.ts'

export class AppleProfiles {
  readonly #device: TenantDevice
  readonly #sender: Sender

  constructor(device: TenantDevice, sender: Sender) {
    this.#device = device
    this.#sender = sender
  }

  trustedCertificate(profile: TrustedCertificateProfile): Delivery {
    const name = `trust.${profileName(profile)}`
    const payload: Payload = {
      // The two types do the same; the name says what the administrator meant.
      kind: profile.store === 'root' ? 'root' : 'pkcs1',
      ...this.#header(name, 'certificate'),
      displayName: profile.certificate.subjectText,
      content: profile.certificate.der,
    }
    return this.#deliver(name, profile.displayName, 'device', [payload])
  }

  identity(given: GivenIdentity, channel: Delivery['channel']): Delivery {
    const name = `identity.${identityName(given)}`
    return this.#deliver(name, identityTitle(given), channel, [this.#identityPayload(name, given)])
  }

  /** The account, and the identities that it names: a reference by UUID is only sure to work inside one profile. */
  mail({ profile, user, signing, encryption }: MailEntitlement): Delivery {
    const name = `mail.${profileName(profile)}`
    const signingPayload = signing && this.#identityPayload(name, signing)
    const encryptionPayload = encryption && this.#identityPayload(name, encryption)
    const { address, host, userName, accountName } = accountFor(profile, user)
    const account: Payload = {
      kind: 'exchange-account',
      ...this.#header(name, 'account'),
      displayName: accountName,
      emailAddress: address,
      host,
      userName,
      ssl: profile.settings.requireSsl !== false,
      smime: smimeSettings(profile, signingPayload?.uuid, encryptionPayload?.uuid),
    }
    const identities = [signingPayload, encryptionPayload].filter((payload) => payload !== undefined)
    // One certificate may be linked for both; a payload identifier may be there once.
    const unique = [...new Map(identities.map((payload) => [payload.uuid, payload])).values()]
    return this.#deliver(name, profile.displayName, 'device', [...unique, account])
  }

  #identityPayload(name: string, given: GivenIdentity): IdentityPayload {
    const { bytes, password } = this.#sender.pfx.wrap(given.identity, this.#device)
    return {
      kind: 'pkcs12',
      ...this.#header(name, identityName(given)),
      displayName: identityTitle(given),
      content: bytes,
      password,
    }
  }

  #header(name: string, part: string) {
    return { identifier: `smimelab.${name}.${part}`, uuid: payloadUuid(this.#device.id, name, part) }
  }

  #deliver(name: string, title: string, channel: Delivery['channel'], payloads: readonly Payload[]): Delivery {
    const bytes = encodeMobileconfig({
      identifier: `smimelab.${name}`,
      uuid: payloadUuid(this.#device.id, name),
      displayName: title,
      organization: this.#sender.organization,
      payloads,
    })
    const id = `${this.#device.id}/${name}`
    return { id, profile: title, mediaType: 'application/x-apple-aspen-config', channel, bytes }
  }
}

/** Without `requireSmime` none of the others has a meaning, and the profile says nothing of S/MIME. */
function smimeSettings({ settings }: MailProfile, signing?: string, encryption?: string): SmimeSettings {
  if (settings.requireSmime !== true) return {}
  return {
    signingEnabled: settings.smimeSigningEnabled === true,
    signingUserOverrideable: settings.smimeSigningUserOverrideEnabled === true,
    ...(signing === undefined ? {} : { signingCertificateUuid: signing }),
    signingCertificateUuidUserOverrideable: settings.smimeSigningCertificateUserOverrideEnabled === true,
    encryptByDefault: settings.smimeEncryptByDefaultEnabled === true,
    encryptByDefaultUserOverrideable: settings.smimeEncryptByDefaultUserOverrideEnabled === true,
    ...(encryption === undefined ? {} : { encryptionCertificateUuid: encryption }),
    encryptionCertificateUuidUserOverrideable: settings.smimeEncryptionCertificateUserOverrideEnabled === true,
    perMessageSwitch: settings.smimeEnablePerMessageSwitch === true,
  }
}
