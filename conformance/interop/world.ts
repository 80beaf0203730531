/** Who signs and who is written to: one identity for each kind of key, under one authority that every peer trusts. */
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { Certificate, Identity, KeyUsage } from '../../simulator/pki/certificate.ts'
import { CertificationAuthority, createRoot } from '../../simulator/pki/certification-authority.ts'
import type { KeyPairObjects, KeyPool } from '../../simulator/pki/key-pool.ts'
import type { EncryptedForm, SignedForm } from './form.ts'

type KeyKind = 'rsa' | 'p256' | 'p384' | 'ed25519' | 'x25519'

/** `friendlyName` is set: file names, nicknames and mail addresses are made from it. */
export type Person = Identity & { readonly friendlyName: string; readonly address: string }

export interface World {
  readonly at: Date
  readonly root: Certificate
  /** Embedded into what is signed; receivers are told of the root alone where they can be. */
  readonly issuing: Certificate
  readonly signers: Readonly<Record<'rsa' | 'p256' | 'p384' | 'ed25519', Person>>
  readonly recipients: Readonly<Record<'rsa' | 'p256' | 'p384' | 'x25519', Person>>
}

const day = 24 * 3600 * 1000
const emailProtection = '1.3.6.1.5.5.7.3.4'

/** Valid at `at`, the moment of the run: the peers read the machine's clock. */
export async function buildWorld(pool: KeyPool, at: Date): Promise<World> {
  const validity = { notBefore: new Date(at.getTime() - day), notAfter: new Date(at.getTime() + 30 * day) }
  const authority = { keyUsage: ['keyCertSign', 'cRLSign'] as const, ...validity }
  const rootKeys = pool.take('rsa-2048', 'interop root')
  const root = await createRoot(
    { subject: 'CN=Interop Root,O=Example', serial: Buffer.of(1), ca: {}, ...authority },
    rootKeys,
  )
  const issuingKeys = pool.take('rsa-2048', 'interop issuing')
  const issuing = await new CertificationAuthority({ certificate: root, privateKey: rootKeys.privateKey }, [
    root,
  ]).issue({
    subject: 'CN=Interop Issuing,O=Example',
    publicKey: issuingKeys.publicKey,
    emails: [],
    extendedKeyUsage: [],
    serial: Buffer.of(2),
    ca: { pathLength: 0 },
    ...authority,
  })
  const issuer = new CertificationAuthority({ certificate: issuing, privateKey: issuingKeys.privateKey }, [
    issuing,
    root,
  ])
  let serial = 0x40
  const person = async (friendlyName: string, kind: KeyKind, keyUsage: readonly KeyUsage[]): Promise<Person> => {
    const address = `${friendlyName}@interop.example`
    const { publicKey, privateKey } = takeKeys(pool, kind, friendlyName)
    const certificate = await issuer.issue({
      subject: `CN=${friendlyName},O=Example`,
      publicKey,
      emails: [address],
      keyUsage,
      extendedKeyUsage: [emailProtection],
      serial: Buffer.of(serial++),
      ...validity,
    })
    return { certificate, privateKey, friendlyName, address }
  }
  const signer = (kind: KeyKind) => person(`signer-${kind}`, kind, ['digitalSignature'])
  const recipient = (kind: KeyKind) =>
    person(`recipient-${kind}`, kind, [kind === 'rsa' ? 'keyEncipherment' : 'keyAgreement'])
  return {
    at,
    root,
    issuing,
    signers: {
      rsa: await signer('rsa'),
      p256: await signer('p256'),
      p384: await signer('p384'),
      ed25519: await signer('ed25519'),
    },
    recipients: {
      rsa: await recipient('rsa'),
      p256: await recipient('p256'),
      p384: await recipient('p384'),
      x25519: await recipient('x25519'),
    },
  }
}

function takeKeys(pool: KeyPool, kind: KeyKind, label: string): KeyPairObjects {
  switch (kind) {
    case 'rsa':
      return pool.take('rsa-2048', label)
    case 'p256':
      return pool.take('p-256', label)
    case 'p384':
      return fromPrivate(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey)
    case 'ed25519':
      return fromPrivate(generateKeyPairSync('ed25519').privateKey)
    case 'x25519':
      return fromPrivate(generateKeyPairSync('x25519').privateKey)
  }
}

const fromPrivate = (privateKey: KeyObject): KeyPairObjects => ({ privateKey, publicKey: createPublicKey(privateKey) })

export function signerOf({ signers }: World, { signature }: SignedForm): Person {
  if (signature.startsWith('ecdsa-p256')) return signers.p256
  if (signature.startsWith('ecdsa-p384')) return signers.p384
  return signature === 'ed25519' ? signers.ed25519 : signers.rsa
}

export function recipientOf({ recipients }: World, { keyManagement }: EncryptedForm): Person {
  if (keyManagement.startsWith('ecdh-p256')) return recipients.p256
  if (keyManagement.startsWith('ecdh-p384')) return recipients.p384
  return keyManagement.startsWith('x25519') ? recipients.x25519 : recipients.rsa
}

/** Everybody whose private key a peer has to know. */
export function people({ signers, recipients }: World): Person[] {
  return [...Object.values(signers), ...Object.values(recipients)]
}
