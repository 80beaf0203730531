/** Certificates for keys that the pool does not hold. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { Oid } from '../../../asn1/oid.ts'
import type { Identity, IssueRequest, KeyUsage } from '../../../pki/index.ts'
import type { PeopleWorld } from '../../testing/people.ts'

export type KeyKind = 'ed25519' | 'x25519' | 'p-256' | 'rsa-1024' | 'rsa-4096'

export function newKeys(kind: KeyKind): { publicKey: KeyObject; privateKey: KeyObject } {
  switch (kind) {
    case 'ed25519':
      return generateKeyPairSync('ed25519')
    case 'x25519':
      return generateKeyPairSync('x25519')
    case 'p-256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' })
    case 'rsa-1024':
      return generateKeyPairSync('rsa', { modulusLength: 1024 })
    case 'rsa-4096':
      return generateKeyPairSync('rsa', { modulusLength: 4096 })
  }
}

const usages: Readonly<Record<KeyKind, readonly KeyUsage[]>> = {
  ed25519: ['digitalSignature'],
  x25519: ['keyAgreement'],
  'p-256': ['digitalSignature', 'keyAgreement'],
  'rsa-1024': ['digitalSignature', 'keyEncipherment'],
  'rsa-4096': ['digitalSignature', 'keyEncipherment'],
}

let serial = 1 << 16

/** A certificate for a key that is not from the pool, which is small; good for mail unless the request says otherwise. */
export async function certify(
  people: PeopleWorld,
  person: string,
  keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
  request: Partial<IssueRequest> = {},
): Promise<Identity> {
  const number = Buffer.alloc(4)
  number.writeUInt32BE(serial++)
  const certificate = await people.authority.issue({
    subject: `CN=${person}`,
    publicKey: keys.publicKey,
    emails: [`${person}@example.test`],
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: [Oid.emailProtection],
    notBefore: new Date('2020-01-01T00:00:00Z'),
    notAfter: new Date('2049-01-01T00:00:00Z'),
    serial: number,
    ...request,
  })
  return { certificate, privateKey: keys.privateKey }
}

export function enrollWith(people: PeopleWorld, person: string, kind: KeyKind): Promise<Identity> {
  return certify(people, person, newKeys(kind), { keyUsage: usages[kind] })
}
