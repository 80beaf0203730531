/** Which certificate belongs to which private key of a PKCS#12 file. */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { LabError } from '../../error.ts'
import { type Certificate, type Identity, publicKeyOf } from '../certificate.ts'
import type { BagAttributes } from './safe-contents.ts'

export interface OpenedKey {
  readonly privateKey: KeyObject
  readonly attributes: BagAttributes
}

export interface OpenedCertificate {
  readonly certificate: Certificate
  readonly attributes: BagAttributes
}

export interface Pairing {
  readonly identities: Identity[]
  readonly certificates: Certificate[]
  readonly keysWithoutCertificate: KeyObject[]
}

/**
 * By localKeyID where key and certificate share one, else by the public key. A localKeyID is only a label, so it never
 * makes an identity of a certificate with another key. A key with several certificates (renewed without a new key)
 * makes an identity with each of them: mail names the certificate that it was encrypted to.
 */
export function pairKeys(keys: readonly OpenedKey[], certificates: readonly OpenedCertificate[]): Pairing {
  const identities = new Map<string, Identity>()
  const keysWithoutCertificate: KeyObject[] = []
  for (const key of keys) {
    const matching = certificatesOf(key.privateKey, certificates)
    if (matching.length === 0) keysWithoutCertificate.push(key.privateKey)
    const labeled = matching.filter(({ attributes }) => sameLabel(attributes, key.attributes))
    for (const chosen of labeled.length > 0 ? labeled : matching) {
      const { sha256 } = chosen.certificate
      if (!identities.has(sha256)) identities.set(sha256, toIdentity(key, chosen))
    }
  }
  return {
    identities: [...identities.values()],
    certificates: certificates.map(({ certificate }) => certificate).filter(({ sha256 }) => !identities.has(sha256)),
    keysWithoutCertificate,
  }
}

function certificatesOf(privateKey: KeyObject, candidates: readonly OpenedCertificate[]): OpenedCertificate[] {
  const publicKey = createPublicKey(privateKey)
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const exact = candidates.filter(({ certificate }) => certificate.spki.equals(spki))
  if (exact.length > 0) return exact
  // Compressed points, explicit curve parameters: the same key in other octets.
  return candidates.filter(({ certificate }) => publicKeyIfUsable(certificate)?.equals(publicKey) ?? false)
}

function publicKeyIfUsable(certificate: Certificate): KeyObject | undefined {
  try {
    return publicKeyOf(certificate)
  } catch (error) {
    if (error instanceof LabError) return undefined
    throw error
  }
}

function sameLabel(a: BagAttributes, b: BagAttributes): boolean {
  return a.localKeyId !== undefined && b.localKeyId !== undefined && a.localKeyId.equals(b.localKeyId)
}

function toIdentity(key: OpenedKey, { certificate, attributes }: OpenedCertificate): Identity {
  const friendlyName = attributes.friendlyName ?? key.attributes.friendlyName
  const localKeyId = key.attributes.localKeyId ?? attributes.localKeyId
  return {
    certificate,
    privateKey: key.privateKey,
    ...(friendlyName === undefined ? {} : { friendlyName }),
    ...(localKeyId === undefined ? {} : { localKeyId }),
  }
}
