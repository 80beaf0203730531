/** A certificate as lints look at it: what several of them need, read once; what can't be read, told once. */
import { Oid, oidName } from '../../asn1/oid.ts'
import { isContext, oid, readOnly, sequence } from '../../asn1/read.ts'
import { LabError } from '../../error.ts'
import type { Certificate } from '../certificate.ts'
import type { Extension } from '../certificate-extensions.ts'
import { readDistributionPointName } from '../distribution-point.ts'
import { type GeneralName, readGeneralName } from '../general-name.ts'
import { attributeText, nameAttributes, namesEqual } from '../name.ts'
import { readPolicies } from '../policy-extensions.ts'
import { signatureBy } from '../signed-by.ts'
import { type CertificateType, type Generation, type Profile, profilesOf } from './profile.ts'
import { type PublicKeyFacts, readPublicKey } from './public-key.ts'

export interface SubjectAttribute {
  /** Dotted object identifier. */
  readonly type: string
  /** Undefined where the value is no character string. */
  readonly text: string | undefined
}

export interface AccessDescription {
  /** Dotted object identifier. */
  readonly method: string
  readonly location: GeneralName
}

export interface LintSubject {
  readonly certificate: Certificate
  /** A subscriber is who is neither an authority nor signed by itself. */
  readonly role: 'subscriber' | 'authority' | 'self-signed'
  readonly policies: readonly string[]
  /** What the reserved policies claim. */
  readonly profiles: readonly Profile[]
  /** The S/MIME Baseline Requirements hold for it: it says so by a reserved policy, or the caller does. */
  readonly underBaseline: boolean
  readonly key: PublicKeyFacts | undefined
  /** Of the subject, in the order of the encoding. */
  readonly attributes: readonly SubjectAttribute[]
  readonly distributionPoints: readonly GeneralName[]
  readonly accessDescriptions: readonly AccessDescription[]
  /** Fields and extensions that do not have the form that their standard gives them. */
  readonly unreadable: readonly string[]
}

export interface LintOptions {
  /** The authority is a publicly trusted one, so an S/MIME certificate without a reserved policy is at fault. */
  readonly publiclyTrusted?: boolean
}

export function readLintSubject(certificate: Certificate, { publiclyTrusted = false }: LintOptions = {}): LintSubject {
  const unreadable: string[] = []
  const attempt = <T>(what: string, read: () => T, otherwise: T): T => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof LabError)) throw error
      unreadable.push(`${what}: ${error.message}`)
      return otherwise
    }
  }
  const value = <T>(type: string, read: (extension: Extension) => readonly T[]): readonly T[] => {
    const extension = certificate.extensions.find((each) => each.oid === type)
    return extension === undefined ? [] : attempt(oidName(type), () => read(extension), [])
  }
  const policies = attempt('certificatePolicies', () => readPolicies(certificate), [])
  const profiles = profilesOf(policies)
  return {
    certificate,
    role: roleOf(certificate),
    policies,
    profiles,
    underBaseline: profiles.length > 0 || (publiclyTrusted && isForMail(certificate)),
    key: attempt('subjectPublicKeyInfo', () => readPublicKey(certificate.spki), undefined),
    attributes: nameAttributes(certificate.subject)
      .flat()
      .map((attribute) => ({
        type: attribute.type,
        text: attempt(oidName(attribute.type), () => attributeText(attribute), undefined),
      })),
    distributionPoints: value(Oid.crlDistributionPoints, (each) => readDistributionPoints(each, certificate.issuer)),
    accessDescriptions: value(Oid.authorityInfoAccess, readAccessDescriptions),
    unreadable,
  }
}

export function extensionOf({ certificate }: LintSubject, type: string): Extension | undefined {
  return certificate.extensions.find((each) => each.oid === type)
}

export function isOfGeneration({ profiles }: LintSubject, ...wanted: readonly Generation[]): boolean {
  return profiles.some(({ generation }) => wanted.includes(generation))
}

export function isOfType({ profiles }: LintSubject, ...wanted: readonly CertificateType[]): boolean {
  return profiles.some(({ type }) => wanted.includes(type))
}

/** The texts of the subject's attributes of these types; '' for a value that is no character string. */
export function attributeTexts({ attributes }: LintSubject, ...types: readonly string[]): string[] {
  return attributes.filter(({ type }) => types.includes(type)).map(({ text }) => text ?? '')
}

/** Addresses in the subjectAltName, in their order. */
export function altNameMailboxes({ certificate }: LintSubject): string[] {
  return certificate.subjectAltNames.flatMap((name) =>
    name.kind === 'rfc822Name' || name.kind === 'smtpUtf8Mailbox' ? [name.text] : [],
  )
}

function roleOf(certificate: Certificate): LintSubject['role'] {
  if (certificate.basicConstraints?.ca === true) return 'authority'
  const { issuer, subject } = certificate
  return namesEqual(issuer, subject) && signatureBy(certificate, certificate) === 'valid' ? 'self-signed' : 'subscriber'
}

/** SMIME BR 1.1: it may protect mail, and it names a mailbox. */
function isForMail({ extendedKeyUsage, subjectAltNames }: Certificate): boolean {
  const mayProtectMail =
    extendedKeyUsage === undefined ||
    extendedKeyUsage.some((each) => each === Oid.emailProtection || each === Oid.anyExtendedKeyUsage)
  return mayProtectMail && subjectAltNames.some(({ kind }) => kind === 'rfc822Name' || kind === 'smtpUtf8Mailbox')
}

function readDistributionPoints({ value }: Extension, issuer: Buffer): GeneralName[] {
  return sequence(readOnly(value), 'cRLDistributionPoints').flatMap((point) => {
    const name = sequence(point, 'DistributionPoint').find((each) => isContext(each, 0))
    return name === undefined ? [] : readDistributionPointName(name, issuer)
  })
}

function readAccessDescriptions({ value }: Extension): AccessDescription[] {
  return sequence(readOnly(value), 'authorityInfoAccess').map((each) => {
    const [method, location] = sequence(each, 'AccessDescription')
    if (location === undefined) throw new LabError('asn1-malformed', 'AccessDescription: a location wanted')
    return { method: oid(method, 'accessMethod'), location: readGeneralName(location, 'accessLocation') }
  })
}
