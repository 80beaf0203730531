/**
 * Signature algorithms (RFC 3370, RFC 4056, RFC 5754, RFC 8419): what an AlgorithmIdentifier asks of the key and the digest.
 * The key's own type is checked, as node:crypto would make an ECDSA check of an "RSA" signature by an EC key.
 */
import { constants, type KeyObject, sign as signBytes, verify as verifyBytes } from 'node:crypto'
import { Oid, oidName } from '../../asn1/oid.ts'
import { children, isContext, sequence, smallInteger } from '../../asn1/read.ts'
import * as der from '../../asn1/write.ts'
import { LabError } from '../../error.ts'
import type { PathReason } from '../../pki/path-validation.ts'
import { verifyPss } from '../../pki/pss.ts'
import { type AlgorithmIdentifier, type DigestName, digestLength, digestOf, readAlgorithm } from './algorithms.ts'

export type SignatureScheme = 'rsa-v1.5' | 'rsa-pss' | 'ecdsa' | 'ed25519'

export interface SignatureCheck {
  readonly scheme: SignatureScheme
  readonly digest: DigestName
  /** PSS only. */
  readonly saltLength: number
  /** PSS only: the hash of the mask generation, where it is not that of the message. */
  readonly maskDigest?: DigestName
}

/** A digest of its own where the identifier carries one; undefined leaves it to digestAlgorithm (RFC 3370 3.2). */
const simple: ReadonlyMap<string, { scheme: SignatureScheme; digest: DigestName | undefined }> = new Map([
  [Oid.rsaEncryption, { scheme: 'rsa-v1.5', digest: undefined }],
  [Oid.sha1WithRsa, { scheme: 'rsa-v1.5', digest: 'sha1' }],
  [Oid.sha224WithRsa, { scheme: 'rsa-v1.5', digest: 'sha224' }],
  [Oid.sha256WithRsa, { scheme: 'rsa-v1.5', digest: 'sha256' }],
  [Oid.sha384WithRsa, { scheme: 'rsa-v1.5', digest: 'sha384' }],
  [Oid.sha512WithRsa, { scheme: 'rsa-v1.5', digest: 'sha512' }],
  [Oid.ecPublicKey, { scheme: 'ecdsa', digest: undefined }],
  [Oid.ecdsaWithSha1, { scheme: 'ecdsa', digest: 'sha1' }],
  [Oid.ecdsaWithSha224, { scheme: 'ecdsa', digest: 'sha224' }],
  [Oid.ecdsaWithSha256, { scheme: 'ecdsa', digest: 'sha256' }],
  [Oid.ecdsaWithSha384, { scheme: 'ecdsa', digest: 'sha384' }],
  [Oid.ecdsaWithSha512, { scheme: 'ecdsa', digest: 'sha512' }],
  // RFC 8419 3.1: the message digest under Ed25519 is SHA-512.
  [Oid.ed25519, { scheme: 'ed25519', digest: 'sha512' }],
])

/** 'rsa-v1.5-sha256', 'rsa-pss-sha256', 'ecdsa-sha256', 'ed25519', or the algorithm's own name. */
export function signatureText(algorithm: AlgorithmIdentifier, digest: string): string {
  if (algorithm.oid === Oid.rsassaPss) return `rsa-pss-${digest}`
  const entry = simple.get(algorithm.oid)
  if (entry === undefined) return oidName(algorithm.oid)
  return entry.scheme === 'ed25519' ? 'ed25519' : `${entry.scheme}-${entry.digest ?? digest}`
}

/** What to check, or the reason why not: unknown algorithms, or two that disagree (RFC 8933 3). */
export function readSignatureCheck(
  digestAlgorithm: AlgorithmIdentifier,
  signatureAlgorithm: AlgorithmIdentifier,
): SignatureCheck | PathReason {
  const digest = digestOf(digestAlgorithm.oid)
  if (digest === undefined) return unsupported(`digest ${oidName(digestAlgorithm.oid)} is not supported`)
  if (signatureAlgorithm.oid === Oid.rsassaPss) return readPss(signatureAlgorithm, digest)
  const entry = simple.get(signatureAlgorithm.oid)
  if (entry === undefined) return unsupported(`signature ${oidName(signatureAlgorithm.oid)} is not supported`)
  if (entry.digest !== undefined && entry.digest !== digest)
    return disagreement(`digest ${digest} with a signature over ${entry.digest}`)
  return { scheme: entry.scheme, digest, saltLength: 0 }
}

/** RSASSA-PSS-params (RFC 4055 3.1): SHA-1, MGF1 with SHA-1, salt 20 and trailer 1 where left out. */
function readPss(algorithm: AlgorithmIdentifier, digest: DigestName): SignatureCheck | PathReason {
  let hash: string = Oid.sha1
  let mgfHash: string = Oid.sha1
  let saltLength = 20
  try {
    for (const field of algorithm.parameters === undefined ? [] : sequence(algorithm.parameters, 'RSASSA-PSS-params')) {
      const value = children(field)[0]
      if (isContext(field, 0)) hash = readAlgorithm(value, 'PSS hashAlgorithm').oid
      else if (isContext(field, 1)) {
        const mgf = readAlgorithm(value, 'PSS maskGenAlgorithm')
        mgfHash = mgf.oid === Oid.mgf1 ? readAlgorithm(mgf.parameters, 'MGF1 hash').oid : mgf.oid
      } else if (isContext(field, 2)) saltLength = smallInteger(value, 'PSS saltLength')
      else if (!isContext(field, 3) || smallInteger(value, 'PSS trailerField') !== 1)
        return unsupported('PSS: trailerField 1 wanted (RFC 4055 3.1)')
    }
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    return unsupported(error.message)
  }
  if (digestOf(hash) !== digest) return disagreement(`digest ${digest} with PSS over ${oidName(hash)}`)
  const maskDigest = digestOf(mgfHash)
  if (maskDigest === undefined) return unsupported(`PSS with a mask by ${oidName(mgfHash)} is not supported`)
  // No modulus that OpenSSL takes (16384 bits) has room for more.
  if (saltLength > 2048) return unsupported(`PSS salt: at most 2048 octets wanted, got ${saltLength}`)
  return { scheme: 'rsa-pss', digest, saltLength, ...(maskDigest === digest ? {} : { maskDigest }) }
}

const keyTypes: Readonly<Record<SignatureScheme, readonly string[]>> = {
  'rsa-v1.5': ['rsa'],
  'rsa-pss': ['rsa', 'rsa-pss'],
  ecdsa: ['ec'],
  ed25519: ['ed25519'],
}

/** Undefined when the signature holds, else why it does not. */
export function checkSignature(
  publicKey: KeyObject,
  check: SignatureCheck,
  signed: Buffer,
  signature: Buffer,
): PathReason | undefined {
  const type = publicKey.asymmetricKeyType ?? ''
  if (!keyTypes[check.scheme].includes(type))
    return disagreement(`a ${check.scheme} signature with a key of type ${type}`)
  if (isGenuine(publicKey, check, signed, signature)) return undefined
  return { code: 'bad-signature', message: 'the signature does not fit what was signed and the key' }
}

function isGenuine(publicKey: KeyObject, check: SignatureCheck, signed: Buffer, signature: Buffer): boolean {
  const { digest, maskDigest, saltLength } = check
  if (maskDigest !== undefined)
    return verifyPss(signed, signature, publicKey, { hash: digest, mgfHash: maskDigest, saltLength })
  try {
    return verifyBytes(digestArgument(check), signed, keyArgument(publicKey, check), signature)
  } catch {
    // OpenSSL throws for what it can't even try, such as a salt longer than the key has room for.
    return false
  }
}

export function makeSignature(privateKey: KeyObject, check: SignatureCheck, signed: Buffer): Buffer {
  return signBytes(digestArgument(check), signed, keyArgument(privateKey, check))
}

function digestArgument({ scheme, digest }: SignatureCheck): DigestName | null {
  return scheme === 'ed25519' ? null : digest
}

function keyArgument(key: KeyObject, { scheme, saltLength }: SignatureCheck) {
  return scheme === 'rsa-pss' ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength } : { key }
}

/** The scheme that fits a private key; Ed25519 brings SHA-512 whatever was asked. */
export function chooseSignature(privateKey: KeyObject, digest: DigestName, pss: boolean): SignatureCheck {
  requireLength(privateKey)
  switch (privateKey.asymmetricKeyType) {
    case 'rsa':
      // RFC 4055 3.1 recommends a salt as long as the hash, and gpgsm opens no other.
      if (pss) return { scheme: 'rsa-pss', digest, saltLength: digestLength[digest] }
      return { scheme: 'rsa-v1.5', digest, saltLength: 0 }
    case 'rsa-pss':
      return { scheme: 'rsa-pss', digest, saltLength: digestLength[digest] }
    case 'ec':
      return { scheme: 'ecdsa', digest, saltLength: 0 }
    case 'ed25519':
      return { scheme: 'ed25519', digest: 'sha512', saltLength: 0 }
    default:
      throw new LabError('signer-unusable', `a key of type ${privateKey.asymmetricKeyType} can't sign mail`)
  }
}

/** RFC 8551 4.2. */
const leastRsaBits = 2048

/** EC and Edwards keys have no modulus. */
function requireLength({ asymmetricKeyDetails }: KeyObject): void {
  const bits = asymmetricKeyDetails?.modulusLength ?? leastRsaBits
  if (bits < leastRsaBits)
    throw new LabError('signer-unusable', `an RSA key of ${leastRsaBits} bits or more wanted to sign with, got ${bits}`)
}

export function writeSignatureAlgorithm({ scheme, digest, saltLength }: SignatureCheck): Buffer {
  switch (scheme) {
    // RFC 3370 3.2: the identifier that every receiver knows; the digest stands beside it.
    case 'rsa-v1.5':
      return der.sequence(der.oid(Oid.rsaEncryption), der.nullValue())
    case 'ecdsa':
      return der.sequence(der.oid(Oid[ecdsaNames[digest]]))
    case 'ed25519':
      return der.sequence(der.oid(Oid.ed25519))
    case 'rsa-pss': {
      const hash = der.sequence(der.oid(Oid[digest]), der.nullValue())
      const mgf = der.sequence(der.oid(Oid.mgf1), hash)
      // DER leaves defaults out (X.690 11.5), and with SHA-1 all of them are.
      const fields =
        digest === 'sha1' ? [] : [der.context(0, hash), der.context(1, mgf), der.context(2, der.integer(saltLength))]
      return der.sequence(der.oid(Oid.rsassaPss), der.sequence(...fields))
    }
  }
}

const ecdsaNames = {
  sha1: 'ecdsaWithSha1',
  sha224: 'ecdsaWithSha224',
  sha256: 'ecdsaWithSha256',
  sha384: 'ecdsaWithSha384',
  sha512: 'ecdsaWithSha512',
} as const

function unsupported(message: string): PathReason {
  return { code: 'algorithm-unsupported', message }
}

function disagreement(message: string): PathReason {
  return { code: 'algorithm-mismatch', message }
}
