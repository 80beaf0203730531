/**
 * What the PKCS connector asks of the certification authority: one certificate for each user and device, so that no two
 * devices ever share a key. E-mail names alone go into the certificate; UPN and URI names have no bearing on mail.
 */
import { createHash, type KeyObject } from 'node:crypto'
import { Oid } from '../asn1/oid.ts'
import { LabError } from '../error.ts'
import type { Certificate } from '../pki/certificate.ts'
import type { IssueRequest } from '../pki/certificate-builder.ts'
import type { TenantDevice, TenantUser } from './people.ts'
import type { PkcsProfile } from './profile.ts'
import { fillCertificateText, fillSubject } from './variables.ts'

export interface Applicant {
  readonly user: TenantUser
  readonly device: TenantDevice
  readonly publicKey: KeyObject
  readonly at: Date
  readonly issuer: Certificate
}

/** @throws LabError 'unknown-variable' | 'variable-without-value' | 'subject-format-unsupported' | 'issuer-expired' */
export function requestByProfile(profile: PkcsProfile, applicant: Applicant): IssueRequest {
  const { settings } = profile
  const { user, device } = applicant
  const usages = settings.extendedKeyUsages ?? []
  return finish(applicant, profile.displayName, {
    subject: fillSubject(subjectTemplate(profile), user, device),
    emails: emailTemplates(profile).map((template) => fillCertificateText(template, user, device)),
    // Without nonRepudiation: Intune says that iOS needs "signature is proof of origin" off.
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: usages.length === 0 ? [Oid.emailProtection] : usages.map((each) => each.objectIdentifier),
    notAfter: endOfValidity(
      applicant.at,
      settings.certificateValidityPeriodValue,
      settings.certificateValidityPeriodScale,
    ),
  })
}

/** The encryption certificate that a device gets for itself under the `per-device` policy, good for a year. */
export function requestOwnEncryption(applicant: Applicant): IssueRequest {
  const { user, device, at } = applicant
  return finish(applicant, 'own encryption', {
    subject: fillSubject('CN={{UserName}}', user, device),
    emails: [user.address],
    keyUsage: ['keyEncipherment'],
    extendedKeyUsage: [Oid.emailProtection],
    notAfter: endOfValidity(at, 1, 'years'),
  })
}

function finish(
  { device, publicKey, at, issuer }: Applicant,
  occasion: string,
  asked: Omit<IssueRequest, 'publicKey' | 'notBefore' | 'serial'>,
): IssueRequest {
  if (issuer.notAfter <= at)
    throw new LabError('issuer-expired', `the certification authority expired on ${issuer.notAfter.toISOString()}`)
  // No certificate outlives its issuer: Active Directory Certificate Services cuts it short likewise.
  const notAfter = new Date(Math.min(asked.notAfter.getTime(), issuer.notAfter.getTime()))
  const request = { ...asked, notAfter, notBefore: at, publicKey }
  return { ...request, serial: serialOf([device.id, occasion, request]) }
}

/** 127 bits by hash: equal requests get equal serial numbers, an edited profile gets others, as at a re-issue. */
function serialOf(content: unknown): Buffer {
  const text = JSON.stringify(content, (key, value: unknown) =>
    key === 'publicKey' ? exportKey(value as KeyObject) : value,
  )
  const serial = createHash('sha256').update(text).digest().subarray(0, 16)
  serial.writeUInt8((serial.readUInt8(0) & 0x3f) | 0x40, 0)
  return serial
}

function exportKey(key: KeyObject): string {
  return key.export({ format: 'der', type: 'spki' }).toString('base64')
}

function subjectTemplate({ settings }: PkcsProfile): string {
  switch (settings.subjectNameFormat) {
    case 'commonName':
      return 'CN={{UserName}}'
    case 'commonNameIncludingEmail':
      return 'CN={{UserName}},emailAddress={{EmailAddress}}'
    case 'commonNameAsEmail':
      return 'CN={{EmailAddress}}'
    case 'custom':
      return spellOut(settings.subjectNameFormatString ?? '')
    default:
      throw new LabError(
        'subject-format-unsupported',
        `subjectNameFormat ${settings.subjectNameFormat} is not simulated`,
        {
          hint: 'use custom with a subjectNameFormatString',
        },
      )
  }
}

/** Microsoft's short names of attributes that RFC 4514 leaves without one. */
function spellOut(template: string): string {
  return template.replace(/(^|[,+])\s*(E|G)\s*=/gi, (_, before: string, name: string) =>
    name.toUpperCase() === 'E' ? `${before}emailAddress=` : `${before}givenName=`,
  )
}

function emailTemplates({ settings }: PkcsProfile): string[] {
  const types = (settings.subjectAlternativeNameType ?? '').split(',').map((type) => type.trim().toLowerCase())
  const custom = (settings.customSubjectAlternativeNames ?? [])
    .filter(({ sanType }) => sanType.toLowerCase() === 'emailaddress')
    .map(({ name }) => name)
  const plain = types.includes('emailaddress') && custom.length === 0
  return plain ? ['{{EmailAddress}}'] : custom
}

function endOfValidity(from: Date, value: number, scale: 'days' | 'months' | 'years'): Date {
  const end = new Date(from)
  if (scale === 'days') end.setUTCDate(end.getUTCDate() + value)
  else if (scale === 'months') end.setUTCMonth(end.getUTCMonth() + value)
  else end.setUTCFullYear(end.getUTCFullYear() + value)
  return end
}
