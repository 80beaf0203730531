/** A recipient and a signer for the benchmarks, from the pool of test keys. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Certificate, Identity } from '../../simulator/pki/certificate.ts'
import { CertificationAuthority, createRoot } from '../../simulator/pki/certification-authority.ts'
import { loadKeyPool } from '../../simulator/pki/key-pool.ts'
import { keyPoolFolder } from '../run/package-files.ts'

export const at = new Date('2026-11-02T08:00:00Z')
const validity = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2027-01-01T00:00:00Z') }

export interface BenchIdentity extends Identity {
  readonly root: Certificate
}

export async function benchIdentity(kind: 'rsa-2048' | 'p-256', use: 'encrypt' | 'sign'): Promise<BenchIdentity> {
  const read = (name: string): string => readFileSync(join(keyPoolFolder, name), 'utf8')
  const pool = loadKeyPool({ rsa: read('rsa-2048.pem'), ec: read('p-256.pem') })
  const rootKeys = pool.take('rsa-2048', 'bench root')
  const root = await createRoot(
    { subject: 'CN=Bench Root', keyUsage: ['keyCertSign', 'cRLSign'], serial: Buffer.of(1), ca: {}, ...validity },
    rootKeys,
  )
  const keys = pool.take(kind, 'bench recipient')
  const encrypting = kind === 'rsa-2048' ? 'keyEncipherment' : 'keyAgreement'
  const certificate = await new CertificationAuthority({ certificate: root, privateKey: rootKeys.privateKey }, [
    root,
  ]).issue({
    subject: 'CN=Alva',
    publicKey: keys.publicKey,
    emails: ['alva@example.test'],
    keyUsage: [use === 'sign' ? 'digitalSignature' : encrypting],
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.4'],
    serial: Buffer.of(2),
    ...validity,
  })
  return { certificate, privateKey: keys.privateKey, root }
}
