import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { CertificationAuthority, createRoot } from '../../pki/certification-authority.ts'
import { trustOf } from './import-certificate.ts'

test('a self-signed certificate is an anchor; a rollover certificate of its name and an issuing CA are not', async () => {
  const validity = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2027-01-01T00:00:00Z') }
  const request = { keyUsage: ['keyCertSign'], ca: {}, serial: Buffer.of(1), ...validity } as const
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const root = await createRoot({ subject: 'CN=Example Root', ...request }, keys)
  const authority = new CertificationAuthority({ certificate: root, privateKey: keys.privateKey }, [root])
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const issue = (subject: string) =>
    authority.issue({ ...request, subject, publicKey, emails: [], extendedKeyUsage: [] })
  expect(trustOf(root)).toBe('anchor')
  expect(trustOf(await issue('CN=Example Root'))).toBe('intermediate')
  expect(trustOf(await issue('CN=Example Issuing CA'))).toBe('intermediate')
})
