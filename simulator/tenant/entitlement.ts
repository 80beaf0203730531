/** The decision: which keys one device is to get, and which of them its mail profiles name. */
import type { Identity } from '../pki/certificate.ts'
import type { EnrolledDevice } from './enrolled-device.ts'
import type { ImportedCertificate } from './imported-certificates.ts'
import type { TenantUser } from './people.ts'
import type { CertificateProfile, MailProfile, Purpose } from './profile.ts'

/**
 * How encryption keys are given out.
 * - `shared`: every imported certificate of the user, to each of the user's devices (Intune's page on S/MIME);
 * - `shared-newest-only`: of them the one with the latest start date (Intune's page on imported certificates);
 * - `per-device`: each device its own, as a PKCS profile would.
 */
export const encryptionPolicies = ['per-device', 'shared', 'shared-newest-only'] as const
export type EncryptionPolicy = (typeof encryptionPolicies)[number]

export interface GivenIdentity {
  readonly purpose: Purpose
  /** The profile that brings it. */
  readonly profile: CertificateProfile
  readonly identity: Identity
}

export interface MailEntitlement {
  readonly profile: MailProfile
  readonly user: TenantUser
  readonly signing: GivenIdentity | undefined
  readonly encryption: GivenIdentity | undefined
}

export interface Entitlement extends Pick<EnrolledDevice, 'device' | 'trusted' | 'apps'> {
  /** Signing before encryption, each oldest first; no certificate twice. */
  readonly identities: readonly GivenIdentity[]
  readonly mail: readonly MailEntitlement[]
}

/** `imports`: those of the device's user, oldest first. */
export function decide(
  enrolled: EnrolledDevice,
  imports: readonly ImportedCertificate[],
  policy: EncryptionPolicy,
): Entitlement {
  const { device, trusted, apps } = enrolled
  const identities = new Map<string, GivenIdentity>()
  const give = (purpose: Purpose, profile: CertificateProfile, identity: Identity) => {
    const { sha256 } = identity.certificate
    if (!identities.has(sha256)) identities.set(sha256, { purpose, profile, identity })
  }
  for (const { profile, identity } of enrolled.issued) give('signing', profile, identity)
  for (const purpose of ['signing', 'encryption'] as const) {
    for (const profile of enrolled.importing.filter((each) => each.purpose === purpose)) {
      const given =
        purpose === 'encryption' && policy === 'per-device' ? enrolled.own : select(imports, purpose, policy)
      for (const { identity } of given) give(purpose, profile, identity)
    }
  }
  const all = [...identities.values()]
  const mail = enrolled.mail.map(({ profile, user, links }) => ({
    profile,
    user,
    signing: newestOf(all, links.signing),
    encryption: newestOf(all, links.encryption),
  }))
  return { device, trusted, apps, identities: all, mail }
}

function select(imports: readonly ImportedCertificate[], purpose: Purpose, policy: EncryptionPolicy) {
  const fitting = imports.filter((each) => each.purpose === purpose)
  return policy === 'shared-newest-only' ? fitting.slice(-1) : fitting
}

/** What the linked profile brings; of a history the newest. Two import profiles of one purpose bring the same. */
function newestOf(
  identities: readonly GivenIdentity[],
  linked: CertificateProfile | undefined,
): GivenIdentity | undefined {
  if (linked === undefined) return undefined
  return identities.findLast(({ profile, purpose }) =>
    linked.kind === 'pkcs' ? profile === linked : profile.kind === 'imported-pfx' && purpose === linked.purpose,
  )
}
