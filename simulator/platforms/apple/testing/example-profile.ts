/** For the tests of this folder: credentials of one user, and profiles that carry them. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { Delivery } from '../../../delivery/delivery.ts'
import {
  type ConfigurationProfile,
  type ExchangeAccountPayload,
  encodeMobileconfig,
  type IdentityPayload,
  type ManagedMailPayload,
  type Payload,
  payloadUuid,
} from '../../../delivery/mobileconfig/index.ts'
import type { InstallReport, NativeAnswer } from '../../../device/install-report.ts'
import type { Platform } from '../../../device/platform.ts'
import { DeviceStores } from '../../../device/stores.ts'
import type { Certificate, Identity } from '../../../pki/certificate.ts'
import { CertificationAuthority, createRoot } from '../../../pki/certification-authority.ts'
import { writePkcs12 } from '../../../pki/pkcs12/index.ts'

export const now = new Date('2026-03-01T00:00:00Z')
const validity = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2027-01-01T00:00:00Z') }
const password = 'correct horse'

export interface Credentials {
  readonly root: Certificate
  readonly issuing: Certificate
  readonly signing: Identity
  readonly encryption: Identity
}

export async function makeCredentials(): Promise<Credentials> {
  const ca = { keyUsage: ['keyCertSign', 'cRLSign'], ca: {}, ...validity } as const
  const rootKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const root = await createRoot({ subject: 'CN=Example Root', serial: Buffer.of(1), ...ca }, rootKeys)
  const rootAuthority = new CertificationAuthority({ certificate: root, privateKey: rootKeys.privateKey }, [root])
  const issuingKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { publicKey, privateKey } = issuingKeys
  const issuing = await rootAuthority.issue({
    subject: 'CN=Example Issuing CA',
    publicKey,
    emails: [],
    extendedKeyUsage: [],
    serial: Buffer.of(2),
    ...ca,
  })
  const authority = new CertificationAuthority({ certificate: issuing, privateKey }, [issuing, root])
  return {
    root,
    issuing,
    signing: await issueIdentity(authority, 'digitalSignature', 3),
    encryption: await issueIdentity(authority, 'keyAgreement', 4),
  }
}

async function issueIdentity(
  authority: CertificationAuthority,
  usage: 'digitalSignature' | 'keyAgreement',
  serial: number,
): Promise<Identity & { privateKey: KeyObject }> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const certificate = await authority.issue({
    subject: 'CN=Alva Example',
    publicKey,
    emails: ['alva@example.com'],
    keyUsage: [usage],
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.4'],
    serial: Buffer.of(serial),
    ...validity,
  })
  return { certificate, privateKey }
}

export function identityPayload(
  name: string,
  identities: readonly Identity[],
  change: Partial<IdentityPayload> = {},
): IdentityPayload {
  const content = writePkcs12({ identities, password, protection: 'pbe-sha1-3des', iterations: 10 })
  return { kind: 'pkcs12', ...header(name), content, password, ...change }
}

export function rootPayload(certificate: Certificate, name = 'root'): Payload {
  return { kind: 'root', ...header(name), content: certificate.der }
}

export function exchangePayload(change: Partial<ExchangeAccountPayload> = {}): ExchangeAccountPayload {
  return {
    kind: 'exchange-account',
    ...header('account'),
    emailAddress: 'Alva@example.com',
    host: 'mail.example.com',
    userName: 'alva',
    smime: {
      signingEnabled: true,
      signingCertificateUuid: payloadUuid('signing'),
      encryptByDefault: true,
      encryptionCertificateUuid: payloadUuid('encryption'),
    },
    ...change,
  }
}

export function managedMailPayload(change: Partial<ManagedMailPayload> = {}): ManagedMailPayload {
  const server = { host: 'imap.example.com', authentication: 'EmailAuthPassword', userName: 'alva' }
  return {
    kind: 'managed-mail',
    ...header('mail'),
    accountType: 'EmailTypeIMAP',
    emailAddress: 'alva@example.com',
    accountName: 'Alva Example',
    incoming: server,
    outgoing: { ...server, host: 'smtp.example.com' },
    smime: exchangePayload().smime,
    ...change,
  }
}

/** Root, issuing CA, both identities and the account. */
export function fullProfile(
  credentials: Credentials,
  change: Partial<ConfigurationProfile> = {},
): ConfigurationProfile {
  return profileOf(
    [
      rootPayload(credentials.root),
      { kind: 'pkcs1', ...header('issuing'), content: credentials.issuing.der },
      exchangePayload(),
      identityPayload('signing', [credentials.signing]),
      identityPayload('encryption', [credentials.encryption]),
    ],
    change,
  )
}

export function profileOf(
  payloads: readonly Payload[],
  change: Partial<ConfigurationProfile> = {},
): ConfigurationProfile {
  const identifier = change.identifier ?? 'com.example.mail'
  return { identifier, uuid: payloadUuid('profile', identifier), displayName: 'Mail', payloads, ...change }
}

function header(name: string) {
  return { identifier: `com.example.mail.${name}`, uuid: payloadUuid(name) }
}

/** A device with its stores, that installs profiles or bytes. */
export class TestDevice {
  readonly stores = new DeviceStores()
  readonly #platform: Platform
  readonly #osVersion: string
  #deliveries = 0

  constructor(platform: Platform, osVersion: string) {
    this.#platform = platform
    this.#osVersion = osVersion
  }

  install(profile: ConfigurationProfile | Buffer, channel: Delivery['channel'] = 'device'): InstallReport {
    const delivery: Delivery = {
      id: `delivery-${++this.#deliveries}`,
      profile: 'Mail',
      mediaType: 'application/x-apple-aspen-config',
      channel,
      bytes: Buffer.isBuffer(profile) ? profile : encodeMobileconfig(profile),
    }
    return this.#platform.install(this.stores, delivery, { now, osVersion: this.#osVersion })
  }

  /** All that is in the stores, as one text: equal texts, equal stores. */
  snapshot(): string {
    const { keys, certificates, profiles, accounts } = this.stores
    return JSON.stringify([[...keys], [...certificates], [...profiles], [...accounts]], (_, value) =>
      isPrivateKey(value) ? value.export({ format: 'jwk' }) : value,
    )
  }
}

function isPrivateKey(value: unknown): value is KeyObject {
  return typeof value === 'object' && value !== null && 'asymmetricKeyType' in value
}

/** The error chain as 'domain code' lines; empty when acknowledged. */
export function errorsOf(report: InstallReport): string[] {
  const native: NativeAnswer = report.native
  return native.kind === 'apple' ? native.errorChain.map(({ domain, code }) => `${domain} ${code}`) : ['not of Apple']
}
