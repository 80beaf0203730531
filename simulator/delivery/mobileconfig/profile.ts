/**
 * A configuration profile as Apple's schema has it (github.com/apple/device-management, `mdm/profiles/`):
 * only the payloads and keys that bear on S/MIME. Field names are ours; `payload-keys.ts` holds Apple's.
 */
import type { PlistValue } from 'plist'

export interface ConfigurationProfile {
  /** PayloadIdentifier: a profile with the identifier of an installed one replaces it. */
  readonly identifier: string
  readonly uuid: string
  readonly displayName: string
  readonly organization?: string
  readonly payloads: readonly Payload[]
}

export type Payload =
  | CertificatePayload
  | IdentityPayload
  | ExchangeAccountPayload
  | ManagedMailPayload
  | UnknownPayload

export interface PayloadHeader {
  /** Unique inside the profile. */
  readonly identifier: string
  /** Other payloads name this one by it. */
  readonly uuid: string
  readonly displayName?: string
}

/** A certificate without its key: DER in root and pkcs1 (Apple calls the one an alias of the other), PEM in pem. */
export interface CertificatePayload extends PayloadHeader {
  readonly kind: 'root' | 'pkcs1' | 'pem'
  readonly content: Buffer
  readonly fileName?: string
}

export interface IdentityPayload extends PayloadHeader {
  readonly kind: 'pkcs12'
  readonly content: Buffer
  /** Optional in the schema; a device that installs without a person asking needs it. */
  readonly password?: string
  readonly fileName?: string
}

export interface ExchangeAccountPayload extends PayloadHeader {
  readonly kind: 'exchange-account'
  readonly emailAddress?: string
  readonly host?: string
  readonly userName?: string
  /** TLS to the server; the default is on. */
  readonly ssl?: boolean
  readonly smime: SmimeSettings
}

export interface ManagedMailPayload extends PayloadHeader {
  readonly kind: 'managed-mail'
  readonly accountType: 'EmailTypeIMAP' | 'EmailTypePOP'
  readonly emailAddress?: string
  readonly accountName?: string
  readonly incoming: MailServer
  readonly outgoing: MailServer
  readonly smime: SmimeSettings
}

export interface MailServer {
  readonly host: string
  /** EmailAuthNone, EmailAuthPassword, EmailAuthCRAMMD5, EmailAuthNTLM or EmailAuthHTTPMD5. */
  readonly authentication: string
  readonly userName?: string
  readonly port?: number
  readonly ssl?: boolean
}

/** A payload that the simulator does not know; its keys are kept as they came. */
export interface UnknownPayload extends PayloadHeader {
  readonly kind: 'unknown'
  readonly type: string
  readonly settings: Readonly<Record<string, PlistValue>>
}

/**
 * The SMIME keys of both account payloads, since iOS 12; all default to false or none. Apple spells the suffix
 * "Overrideable" here. SMIMEEnabled is not among them: ignored since iOS 10.
 */
export interface SmimeSettings {
  readonly signingEnabled?: boolean
  readonly signingUserOverrideable?: boolean
  /** PayloadUUID of the identity that signs. */
  readonly signingCertificateUuid?: string
  readonly signingCertificateUuidUserOverrideable?: boolean
  readonly encryptByDefault?: boolean
  readonly encryptByDefaultUserOverrideable?: boolean
  /** PayloadUUID of the identity that decrypts; its certificate is offered to correspondents. */
  readonly encryptionCertificateUuid?: string
  readonly encryptionCertificateUuidUserOverrideable?: boolean
  /** The lock button of the compose view. */
  readonly perMessageSwitch?: boolean
}
