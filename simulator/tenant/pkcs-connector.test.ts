import { describe, expect, test } from 'vitest'
import type { TenantDevice, TenantUser } from './people.ts'
import { type Applicant, requestByProfile, requestOwnEncryption } from './pkcs-connector.ts'
import { type PkcsProfile, readProfile } from './profile.ts'
import { freshPool, issuing, pkcsFields } from './testing/temporary-tenant.ts'

const user: TenantUser = { upn: 'a@corp.test', address: 'alva@mail.test', name: 'Alva', groups: [] }
const device: TenantDevice = {
  id: 'phone',
  platform: 'ios',
  os: '18',
  enrolled: new Date(0),
  groups: [],
  userSetUp: { mailAccount: false, smime: false },
}
const applicant: Applicant = {
  user,
  device,
  publicKey: freshPool().take('p-256', 'any').publicKey,
  at: new Date('2026-01-31T12:00:00Z'),
  issuer: issuing,
}

const profileWith = (changes: object): PkcsProfile => {
  const data = {
    '@odata.type': '#microsoft.graph.iosPkcsCertificateProfile',
    displayName: 'signing',
    ...pkcsFields,
    ...changes,
  }
  const common = { file: 'signing.json', displayName: 'signing', assignments: [] }
  const profile = readProfile(data, { platform: 'ios', kind: 'pkcs' }, common)
  if (profile.kind !== 'pkcs') throw new Error('another kind')
  return profile
}
const requestWith = (changes: object, by: Partial<Applicant> = {}) =>
  requestByProfile(profileWith(changes), { ...applicant, ...by })

describe('subject', () => {
  test.each([
    ['commonName', 'CN=Alva'],
    ['CommonNameIncludingEmail', 'CN=Alva,emailAddress=alva@mail.test'],
    ['commonNameAsEmail', 'CN=alva@mail.test'],
  ])('%s', (subjectNameFormat, subject) => {
    expect(requestWith({ subjectNameFormat }).subject).toBe(subject)
  })

  test("custom, with Microsoft's short names of attributes spelled out", () => {
    const subjectNameFormatString = 'E={{EmailAddress}}, G=Eva,SN=Ek,CN={{UserName}}'
    expect(requestWith({ subjectNameFormatString }).subject).toBe(
      'emailAddress=alva@mail.test,givenName=Eva,SN=Ek,CN=Alva',
    )
  })

  test('of what only a real device has is refused', () => {
    expect(() => requestWith({ subjectNameFormat: 'commonNameAsIMEI' })).toThrow(
      expect.objectContaining({ code: 'subject-format-unsupported' }),
    )
  })
})

describe('e-mail names', () => {
  test.each([
    ['of the plain setting', { subjectAlternativeNameType: 'userPrincipalName, EmailAddress' }, ['alva@mail.test']],
    ['none where none are asked for', { subjectAlternativeNameType: 'none' }, []],
    [
      'of the list, in its order; other names are left out',
      {
        customSubjectAlternativeNames: [
          { sanType: 'userPrincipalName', name: '{{UserPrincipalName}}' },
          { sanType: 'emailAddress', name: '{{UserPrincipalName}}' },
          { sanType: 'emailAddress', name: '{{EmailAddress}}' },
        ],
      },
      ['a@corp.test', 'alva@mail.test'],
    ],
  ])('%s', (_, changes, emails) => {
    expect(requestWith({ customSubjectAlternativeNames: null, ...changes }).emails).toEqual(emails)
  })
})

describe('validity', () => {
  test.each([
    [30, 'days', '2026-03-02T12:00:00Z'],
    [6, 'Months', '2026-07-31T12:00:00Z'],
    [2, 'years', '2028-01-31T12:00:00Z'],
  ])('%i %s', (certificateValidityPeriodValue, certificateValidityPeriodScale, until) => {
    const request = requestWith({ certificateValidityPeriodValue, certificateValidityPeriodScale })
    expect([request.notBefore, request.notAfter]).toEqual([applicant.at, new Date(until)])
  })

  test('does not outlast the issuer', () => {
    expect(requestWith({}, { at: new Date('2034-06-01') }).notAfter).toEqual(issuing.notAfter)
  })

  test('an issuer that has expired issues nothing', () => {
    expect(() => requestWith({}, { at: new Date('2035-06-01') })).toThrow(
      expect.objectContaining({ code: 'issuer-expired' }),
    )
  })
})

test('extended key usages are those of the profile, secure e-mail where it has none', () => {
  expect(requestWith({}).extendedKeyUsage).toEqual(['1.3.6.1.5.5.7.3.4'])
  const extendedKeyUsages = [{ name: 'Client', objectIdentifier: '1.3.6.1.5.5.7.3.2' }]
  expect(requestWith({ extendedKeyUsages }).extendedKeyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
})

describe('serial number', () => {
  const hex = (serial: Buffer) => serial.toString('hex')

  test('equal requests get equal ones, positive and of 16 octets', () => {
    const { serial } = requestWith({})
    expect(requestWith({}).serial).toEqual(serial)
    expect(serial).toHaveLength(16)
    expect(serial.readUInt8(0) & 0xc0).toBe(0x40)
  })

  test('device, key, contents and occasion each change it', () => {
    const serials = [
      requestWith({}),
      requestWith({}, { device: { ...device, id: 'other' } }),
      requestWith({}, { publicKey: freshPool().take('p-256', 'other').publicKey }),
      requestWith({ certificateValidityPeriodValue: 2 }),
      requestOwnEncryption(applicant),
    ].map(({ serial }) => hex(serial))
    expect(new Set(serials).size).toBe(5)
  })
})

test('a certificate of its own for encryption is for key encipherment alone', () => {
  expect(requestOwnEncryption(applicant)).toMatchObject({
    subject: 'CN=Alva',
    emails: ['alva@mail.test'],
    keyUsage: ['keyEncipherment'],
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.4'],
    notAfter: new Date('2027-01-31T12:00:00Z'),
  })
})
