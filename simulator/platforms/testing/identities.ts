/** For tests: a small authority and people's identities, with keys from the pool of the fixtures. */
import { readFileSync } from 'node:fs'
import type { Certificate, Identity } from '../../pki/certificate.ts'
import { CertificationAuthority, createRoot } from '../../pki/certification-authority.ts'
import { loadKeyPool } from '../../pki/key-pool.ts'

const pool = new URL('../../../fixtures/key-pool/', import.meta.url)
const keys = loadKeyPool({
  rsa: readFileSync(new URL('rsa-2048.pem', pool), 'utf8'),
  ec: readFileSync(new URL('p-256.pem', pool), 'utf8'),
})

const validity = { notBefore: new Date('2024-01-01T00:00:00Z'), notAfter: new Date('2034-01-01T00:00:00Z') }

export const password = 'tested & "sure" <10'

export interface TestWorld {
  readonly root: Certificate
  readonly issuing: Certificate
  readonly alva: Identity
  readonly alvaFormer: Identity
  readonly edda: Identity
}

export async function createTestWorld(): Promise<TestWorld> {
  const rootKeys = keys.take('p-256', 'root')
  const root = await createRoot(
    {
      ...validity,
      subject: 'CN=Example Root CA,O=Example',
      serial: Buffer.from([1]),
      keyUsage: ['keyCertSign', 'cRLSign'],
      ca: {},
    },
    rootKeys,
  )
  const rootAuthority = new CertificationAuthority({ certificate: root, privateKey: rootKeys.privateKey }, [root])
  const issuingKeys = keys.take('p-256', 'issuing')
  const issuing = await rootAuthority.issue({
    ...validity,
    subject: 'CN=Example Issuing CA,O=Example',
    publicKey: issuingKeys.publicKey,
    emails: [],
    keyUsage: ['keyCertSign', 'cRLSign'],
    extendedKeyUsage: [],
    serial: Buffer.from([2]),
    ca: { pathLength: 0 },
  })
  const authority = new CertificationAuthority({ certificate: issuing, privateKey: issuingKeys.privateKey }, [
    issuing,
    root,
  ])
  const person = async (name: string, serial: number, kind: 'rsa-2048' | 'p-256'): Promise<Identity> => {
    const { publicKey, privateKey } = keys.take(kind, `${name} ${serial}`)
    const certificate = await authority.issue({
      ...validity,
      subject: `CN=${name} Example`,
      publicKey,
      emails: [`${name.toLowerCase()}@example.com`],
      keyUsage: ['digitalSignature', kind === 'p-256' ? 'keyAgreement' : 'keyEncipherment'],
      extendedKeyUsage: ['1.3.6.1.5.5.7.3.4'],
      serial: Buffer.from([serial]),
    })
    return { certificate, privateKey }
  }
  return {
    root,
    issuing,
    alva: await person('Alva', 16, 'rsa-2048'),
    alvaFormer: await person('Alva', 17, 'rsa-2048'),
    edda: await person('Edda', 18, 'p-256'),
  }
}
