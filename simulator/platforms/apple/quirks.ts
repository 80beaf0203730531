/** Where Apple's systems differ from each other or between versions, each with what says so. The code asks here. */
import { LabError } from '../../error.ts'

export type AppleFamily = 'ios' | 'macos'

export interface AppleDevice {
  readonly family: AppleFamily
  readonly osVersion: string
}

export interface Quirk {
  readonly id: string
  readonly statement: string
  readonly platforms: readonly AppleFamily[]
  /** `from` is the first version that has the quirk, `before` the first that no longer has it; a family left out: always. */
  readonly versions: Partial<Record<AppleFamily, { readonly from?: string; readonly before?: string }>>
  readonly evidence: string
  /** Documented by Apple (its open source counts), reported by users or other tools, or assumed from both. */
  readonly confidence: 'documented' | 'reported' | 'assumed'
}

export const appleQuirks = {
  pkcs12WithoutPbes2: {
    id: 'apple/pkcs12-without-pbes2',
    statement:
      'A PKCS#12 with PBES2 encryption or a MAC other than HMAC-SHA-1 is refused as if its password were wrong',
    platforms: ['ios', 'macos'],
    versions: { ios: { before: '18' }, macos: { before: '15' } },
    evidence:
      'apple-oss-distributions/Security, OSX/sec/Security/p12import.c and p12pbegen.c: no PBES2 until tag 61439.1.1 (2024-09); ' +
      'which OS has which tag is inferred from dates',
    confidence: 'documented',
  },
  pkcs12EmptyPasswordFails: {
    id: 'apple/pkcs12-empty-password-fails',
    statement: 'An empty PKCS#12 password never opens; macOS takes an empty one for none',
    platforms: ['ios'],
    versions: {},
    evidence: 'apple-oss-distributions/Security, p12import.c and SecPKCS12Tests.m: errSecAuthFailed on iOS only',
    confidence: 'documented',
  },
  noExchangeAccount: {
    id: 'apple/no-exchange-account',
    statement: 'com.apple.eas.account is not supported',
    platforms: ['macos'],
    versions: {},
    evidence: 'apple/device-management, mdm/profiles/com.apple.eas.account.yaml: macOS n/a',
    confidence: 'documented',
  },
  mailOnUserChannelOnly: {
    id: 'apple/mail-on-user-channel-only',
    statement: 'com.apple.mail.managed is taken on the user channel only',
    platforms: ['macos'],
    versions: {},
    evidence: 'apple/device-management, mdm/profiles/com.apple.mail.managed.yaml: macOS user channel only',
    confidence: 'documented',
  },
  smimeKeysIgnored: {
    id: 'apple/smime-keys-ignored',
    statement: 'The SMIME keys of a mail payload have no effect; the user switches S/MIME on in Mail',
    platforms: ['macos'],
    versions: {},
    evidence: 'apple/device-management, mdm/profiles/com.apple.mail.managed.yaml: every SMIME key is n/a on macOS',
    confidence: 'documented',
  },
  systemKeychainOutOfReach: {
    id: 'apple/system-keychain-out-of-reach',
    statement:
      "An identity from the device channel is in the system keychain, where the user's Mail cannot use its key",
    platforms: ['macos'],
    versions: {},
    evidence: 'apple/device-management: pkcs12 on both channels; nothing is said about Mail and the system keychain',
    confidence: 'assumed',
  },
  channelsHaveOwnProfiles: {
    id: 'apple/channels-have-own-profiles',
    statement: 'Device and user channel each have their own profiles: one identifier may be installed on both',
    platforms: ['macos'],
    versions: {},
    evidence:
      'apple/device-management: profiles are listed and removed by channel; nothing is said about equal identifiers',
    confidence: 'assumed',
  },
  handMadeAccountYields: {
    id: 'apple/hand-made-account-yields',
    statement:
      "A mail account that the user made for an address gives way to the profile's, its S/MIME switch kept; iOS refuses the second account",
    platforms: ['macos'],
    versions: {},
    evidence: 'MDM Protocol Reference, MCEASErrorDomain 21005 (account not unique) for iOS; nothing for macOS',
    confidence: 'assumed',
  },
} as const satisfies Record<string, Quirk>

export function holds(quirk: Quirk, device: AppleDevice): boolean {
  if (!quirk.platforms.includes(device.family)) return false
  const { from, before } = quirk.versions[device.family] ?? {}
  return (
    (from === undefined || compareVersions(device.osVersion, from) >= 0) &&
    (before === undefined || compareVersions(device.osVersion, before) < 0)
  )
}

function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number)
  const right = b.split('.').map(Number)
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** Throws LabError `os-version-malformed`. */
export function requireOsVersion(version: string): void {
  if (!/^\d{1,4}(\.\d{1,4}){0,3}$/.test(version))
    throw new LabError(
      'os-version-malformed',
      `an OS version like 18.6 wanted, got ${JSON.stringify(version.slice(0, 32))}`,
    )
}
