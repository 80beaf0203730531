/** Opening a PKCS#12 file: MAC first, then the safes, then the keys, then who belongs to whom (RFC 7292 5.2). */
import type { KeyObject } from 'node:crypto'
import { LabError } from '../../error.ts'
import { type Certificate, type Identity, parseCertificate } from '../certificate.ts'
import { defaultMaxIterations, OpeningBudget } from './opening-budget.ts'
import { type OpenedCertificate, type OpenedKey, pairKeys } from './pairing.ts'
import { encodePassword, type PasswordOctets } from './password.ts'
import { readPfx, type Safe } from './pfx.ts'
import { readPrivateKeyInfo } from './private-key-info.ts'
import { describeProtection, type Pkcs12Protection } from './protection.ts'
import { refuseMalformed, wrongPassword } from './refusals.ts'
import { type Bag, readSafeContents } from './safe-contents.ts'

export interface Pkcs12Contents {
  /** In the order of the keys in the file. */
  readonly identities: Identity[]
  /** Those without a key here, in the order of the file. */
  readonly certificates: Certificate[]
  readonly keysWithoutCertificate: KeyObject[]
  /** What our certificate reader refuses, often for a rule of RFC 5280 that others don't enforce. */
  readonly unreadableCertificates: UnreadableCertificate[]
  readonly protection: Pkcs12Protection
}

export interface UnreadableCertificate {
  readonly der: Buffer
  readonly error: LabError
}

export interface OpenOptions {
  /** Bounds the iterations of MAC and all schemes together; 5 000 000 by default. */
  readonly maxIterations?: number
}

/**
 * Opens a PKCS#12 file with its one password. The absent password (`null`) and the empty one (`''`) are two passwords
 * under RFC 7292 appendix B; which of them fits depends on the writer.
 *
 * @throws LabError 'pkcs12-wrong-password' (also for a broken MAC), 'pkcs12-malformed', 'pkcs12-unsupported',
 * 'pkcs12-too-expensive' (before anything is derived with the count in question)
 */
export function openPkcs12(bytes: Uint8Array, password: string | null, options: OpenOptions = {}): Pkcs12Contents {
  return refuseMalformed(() => {
    const budget = new OpeningBudget(options.maxIterations ?? defaultMaxIterations)
    const { authenticatedSafe, mac, safes } = readPfx(bytes, budget)
    // All that is visible is read, and its iterations counted, before the first derivation.
    const clear = safes.map((safe) =>
      safe.encryption === undefined ? readSafeContents(safe.octets, budget) : undefined,
    )
    const secret = encodePassword(password)
    if (mac !== undefined && !mac.verify(authenticatedSafe, secret)) throw wrongPassword()
    const authenticated = mac !== undefined
    const opened = safes.map((safe, index) => ({
      encryption: safe.encryption,
      bags: clear[index] ?? decryptSafe(safe, secret, budget, authenticated),
    }))
    const bags = opened.flatMap((safe) => safe.bags)
    const { certificates, unreadableCertificates } = readCertificateBags(bags)
    const keys: OpenedKey[] = []
    for (const bag of bags)
      if (bag.kind !== 'certificate')
        keys.push({ privateKey: openKey(bag, secret, authenticated), attributes: bag.attributes })
    return { ...pairKeys(keys, certificates), unreadableCertificates, protection: describeProtection(opened, mac) }
  })
}

function decryptSafe(
  { encryption, octets }: Safe,
  secret: PasswordOctets,
  budget: OpeningBudget,
  authenticated: boolean,
): Bag[] {
  const plaintext = encryption === undefined ? octets : encryption.decrypt(octets, secret)
  return readDecrypted(authenticated, () => readSafeContents(plaintext, budget))
}

/** One odd certificate must not cost the user his keys: it is set aside, and told. */
function readCertificateBags(bags: readonly Bag[]) {
  const certificates: OpenedCertificate[] = []
  const unreadableCertificates: UnreadableCertificate[] = []
  for (const bag of bags) {
    if (bag.kind !== 'certificate') continue
    try {
      certificates.push({ certificate: parseCertificate(bag.der), attributes: bag.attributes })
    } catch (error) {
      if (!(error instanceof LabError)) throw error
      unreadableCertificates.push({ der: bag.der, error })
    }
  }
  return { certificates, unreadableCertificates }
}

function openKey(
  bag: Exclude<Bag, { kind: 'certificate' }>,
  secret: PasswordOctets,
  authenticated: boolean,
): KeyObject {
  if (bag.kind === 'key') return readPrivateKeyInfo(bag.pkcs8)
  const plaintext = bag.encryption.decrypt(bag.ciphertext, secret)
  return readDecrypted(authenticated, () => readPrivateKeyInfo(plaintext))
}

/**
 * Without a MAC, garbled plaintext is all that a wrong password shows: it must look as bad padding does, or the two
 * together answer questions about the plaintext. Behind a MAC that fits, broken contents are the writer's.
 */
function readDecrypted<T>(authenticated: boolean, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (authenticated || !(error instanceof LabError) || error.code === 'pkcs12-too-expensive') throw error
    throw wrongPassword()
  }
}
