/** A small world of correspondents for tests: one root, one issuing authority, and certificates of all sorts. */
import { readFileSync } from 'node:fs'
import { Oid } from '../../asn1/oid.ts'
import {
  type Certificate,
  CertificationAuthority,
  certificateToPem,
  createRoot,
  type Identity,
  type IssueRequest,
  loadKeyPool,
} from '../../pki/index.ts'

export const now = new Date('2026-11-02T08:00:00Z')

const pool = (name: string): string =>
  readFileSync(new URL(`../../../fixtures/key-pool/${name}.pem`, import.meta.url), 'utf8')

export interface PeopleWorld {
  readonly root: Certificate
  readonly authority: CertificationAuthority
  /** Serial numbers and keys are given out in turn. */
  enroll(label: string, request?: Partial<IssueRequest> & { readonly key?: 'rsa-2048' | 'p-256' }): Promise<Identity>
}

/** Each call makes an independent world with the same names: certificates of one mean nothing in the other. */
export async function createPeople(label: string): Promise<PeopleWorld> {
  const keys = loadKeyPool({ rsa: pool('rsa-2048'), ec: pool('p-256') })
  const validity = { notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2049-01-01T00:00:00Z') }
  const authorityUse = { keyUsage: ['keyCertSign', 'cRLSign'], emails: [], extendedKeyUsage: [], ca: {} } as const
  let serial = 1
  const rootKeys = keys.take('p-256', `${label} root`)
  const root = await createRoot(
    { subject: 'CN=Example Root', ...authorityUse, ...validity, serial: Buffer.of(serial++) },
    rootKeys,
  )
  const top = new CertificationAuthority({ certificate: root, privateKey: rootKeys.privateKey }, [root])
  const issuingKeys = keys.take('p-256', `${label} issuing`)
  const issuing = await top.issue({
    subject: 'CN=Example Issuing',
    publicKey: issuingKeys.publicKey,
    ...authorityUse,
    ...validity,
    serial: Buffer.of(serial++),
  })
  const authority = new CertificationAuthority({ certificate: issuing, privateKey: issuingKeys.privateKey }, [
    issuing,
    root,
  ])
  const enroll: PeopleWorld['enroll'] = async (person, { key = 'p-256', ...request } = {}) => {
    const { publicKey, privateKey } = keys.take(key, `${label} ${person} ${serial}`)
    const certificate = await authority.issue({
      subject: `CN=${person}`,
      publicKey,
      emails: [`${person}@example.test`],
      keyUsage: ['digitalSignature', key === 'p-256' ? 'keyAgreement' : 'keyEncipherment'],
      extendedKeyUsage: [Oid.emailProtection],
      ...validity,
      serial: Buffer.of(serial++),
      ...request,
    })
    return { certificate, privateKey }
  }
  return { root, authority, enroll }
}

/** Certificate and key as the command-line peers want them. */
export function pemFiles(name: string, { certificate, privateKey }: Identity): Record<string, string> {
  return {
    [`${name}.pem`]: certificateToPem(certificate),
    [`${name}.key`]: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  }
}
