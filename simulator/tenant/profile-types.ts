/** Which of Graph's profile types are understood, and how much it matters that another one is not. */
import type { Platform } from './people.ts'

export type ProfileKind = 'trusted-certificate' | 'pkcs' | 'imported-pfx' | 'mail' | 'app-configuration'
export interface ProfileType {
  readonly platform: Platform
  readonly kind: ProfileKind
}

const graphPrefix = '#microsoft.graph.'

const knownTypes: Readonly<Record<string, ProfileType>> = {
  iosTrustedRootCertificate: { platform: 'ios', kind: 'trusted-certificate' },
  iosPkcsCertificateProfile: { platform: 'ios', kind: 'pkcs' },
  iosImportedPFXCertificateProfile: { platform: 'ios', kind: 'imported-pfx' },
  iosEasEmailProfileConfiguration: { platform: 'ios', kind: 'mail' },
  macOSTrustedRootCertificate: { platform: 'macos', kind: 'trusted-certificate' },
  macOSPkcsCertificateProfile: { platform: 'macos', kind: 'pkcs' },
  macOSImportedPFXCertificateProfile: { platform: 'macos', kind: 'imported-pfx' },
  // Windows 10 and 11 take their trusted certificates by the type of Windows 8.1.
  windows81TrustedRootCertificate: { platform: 'windows', kind: 'trusted-certificate' },
  windows10PkcsCertificateProfile: { platform: 'windows', kind: 'pkcs' },
  windows10ImportedPFXCertificateProfile: { platform: 'windows', kind: 'imported-pfx' },
  windows10EasEmailProfileConfiguration: { platform: 'windows', kind: 'mail' },
  androidDeviceOwnerTrustedRootCertificate: { platform: 'android', kind: 'trusted-certificate' },
  androidDeviceOwnerPkcsCertificateProfile: { platform: 'android', kind: 'pkcs' },
  androidDeviceOwnerImportedPFXCertificateProfile: { platform: 'android', kind: 'imported-pfx' },
  androidWorkProfileTrustedRootCertificate: { platform: 'android', kind: 'trusted-certificate' },
  androidWorkProfilePkcsCertificateProfile: { platform: 'android', kind: 'pkcs' },
  // The work profile has no type of its own for imported certificates.
  androidForWorkImportedPFXCertificateProfile: { platform: 'android', kind: 'imported-pfx' },
  androidManagedStoreAppConfiguration: { platform: 'android', kind: 'app-configuration' },
}

export function findProfileType(odataType: string): ProfileType | undefined {
  const name = odataType.startsWith(graphPrefix) ? odataType.slice(graphPrefix.length) : ''
  return Object.hasOwn(knownTypes, name) ? knownTypes[name] : undefined
}
