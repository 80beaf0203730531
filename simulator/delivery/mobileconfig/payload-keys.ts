/** Apple's own words for payload types and keys, in one place for the encoder and the decoder. */
import type { Payload, SmimeSettings } from './profile.ts'

export const payloadTypes = {
  root: 'com.apple.security.root',
  pkcs1: 'com.apple.security.pkcs1',
  pem: 'com.apple.security.pem',
  pkcs12: 'com.apple.security.pkcs12',
  'exchange-account': 'com.apple.eas.account',
  'managed-mail': 'com.apple.mail.managed',
} as const satisfies Record<Exclude<Payload['kind'], 'unknown'>, string>

type KeysOfType<T> = {
  [K in keyof SmimeSettings]-?: Required<SmimeSettings>[K] extends T ? K : never
}[keyof SmimeSettings]

export const smimeSwitches = {
  signingEnabled: 'SMIMESigningEnabled',
  signingUserOverrideable: 'SMIMESigningUserOverrideable',
  signingCertificateUuidUserOverrideable: 'SMIMESigningCertificateUUIDUserOverrideable',
  encryptByDefault: 'SMIMEEncryptByDefault',
  encryptByDefaultUserOverrideable: 'SMIMEEncryptByDefaultUserOverrideable',
  encryptionCertificateUuidUserOverrideable: 'SMIMEEncryptionCertificateUUIDUserOverrideable',
  perMessageSwitch: 'SMIMEEnableEncryptionPerMessageSwitch',
} as const satisfies Record<KeysOfType<boolean>, string>

export const smimeReferences = {
  signingCertificateUuid: 'SMIMESigningCertificateUUID',
  encryptionCertificateUuid: 'SMIMEEncryptionCertificateUUID',
} as const satisfies Record<KeysOfType<string>, string>

export const mailAccountTypes = ['EmailTypeIMAP', 'EmailTypePOP'] as const

export const mailAuthentications: readonly string[] = [
  'EmailAuthNone',
  'EmailAuthPassword',
  'EmailAuthCRAMMD5',
  'EmailAuthNTLM',
  'EmailAuthHTTPMD5',
]
