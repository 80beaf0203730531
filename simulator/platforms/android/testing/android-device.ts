/** For tests: bundles put through the platform. */
import {
  type AndroidAgentBundle,
  type AndroidKeyPair,
  encodeAndroidAgentBundle,
  type ManagedConfiguration,
} from '../../../delivery/android-agent.ts'
import type { InstallReport } from '../../../device/install-report.ts'
import type { DeviceStores } from '../../../device/stores.ts'
import { type Certificate, certificateToPem, type Identity } from '../../../pki/certificate.ts'
import { writePkcs12 } from '../../../pki/pkcs12/index.ts'
import { password } from '../../testing/identities.ts'
import { android } from '../index.ts'

export const now = new Date('2026-11-24T09:00:00Z')
export const outlook = 'com.microsoft.office.outlook'

export function keyPair(
  identities: Identity | readonly Identity[],
  changes: Partial<AndroidKeyPair> & {
    protection?: 'pbe-sha1-3des' | 'pbes2-aes-256'
    chain?: readonly Certificate[]
  } = {},
): AndroidKeyPair {
  const { protection = 'pbe-sha1-3des', chain = [], ...rest } = changes
  const pkcs12 = writePkcs12({ identities: [identities].flat(), certificates: chain, password, protection })
  return {
    alias: 'alva',
    pkcs12: pkcs12.toString('base64'),
    password,
    userSelectable: false,
    grants: [outlook],
    ...rest,
  }
}

function authority(certificate: Certificate) {
  return { GUID: certificate.sha1, Type: 'Authority' as const, X509: certificateToPem(certificate) }
}

export function bundle(parts: {
  authorities?: Certificate[]
  keyPairs?: AndroidKeyPair[]
  configurations?: ManagedConfiguration[]
}): AndroidAgentBundle {
  return {
    kind: 'android-agent-bundle',
    version: 1,
    openNetworkConfiguration: {
      Type: 'UnencryptedConfiguration',
      Certificates: (parts.authorities ?? []).map(authority),
    },
    keyPairs: parts.keyPairs ?? [],
    managedConfigurations: parts.configurations ?? [],
  }
}

export function account(restrictions: Record<string, boolean | string | number> = {}): ManagedConfiguration {
  return {
    packageName: outlook,
    restrictions: {
      'com.microsoft.outlook.EmailProfile.EmailAddress': 'Alva@example.com',
      'com.microsoft.outlook.EmailProfile.ServerHostName': 'mail.example.com',
      ...restrictions,
    },
  }
}
export const smimeOn = { 'com.microsoft.outlook.Mail.SMIMEEnabled': true }

export function install(stores: DeviceStores, content: AndroidAgentBundle | Buffer, osVersion = '15'): InstallReport {
  const bytes = Buffer.isBuffer(content) ? content : encodeAndroidAgentBundle(content)
  return android.install(
    stores,
    { id: 'd', profile: 'Test', mediaType: android.mediaType, channel: 'device', bytes },
    { now, osVersion },
  )
}

export function calls(report: InstallReport): string[] {
  if (report.native.kind !== 'android') throw new Error("an Android agent's answer was wanted")
  return report.native.calls.map(({ call, subject, result }) => `${call} ${subject}: ${result}`)
}

export function codes(report: InstallReport): string[] {
  return report.reasons.map(({ code }) => code)
}

export function sizes({ keys, certificates, profiles, accounts }: DeviceStores) {
  return [keys.size, certificates.size, profiles.size, accounts.size]
}
