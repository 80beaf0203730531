/** A profile in the tenant's own terms, whatever platform's Graph type it was written as. */
import type * as z from 'zod'
import { LabError } from '../error.ts'
import { type Certificate, readCertificates } from '../pki/certificate.ts'
import { namesEqual } from '../pki/name.ts'
import type { Assignment } from './assignment.ts'
import type { Platform } from './people.ts'
import {
  appConfigurationSchema,
  easMailSchema,
  importedPfxProfileSchema,
  type ManagedProperty,
  managedConfigurationSchema,
  pkcsSchema,
  trustedRootSchema,
} from './profile-schemas.ts'
import type { ProfileType } from './profile-types.ts'
import { checkShape } from './schema.ts'

export type Purpose = 'signing' | 'encryption'

export interface ProfileCommon {
  /** Inside the tenant's folder. */
  readonly file: string
  readonly displayName: string
  readonly platform: Platform
  readonly assignments: readonly Assignment[]
}

export interface TrustedCertificateProfile extends ProfileCommon {
  readonly kind: 'trusted-certificate'
  readonly certificate: Certificate
  readonly store: 'root' | 'intermediate'
}

/** How a key is installed; each platform reads its own part. */
export interface KeySettings {
  /** macOS: whose keychain. */
  readonly channel: 'device' | 'user'
  /** Windows. */
  readonly keyStorageProvider: z.output<typeof pkcsSchema>['keyStorageProvider']
  /** Android: the packages that get the key without asking; 'managed-apps' are those that the tenant configures. */
  readonly grants: 'managed-apps' | readonly string[]
}

/** A certificate that the PKCS connector has issued for each device. */
export interface PkcsProfile extends ProfileCommon {
  readonly kind: 'pkcs'
  readonly purpose: 'signing'
  readonly key: KeySettings
  readonly settings: z.output<typeof pkcsSchema>
}

export interface ImportedPfxProfile extends ProfileCommon {
  readonly kind: 'imported-pfx'
  readonly purpose: Purpose
  readonly key: KeySettings
}

export interface MailProfile extends ProfileCommon {
  readonly kind: 'mail'
  readonly settings: z.output<typeof easMailSchema>
}

export interface AppConfigurationProfile extends ProfileCommon {
  readonly kind: 'app-configuration'
  readonly packageName: string
  readonly properties: readonly ManagedProperty[]
}

export type CertificateProfile = PkcsProfile | ImportedPfxProfile
export type Profile =
  | TrustedCertificateProfile
  | PkcsProfile
  | ImportedPfxProfile
  | MailProfile
  | AppConfigurationProfile

/** @throws LabError 'profile-invalid' and others for a profile that is not as its type has it */
export function readProfile(data: unknown, type: ProfileType, common: Omit<ProfileCommon, 'platform'>): Profile {
  const { platform, kind } = type
  const base = { ...common, platform }
  switch (kind) {
    case 'trusted-certificate':
      return { ...base, kind, ...trustedCertificate(checkShape(trustedRootSchema, data, 'profile-invalid')) }
    case 'pkcs': {
      const settings = checkShape(pkcsSchema, data, 'profile-invalid')
      if (platform === 'windows' && settings.certificateStore === 'machine')
        throw new LabError('certificate-store', 'certificateStore machine: no mail app of the user reads that store', {
          hint: 'make a profile with certificateStore user',
        })
      return { ...base, kind, purpose: 'signing', key: keySettings(settings), settings }
    }
    case 'imported-pfx': {
      const settings = checkShape(importedPfxProfileSchema, data, 'profile-invalid')
      return { ...base, kind, purpose: mailPurpose(settings.intendedPurpose), key: keySettings(settings) }
    }
    case 'mail':
      return { ...base, kind, settings: checkShape(easMailSchema, data, 'profile-invalid') }
    case 'app-configuration': {
      const { packageId, payloadJson } = checkShape(appConfigurationSchema, data, 'profile-invalid')
      return { ...base, kind, packageName: packageName(packageId), properties: managedProperties(payloadJson) }
    }
  }
}

function trustedCertificate(settings: z.output<typeof trustedRootSchema>) {
  const [certificate, ...others] = readCertificates(Buffer.from(settings.trustedRootCertificate, 'base64'))
  if (certificate === undefined || others.length > 0)
    throw new LabError(
      'profile-invalid',
      `trustedRootCertificate: one certificate was wanted, ${others.length + 1} came`,
    )
  // Windows alone asks the administrator; elsewhere the device sees what the certificate is.
  const isRoot = settings.destinationStore
    ? settings.destinationStore === 'computerCertStoreRoot'
    : namesEqual(certificate.issuer, certificate.subject)
  return { certificate, store: isRoot ? ('root' as const) : ('intermediate' as const) }
}

function keySettings(settings: z.output<typeof importedPfxProfileSchema> | z.output<typeof pkcsSchema>): KeySettings {
  return {
    channel: settings.deploymentChannel === 'deviceChannel' ? 'device' : 'user',
    keyStorageProvider: settings.keyStorageProvider,
    grants: grants(settings),
  }
}

/** Only profiles of the device owner have the choice; without it Intune approves for the apps that it configures. */
function grants({
  certificateAccessType: access,
  silentCertificateAccessDetails: listed,
}: z.output<typeof importedPfxProfileSchema> | z.output<typeof pkcsSchema>): KeySettings['grants'] {
  if (!access) return 'managed-apps'
  return access === 'specificApps' ? (listed ?? []).map(({ packageId }) => packageName(packageId)) : []
}

/** Graph writes 'app:com.example' for the package com.example. */
function packageName(packageId: string): string {
  return packageId.replace(/^app:/, '')
}

function mailPurpose(purpose: z.output<typeof importedPfxProfileSchema>['intendedPurpose']): Purpose {
  if (purpose === 'smimeEncryption') return 'encryption'
  if (purpose === 'smimeSigning') return 'signing'
  throw new LabError('purpose-not-smime', `intendedPurpose ${purpose}: the profile gives no certificate to mail`, {
    hint: 'smimeEncryption or smimeSigning was wanted; the purpose of a profile is fixed, so make a new one',
  })
}

function managedProperties(
  payload: z.output<typeof appConfigurationSchema>['payloadJson'],
): readonly ManagedProperty[] {
  if (typeof payload !== 'string') return payload.managedProperty
  let decoded: unknown
  try {
    decoded = JSON.parse(Buffer.from(payload, 'base64').toString('utf8'))
  } catch {
    throw new LabError('profile-invalid', 'payloadJson: base64 of JSON was wanted')
  }
  return checkShape(managedConfigurationSchema, decoded, 'profile-invalid').managedProperty
}
