/** Object identifiers that only lints ask for. */
export const LintOid = {
  subjectDirectoryAttributes: '2.5.29.9',
  qcStatements: '1.3.6.1.5.5.7.1.3',
  smimeCapabilities: '1.2.840.113549.1.9.15',
  ocsp: '1.3.6.1.5.5.7.48.1',
  caIssuers: '1.3.6.1.5.5.7.48.2',
  legalEntityIdentifier: '1.3.6.1.4.1.52266.1',
  legalEntityIdentifierRole: '1.3.6.1.4.1.52266.2',
  adobeTimeStamp: '1.2.840.113583.1.1.9.1',
  adobeArchiveRevInfo: '1.2.840.113583.1.1.9.2',
  postalCode: '2.5.4.17',
  pseudonym: '2.5.4.65',
  organizationIdentifier: '2.5.4.97',
} as const
