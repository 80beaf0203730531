/**
 * What the service has for one device, whichever policy gives out the encryption keys: the profiles that reach it,
 * and the certificates that were issued for it alone. All issuing is done here, in the order of the devices, so that
 * the key pool gives the same keys in every run.
 */
import { LabError } from '../error.ts'
import { isAssigned } from './assignment.ts'
import { type DatedIdentity, type IssuedByProfile, IssuingDesk, type IssuingSources } from './issuing-desk.ts'
import type { LinkedProfiles } from './mail-links.ts'
import type { People, TenantDevice, TenantUser } from './people.ts'
import type { ProblemList } from './problem.ts'
import type {
  AppConfigurationProfile,
  ImportedPfxProfile,
  MailProfile,
  Profile,
  TrustedCertificateProfile,
} from './profile.ts'
import { fillAppText } from './variables.ts'

export interface MailForDevice {
  readonly profile: MailProfile
  readonly user: TenantUser
  /** Certificate profiles that the mail profile uses, those alone that reach the device. */
  readonly links: LinkedProfiles
}

export interface AppForDevice {
  readonly profile: AppConfigurationProfile
  readonly restrictions: Readonly<Record<string, boolean | string | number>>
}

export interface EnrolledDevice {
  readonly device: TenantDevice
  readonly user: TenantUser | undefined
  /** Roots before intermediates. */
  readonly trusted: readonly TrustedCertificateProfile[]
  readonly issued: readonly IssuedByProfile[]
  readonly importing: readonly ImportedPfxProfile[]
  /** The device's own encryption certificates, oldest first; none unless a profile for encryption reaches it. */
  readonly own: readonly DatedIdentity[]
  readonly mail: readonly MailForDevice[]
  readonly apps: readonly AppForDevice[]
}

export interface Service extends IssuingSources {
  readonly people: People
  readonly profiles: readonly Profile[]
  readonly links: ReadonlyMap<MailProfile, LinkedProfiles>
}

export async function prepareDevice(
  device: TenantDevice,
  service: Service,
  problems: ProblemList,
): Promise<EnrolledDevice> {
  const user = service.people.users.find(({ upn }) => upn === device.user)
  const assigned = service.profiles.filter(
    ({ platform, assignments }) => platform === device.platform && isAssigned(assignments, device, user),
  )
  const trusted = assigned
    .filter((profile) => profile.kind === 'trusted-certificate')
    .sort((a, b) => Number(b.store === 'root') - Number(a.store === 'root'))
  if (user === undefined) {
    warnOfMissingUser(device, assigned, problems)
    return { device, user, trusted, issued: [], importing: [], own: [], mail: [], apps: [] }
  }
  const importing = assigned.filter((profile) => profile.kind === 'imported-pfx')
  const desk = new IssuingDesk(device, user, service.people.now, service)
  return {
    device,
    user,
    trusted,
    issued: await desk.issueByProfiles(
      assigned.filter((profile) => profile.kind === 'pkcs'),
      problems,
    ),
    importing,
    own: importing.some(({ purpose }) => purpose === 'encryption') ? await desk.ownEncryption(problems) : [],
    mail: assigned
      .filter((profile) => profile.kind === 'mail')
      .map((profile) => ({
        profile,
        user,
        links: linksWithin(assigned, profile, service.links.get(profile) ?? {}, device, problems),
      })),
    apps: appsForDevice(assigned, user, device, problems),
  }
}

function warnOfMissingUser(device: TenantDevice, assigned: readonly Profile[], problems: ProblemList): void {
  for (const profile of assigned) {
    if (profile.kind === 'trusted-certificate') continue
    problems.add({
      file: profile.file,
      place: `device ${device.id}`,
      code: 'device-without-user',
      message: 'the profile is made for a user, and the device has none: it gets nothing of it',
      severity: 'warning',
    })
  }
}

/** A certificate profile that does not reach the device can't be used there, whatever the mail profile says. */
function linksWithin(
  assigned: readonly Profile[],
  mail: MailProfile,
  links: LinkedProfiles,
  device: TenantDevice,
  problems: ProblemList,
): LinkedProfiles {
  const missing = Object.entries(links).filter(([, linked]) => !assigned.includes(linked))
  for (const [purpose, linked] of missing) {
    problems.add({
      file: mail.file,
      place: `device ${device.id}`,
      code: 'linked-profile-not-assigned',
      message: `'${linked.displayName}', which it uses for ${purpose}, is not assigned to this device`,
      hint: 'assign the certificate profile to every group that the mail profile is assigned to',
      severity: 'error',
    })
  }
  return Object.fromEntries(Object.entries(links).filter(([, linked]) => assigned.includes(linked)))
}

function appsForDevice(
  assigned: readonly Profile[],
  user: TenantUser,
  device: TenantDevice,
  problems: ProblemList,
): AppForDevice[] {
  return assigned.flatMap((profile) => {
    if (profile.kind !== 'app-configuration') return []
    try {
      return [{ profile, restrictions: fillRestrictions(profile, user, device) }]
    } catch (error) {
      if (!(error instanceof LabError)) throw error
      problems.addError(profile.file, error, `device ${device.id}`)
      return []
    }
  })
}

function fillRestrictions(profile: AppConfigurationProfile, user: TenantUser, device: TenantDevice) {
  const restrictions: Record<string, boolean | string | number> = {}
  for (const { key, valueBool, valueString, valueInteger } of profile.properties) {
    const value = valueBool ?? valueInteger ?? (valueString && fillAppText(valueString, user, device))
    if (value !== undefined) restrictions[key] = value
  }
  return restrictions
}
