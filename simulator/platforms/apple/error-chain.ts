/**
 * Why a profile was refused, in Apple's words: Status Error and an ErrorChain, outermost error first. Numbers are those
 * of the MDM Protocol Reference, chapter 3; Apple calls them informational, so nothing should hang on one of them.
 * macOS is given the domains of iOS: no table of its own is published.
 */

import type { NativeAnswer } from '../../device/install-report.ts'
import type { LabError } from '../../error.ts'

type ErrorChain = Extract<NativeAnswer, { kind: 'apple' }>['errorChain']
type Link = ErrorChain[number]

const link = (domain: string, code: number, description: string): Link => ({ domain, code, description })

const cannotParse = link('MCInstallationErrorDomain', 4000, 'The profile could not be read.')
const installationFailed = link('MCInstallationErrorDomain', 4001, 'The profile could not be installed.')
const malformedProfile = link('MCProfileErrorDomain', 1000, 'The profile is malformed.')
const unknownFormat = link('MCInstallationErrorDomain', 4007, 'The file format is unknown.')
const malformedCertificate = link('MCCertificateErrorDomain', 9005, 'The certificate is malformed.')
const wrongPassword = link('MCCertificateErrorDomain', 9000, 'The password of the certificate is incorrect.')
const tooManyCertificates = link('MCCertificateErrorDomain', 9001, 'The payload contains too many certificates.')

const chains: Readonly<Record<string, ErrorChain>> = {
  'mobileconfig-malformed': [cannotParse, malformedProfile],
  'mobileconfig-too-deep': [cannotParse, malformedProfile],
  'mobileconfig-too-large': [cannotParse, malformedProfile],
  'mobileconfig-signed': [cannotParse, unknownFormat],
  'mobileconfig-binary': [cannotParse, unknownFormat],

  'profile-unsupported-version': [
    cannotParse,
    link('MCProfileErrorDomain', 1001, 'The profile version is not supported.'),
  ],
  'profile-missing-key': [cannotParse, link('MCProfileErrorDomain', 1002, 'The profile lacks a required field.')],
  'profile-wrong-type': [
    cannotParse,
    link('MCProfileErrorDomain', 1003, 'A field of the profile has a bad data type.'),
  ],
  'profile-empty': [cannotParse, link('MCProfileErrorDomain', 1005, 'The profile is empty.')],
  'profile-encrypted': [cannotParse, link('MCProfileErrorDomain', 1006, 'The profile cannot be decrypted.')],
  'profile-duplicate-uuid': [cannotParse, link('MCProfileErrorDomain', 1007, 'The profile has non-unique UUIDs.')],
  'profile-duplicate-identifier': [
    cannotParse,
    link('MCProfileErrorDomain', 1008, 'The profile has non-unique payload identifiers.'),
  ],
  'profile-unsupported-value': [
    cannotParse,
    link('MCProfileErrorDomain', 1010, 'A field of the profile has an unsupported value.'),
  ],

  'payload-unsupported-version': [
    cannotParse,
    malformedProfile,
    link('MCPayloadErrorDomain', 2001, 'The payload version is not supported.'),
  ],
  'payload-missing-key': [
    cannotParse,
    malformedProfile,
    link('MCPayloadErrorDomain', 2002, 'The payload lacks a required field.'),
  ],
  'payload-wrong-type': [
    cannotParse,
    malformedProfile,
    link('MCPayloadErrorDomain', 2003, 'A field of the payload has a bad data type.'),
  ],
  'payload-unsupported-value': [
    cannotParse,
    malformedProfile,
    link('MCPayloadErrorDomain', 2004, 'A field of the payload has an unsupported value.'),
  ],

  'payload-not-supported': [
    installationFailed,
    link('MCInstallationErrorDomain', 4023, 'The payload is unacceptable.'),
  ],
  'payload-on-device-channel': [
    installationFailed,
    link('NSPOSIXErrorDomain', 1, 'The profile must be a user profile.'),
  ],
  'duplicate-profile-uuid': [
    installationFailed,
    link('MCInstallationErrorDomain', 4002, 'The profile UUID is in use.'),
  ],

  'pkcs12-wrong-password': [installationFailed, wrongPassword],
  'pkcs12-password-missing': [installationFailed, wrongPassword],
  'pkcs12-protection-too-new': [installationFailed, wrongPassword],
  'pkcs12-malformed': [installationFailed, malformedCertificate],
  'pkcs12-unsupported': [installationFailed, malformedCertificate],
  'pkcs12-too-expensive': [installationFailed, malformedCertificate],
  'too-many-identities': [installationFailed, tooManyCertificates],
  'too-many-certificates': [installationFailed, tooManyCertificates],
  'no-identity': [installationFailed, link('MCCertificateErrorDomain', 9006, 'The certificate is not an identity.')],
  'certificate-malformed': [installationFailed, malformedCertificate],

  'smime-certificate-not-found': [
    installationFailed,
    link('MCEmailErrorDomain', 7003, 'The S/MIME certificate was not found.'),
  ],
  'smime-certificate-not-an-identity': [
    installationFailed,
    link('MCEmailErrorDomain', 7004, 'The S/MIME certificate is bad.'),
  ],
  'account-incomplete': [installationFailed, link('MCPayloadErrorDomain', 2002, 'The payload lacks a required field.')],
  'account-without-host': [installationFailed, link('MCEASErrorDomain', 21003, 'The account has no host.')],
  'account-address-malformed': [
    installationFailed,
    link('MCPayloadErrorDomain', 2004, 'A field of the payload has an unsupported value.'),
  ],
  'exchange-account-not-unique': [installationFailed, link('MCEASErrorDomain', 21005, 'The account is not unique.')],
  'mail-account-not-unique': [
    installationFailed,
    link('MCEmailErrorDomain', 7002, 'The account could not be validated.'),
  ],
}

export function refuse(error: LabError): Extract<NativeAnswer, { kind: 'apple' }> {
  const unnamed = link('MCInstallationErrorDomain', 4016, 'An internal error occurred.')
  return { kind: 'apple', status: 'Error', errorChain: chains[error.code] ?? [installationFailed, unnamed] }
}
