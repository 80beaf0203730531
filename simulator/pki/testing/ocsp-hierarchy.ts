/** For tests: an authority with one user and one responder, valid by the clock of the machine too, as OpenSSL asks it. */
import { Oid } from '../../asn1/oid.ts'
import * as write from '../../asn1/write.ts'
import type { Certificate, Identity } from '../certificate.ts'
import { CertificationAuthority, createRoot, type IssueRequest } from '../certification-authority.ts'
import type { OcspResponse } from '../ocsp.ts'
import { noRevocationCheck } from '../ocsp-responder.ts'
import { type PathOptions, validatePath } from '../path-validation.ts'
import { at, extension, newKeys, nextSerial } from './hierarchy.ts'

const validity = { notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2049-01-01T00:00:00Z') }

export interface Issuer {
  readonly authority: CertificationAuthority
  readonly identity: Identity
}

export async function newIssuer(subject = 'CN=Root', keys = newKeys()): Promise<Issuer> {
  const request = { keyUsage: ['keyCertSign', 'cRLSign'], serial: nextSerial(), ca: {}, ...validity } as const
  const certificate = await createRoot({ subject, ...request }, keys)
  const identity = { certificate, privateKey: keys.privateKey }
  return { authority: new CertificationAuthority(identity, [certificate]), identity }
}

export const { authority, identity: root } = await newIssuer()

export async function newUser(request: Partial<IssueRequest> = {}, by = authority): Promise<Identity> {
  const keys = newKeys()
  const certificate = await by.issue({
    subject: 'CN=Alva Example',
    publicKey: keys.publicKey,
    emails: [],
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: [Oid.emailProtection],
    serial: nextSerial(),
    ...validity,
    ...request,
  })
  return { certificate, privateKey: keys.privateKey }
}

export const { certificate: leaf } = await newUser()

export function newResponder(request: Partial<IssueRequest> = {}, by = authority): Promise<Identity> {
  const extensions = [extension(noRevocationCheck, write.nullValue(), false)]
  return newUser({ subject: 'CN=Responder', extendedKeyUsage: [Oid.ocspSigning], extensions, ...request }, by)
}

/** What the responses (and whatever else is given) say of the leaf: 'good', or why not. */
export function ask(
  ocsp: OcspResponse | readonly OcspResponse[],
  options: Partial<PathOptions> & { leaf?: Certificate } = {},
): string {
  const { leaf: asked = leaf, ...rest } = options
  const [reason] = validatePath(asked, {
    anchors: [root.certificate],
    intermediates: [],
    at,
    ocsp: [ocsp].flat(),
    revocation: 'required',
    ...rest,
  }).reasons
  return reason === undefined ? 'good' : `${reason.code}: ${reason.message.replace(/^'.*?' /, '')}`
}
