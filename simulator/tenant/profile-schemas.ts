/**
 * The profile types that bear on S/MIME, as Microsoft Graph (beta) writes them and IntuneCD exports them.
 * Properties that decide nothing here are kept as they came.
 * https://learn.microsoft.com/graph/api/resources/intune-deviceconfig-deviceconfiguration
 */
import * as z from 'zod'
import { graphEnum, intendedPurposeSchema } from '../delivery/imported-pfx.ts'
import { assignmentsSchema } from './assignment.ts'
import { plainText } from './schema.ts'

const commonFields = {
  '@odata.type': z.string(),
  displayName: plainText.min(1).max(256),
  assignments: assignmentsSchema,
}

/** What the file must have before anything else can be said about it. */
export const anyProfileSchema = z.looseObject(commonFields)

/** Graph puts 'app:' before the package in app configurations. */
const packageId = z
  .string()
  .max(256)
  .regex(/^(app:)?[A-Za-z]\w*(\.[A-Za-z]\w*)+$/, 'a package name was wanted, as com.example.mail')

const optionalBoolean = z.boolean().nullish()

export const trustedRootSchema = z.looseObject({
  ...commonFields,
  trustedRootCertificate: z.base64(),
  certFileName: z.string().nullish(),
  /** Windows alone. */
  destinationStore: graphEnum([
    'computerCertStoreRoot',
    'computerCertStoreIntermediate',
    'userCertStoreIntermediate',
  ]).nullish(),
})

/** The union of the two enumerations: Apple's has the same names as the others', with other numbers. */
const subjectNameFormats = graphEnum([
  'commonName',
  'commonNameIncludingEmail',
  'commonNameAsEmail',
  'custom',
  'commonNameAsIMEI',
  'commonNameAsSerialNumber',
  'commonNameAsAadDeviceId',
  'commonNameAsIntuneDeviceId',
  'commonNameAsDurableDeviceId',
])

/** How a key is installed, for whoever brings it. */
const identityFields = {
  /** macOS alone. */
  deploymentChannel: graphEnum(['deviceChannel', 'userChannel']).nullish(),
  /** Windows alone. */
  keyStorageProvider: graphEnum([
    'useTpmKspOtherwiseUseSoftwareKsp',
    'useTpmKspOtherwiseFail',
    'usePassportForWorkKspOtherwiseFail',
    'useSoftwareKsp',
  ]).nullish(),
  /** Android device owner alone: which apps may use the key without the user being asked. */
  certificateAccessType: graphEnum(['userApproval', 'specificApps', 'unknownFutureValue']).nullish(),
  silentCertificateAccessDetails: z.array(z.looseObject({ packageId })).max(50).nullish(),
}

export const pkcsSchema = z.looseObject({
  ...commonFields,
  certificateValidityPeriodValue: z.int().min(1).max(1000),
  certificateValidityPeriodScale: graphEnum(['days', 'months', 'years']),
  subjectNameFormat: subjectNameFormats,
  subjectNameFormatString: z.string().nullish(),
  /** Flags, joined by commas. */
  subjectAlternativeNameType: z.string().nullish(),
  customSubjectAlternativeNames: z
    .array(z.looseObject({ sanType: z.string(), name: z.string() }))
    .max(500)
    .nullish(),
  extendedKeyUsages: z
    .array(z.looseObject({ objectIdentifier: z.string().regex(/^\d+(\.\d+)+$/, 'an object identifier was wanted') }))
    .max(100)
    .nullish(),
  certificateStore: graphEnum(['user', 'machine']).nullish(),
  ...identityFields,
})

export const importedPfxProfileSchema = z.looseObject({
  ...commonFields,
  intendedPurpose: intendedPurposeSchema,
  ...identityFields,
})

const certificateType = graphEnum(['none', 'certificate', 'derivedCredential']).nullish()

export const easMailSchema = z.looseObject({
  ...commonFields,
  accountName: plainText.nullish(),
  hostName: plainText.min(1),
  requireSsl: optionalBoolean,
  emailAddressSource: graphEnum(['userPrincipalName', 'primarySmtpAddress']).nullish(),
  usernameSource: z.string().nullish(),
  usernameAADSource: z.string().nullish(),
  durationOfEmailToSync: z.string().nullish(),
  // The rest is in the iOS profile alone.
  requireSmime: optionalBoolean,
  smimeSigningEnabled: optionalBoolean,
  smimeSigningUserOverrideEnabled: optionalBoolean,
  signingCertificateType: certificateType,
  smimeSigningCertificateUserOverrideEnabled: optionalBoolean,
  smimeEncryptByDefaultEnabled: optionalBoolean,
  smimeEncryptByDefaultUserOverrideEnabled: optionalBoolean,
  smimeEnablePerMessageSwitch: optionalBoolean,
  encryptionCertificateType: certificateType,
  smimeEncryptionCertificateUserOverrideEnabled: optionalBoolean,
})

const managedProperty = z.looseObject({
  key: z.string().min(1).max(256),
  valueBool: z.boolean().optional(),
  valueString: z
    .string()
    .max(64 * 1024)
    .optional(),
  valueInteger: z.int().optional(),
})

/** What the app is told, as Google's managed configuration has it. */
export const managedConfigurationSchema = z.looseObject({ managedProperty: z.array(managedProperty).max(200) })
export type ManagedProperty = Readonly<z.output<typeof managedProperty>>

export const appConfigurationSchema = z.looseObject({
  ...commonFields,
  packageId,
  /** Graph gives base64 of JSON; IntuneCD decodes it. */
  payloadJson: z.union([z.base64(), managedConfigurationSchema]),
})
