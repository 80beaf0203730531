/** For tests: certificates of an authority's hierarchy, good by default, each changed as the test asks. */
import { generateKeyPairSync } from 'node:crypto'
import { Oid } from '../../asn1/oid.ts'
import { type Certificate, parseCertificate } from '../certificate.ts'
import { CertificationAuthority, createRoot, type IssueRequest } from '../certification-authority.ts'
import type { CertificateRevocationList } from '../crl.ts'
import { type PathOptions, type PolicySettings, validatePath } from '../path-validation.ts'

export const at = new Date('2025-06-01T00:00:00Z')
export const valid = { notBefore: new Date('2025-01-01T00:00:00Z'), notAfter: new Date('2026-01-01T00:00:00Z') }
export const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
const leafKeys = newKeys()

let serials = 0
export const nextSerial = () => Buffer.from([0x10, ++serials >> 8, serials & 0xff])

export type Extra = NonNullable<IssueRequest['extensions']>[number]
export const extension = (oid: string, value: Buffer, critical = true): Extra => ({ oid, critical, value })

export async function newRoot(request: Partial<IssueRequest> = {}): Promise<CertificationAuthority> {
  const keys = newKeys()
  const certificate = await createRoot(
    {
      subject: 'CN=Root,O=Example',
      keyUsage: ['keyCertSign', 'cRLSign'],
      ...valid,
      serial: nextSerial(),
      ca: {},
      ...request,
    },
    keys,
  )
  return new CertificationAuthority({ certificate, privateKey: keys.privateKey }, [certificate])
}

export async function newAuthority(
  parent: CertificationAuthority,
  request: Partial<IssueRequest> = {},
): Promise<CertificationAuthority> {
  const keys = newKeys()
  const certificate = await parent.issue({
    subject: 'CN=Issuing CA,O=Example',
    publicKey: keys.publicKey,
    emails: [],
    keyUsage: ['keyCertSign', 'cRLSign'],
    extendedKeyUsage: [],
    ...valid,
    serial: nextSerial(),
    ca: {},
    ...request,
  })
  return new CertificationAuthority({ certificate, privateKey: keys.privateKey }, [certificate, ...parent.chain])
}

export function newLeaf(parent: CertificationAuthority, request: Partial<IssueRequest> = {}): Promise<Certificate> {
  return parent.issue({
    subject: 'CN=Alva Example,O=Example',
    publicKey: leafKeys.publicKey,
    emails: ['alva@example.com'],
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: [Oid.emailProtection],
    ...valid,
    serial: nextSerial(),
    ...request,
  })
}

/** The same certificate with the last octet of its signature changed. */
export function forge(certificate: Certificate): Certificate {
  const der = Buffer.from(certificate.der)
  der[der.length - 1] = (der.at(-1) ?? 0) ^ 1
  return parseCertificate(der)
}

export interface Case {
  leaf: Certificate
  anchors: Certificate[]
  intermediates?: Certificate[]
  crls?: CertificateRevocationList[]
  policies?: PolicySettings
  purpose?: 'smime-sign' | 'smime-encrypt'
  at?: Date
}

/** A leaf under root and issuing authority, each of the three as asked for. */
export async function threeLevels(
  requests: { root?: Partial<IssueRequest>; issuing?: Partial<IssueRequest>; leaf?: Partial<IssueRequest> } = {},
): Promise<Case & { root: CertificationAuthority; issuing: CertificationAuthority }> {
  const root = await newRoot(requests.root)
  const issuing = await newAuthority(root, requests.issuing)
  const leaf = await newLeaf(issuing, requests.leaf)
  return { root, issuing, leaf, anchors: [root.certificate], intermediates: [issuing.certificate] }
}

export function optionsOf({ anchors, intermediates = [] }: Case) {
  return { anchors, intermediates, at }
}

/** Lists given must settle every certificate's status, as with OpenSSL's -crl_check_all. */
export function validateCase({ leaf, crls, policies = {}, purpose = 'smime-sign', at: when = at, ...rest }: Case) {
  const options: PathOptions = { ...optionsOf({ leaf, ...rest }), at: when, purpose, policies }
  return validatePath(leaf, crls === undefined ? options : { ...options, crls, revocation: 'required' })
}

export const codesOf = ({ reasons }: ReturnType<typeof validatePath>) => reasons.map(({ code }) => code)
