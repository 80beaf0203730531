/** The algorithms of S/MIME (RFC 8551 2) by object identifier: what they are called here and what node:crypto calls them. */
import { Oid, oidName } from '../../asn1/oid.ts'
import { type Asn1Node, encoding, isUniversal, oid, sequence, Tag } from '../../asn1/read.ts'
import * as der from '../../asn1/write.ts'
import { malformed } from './malformed.ts'

export type DigestName = 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512'

/** What may be sent; `rc2-cbc` and `des-cbc` are opened besides, as archives still hold them. */
export type ContentCipher =
  | 'aes-128-cbc'
  | 'aes-192-cbc'
  | 'aes-256-cbc'
  | 'aes-128-gcm'
  | 'aes-192-gcm'
  | 'aes-256-gcm'
  | 'chacha20-poly1305'
  | 'des-ede3-cbc'

export type KeyTransport = 'rsa-v1.5' | 'rsa-oaep-sha1' | 'rsa-oaep-sha256' | 'rsa-oaep-sha384' | 'rsa-oaep-sha512'

export interface AlgorithmIdentifier {
  readonly oid: string
  /** Undefined when absent; a NULL stays a NULL, as some algorithms tell the two apart. */
  readonly parameters: Asn1Node | undefined
  readonly encoding: Buffer
}

export function readAlgorithm(node: Asn1Node | undefined, what: string): AlgorithmIdentifier {
  const parts = sequence(node, what)
  if (node === undefined || parts.length > 2) throw malformed(`${what}: an algorithm and at most one parameter wanted`)
  return { oid: oid(parts[0], what), parameters: parts[1], encoding: encoding(node) }
}

/** Absent and NULL say the same for digests, AES and RSA v1.5 (RFC 5754 2, RFC 3370 4.2.1). */
export function hasNoParameters(algorithm: AlgorithmIdentifier): boolean {
  return algorithm.parameters === undefined || isUniversal(algorithm.parameters, Tag.Null)
}

const digestByOid: ReadonlyMap<string, DigestName> = new Map([
  [Oid.sha1, 'sha1'],
  [Oid.sha224, 'sha224'],
  [Oid.sha256, 'sha256'],
  [Oid.sha384, 'sha384'],
  [Oid.sha512, 'sha512'],
])

/** MD5 and older are left out on purpose: a collision is a forged signature. */
export function digestOf(dotted: string): DigestName | undefined {
  return digestByOid.get(dotted)
}

/** The AlgorithmIdentifier of a digest, parameters absent (RFC 5754 2). */
export function writeDigest(digest: DigestName): Buffer {
  return der.sequence(der.oid(Oid[digest]))
}

export const digestLength: Readonly<Record<DigestName, number>> = {
  sha1: 20,
  sha224: 28,
  sha256: 32,
  sha384: 48,
  sha512: 64,
}

export type CipherMode = 'cbc' | 'gcm' | 'chacha20-poly1305' | 'rc2'

export interface CipherSpec {
  readonly name: string
  readonly oid: string
  readonly mode: CipherMode
  /** Octets of the content-encryption key; RC2 tells its own in the parameters. */
  readonly keyLength: number
  readonly blockLength: number
  /** The key wrap of equal strength (RFC 8551 2.3). */
  readonly wrap: WrapName | undefined
}

export type WrapName = 'aes-128-wrap' | 'aes-192-wrap' | 'aes-256-wrap' | '3des-wrap'

const ciphers: readonly CipherSpec[] = [
  { name: 'aes-128-cbc', oid: Oid.aes128Cbc, mode: 'cbc', keyLength: 16, blockLength: 16, wrap: 'aes-128-wrap' },
  { name: 'aes-192-cbc', oid: Oid.aes192Cbc, mode: 'cbc', keyLength: 24, blockLength: 16, wrap: 'aes-192-wrap' },
  { name: 'aes-256-cbc', oid: Oid.aes256Cbc, mode: 'cbc', keyLength: 32, blockLength: 16, wrap: 'aes-256-wrap' },
  { name: 'aes-128-gcm', oid: Oid.aes128Gcm, mode: 'gcm', keyLength: 16, blockLength: 16, wrap: 'aes-128-wrap' },
  { name: 'aes-192-gcm', oid: Oid.aes192Gcm, mode: 'gcm', keyLength: 24, blockLength: 16, wrap: 'aes-192-wrap' },
  { name: 'aes-256-gcm', oid: Oid.aes256Gcm, mode: 'gcm', keyLength: 32, blockLength: 16, wrap: 'aes-256-wrap' },
  {
    name: 'chacha20-poly1305',
    oid: Oid.chaCha20Poly1305,
    mode: 'chacha20-poly1305',
    keyLength: 32,
    blockLength: 1,
    wrap: 'aes-256-wrap',
  },
  { name: 'des-ede3-cbc', oid: Oid.desEde3Cbc, mode: 'cbc', keyLength: 24, blockLength: 8, wrap: '3des-wrap' },
  { name: 'des-cbc', oid: Oid.desCbc, mode: 'cbc', keyLength: 8, blockLength: 8, wrap: undefined },
  { name: 'rc2-cbc', oid: Oid.rc2Cbc, mode: 'rc2', keyLength: 16, blockLength: 8, wrap: undefined },
]

const cipherByOid: ReadonlyMap<string, CipherSpec> = new Map(ciphers.map((each) => [each.oid, each]))
const cipherByName: ReadonlyMap<string, CipherSpec> = new Map(ciphers.map((each) => [each.name, each]))

export function cipherOf(dotted: string): CipherSpec | undefined {
  return cipherByOid.get(dotted)
}

export function cipherNamed(name: string): CipherSpec | undefined {
  return cipherByName.get(name)
}

/** A name for people and reports: ours if we know the algorithm, else the dotted form. */
export function cipherText(dotted: string): string {
  return cipherByOid.get(dotted)?.name ?? oidName(dotted)
}

export function isAuthenticated(spec: CipherSpec): boolean {
  return spec.mode === 'gcm' || spec.mode === 'chacha20-poly1305'
}

export interface WrapSpec {
  readonly name: WrapName
  readonly oid: string
  readonly keyLength: number
  /** What node:crypto, that is OpenSSL, calls it. */
  readonly cipher: string
}

const wraps: readonly WrapSpec[] = [
  { name: 'aes-128-wrap', oid: Oid.aes128Wrap, keyLength: 16, cipher: 'id-aes128-wrap' },
  { name: 'aes-192-wrap', oid: Oid.aes192Wrap, keyLength: 24, cipher: 'id-aes192-wrap' },
  { name: 'aes-256-wrap', oid: Oid.aes256Wrap, keyLength: 32, cipher: 'id-aes256-wrap' },
  { name: '3des-wrap', oid: Oid.cms3DesWrap, keyLength: 24, cipher: 'id-smime-alg-cms3deswrap' },
]

const wrapByOid: ReadonlyMap<string, WrapSpec> = new Map(wraps.map((each) => [each.oid, each]))
const wrapByName: ReadonlyMap<string, WrapSpec> = new Map(wraps.map((each) => [each.name, each]))

export function wrapOf(dotted: string): WrapSpec | undefined {
  return wrapByOid.get(dotted)
}

export function wrapNamed(name: WrapName): WrapSpec {
  const spec = wrapByName.get(name)
  if (spec === undefined) throw new RangeError(`no key wrap ${name}`)
  return spec
}

export interface AgreementScheme {
  readonly oid: string
  readonly kdf: 'x9.63' | 'hkdf'
  readonly hash: DigestName
}

/** Cofactor DH is plain DH where the cofactor is 1, as on every NIST curve (RFC 5753 3.1). */
const schemes: readonly AgreementScheme[] = [
  { oid: Oid.dhSinglePassStdDhSha1Kdf, kdf: 'x9.63', hash: 'sha1' },
  { oid: Oid.dhSinglePassStdDhSha224Kdf, kdf: 'x9.63', hash: 'sha224' },
  { oid: Oid.dhSinglePassStdDhSha256Kdf, kdf: 'x9.63', hash: 'sha256' },
  { oid: Oid.dhSinglePassStdDhSha384Kdf, kdf: 'x9.63', hash: 'sha384' },
  { oid: Oid.dhSinglePassStdDhSha512Kdf, kdf: 'x9.63', hash: 'sha512' },
  { oid: Oid.dhSinglePassStdDhHkdfSha256, kdf: 'hkdf', hash: 'sha256' },
  { oid: Oid.dhSinglePassStdDhHkdfSha384, kdf: 'hkdf', hash: 'sha384' },
  { oid: Oid.dhSinglePassStdDhHkdfSha512, kdf: 'hkdf', hash: 'sha512' },
  { oid: Oid.dhSinglePassCofactorDhSha1Kdf, kdf: 'x9.63', hash: 'sha1' },
  // dhSinglePass-cofactorDH-sha224kdf-scheme
  { oid: '1.3.132.1.14.0', kdf: 'x9.63', hash: 'sha224' },
  { oid: Oid.dhSinglePassCofactorDhSha256Kdf, kdf: 'x9.63', hash: 'sha256' },
  { oid: Oid.dhSinglePassCofactorDhSha384Kdf, kdf: 'x9.63', hash: 'sha384' },
  { oid: Oid.dhSinglePassCofactorDhSha512Kdf, kdf: 'x9.63', hash: 'sha512' },
]

const schemeByOid: ReadonlyMap<string, AgreementScheme> = new Map(schemes.map((each) => [each.oid, each]))

export function schemeOf(dotted: string): AgreementScheme | undefined {
  return schemeByOid.get(dotted)
}

/** The standard (not cofactor) scheme for a key derivation; HKDF knows SHA-256 and up only. */
export function standardScheme(kdf: AgreementScheme['kdf'], hash: DigestName): AgreementScheme | undefined {
  return schemes.find((each) => each.kdf === kdf && each.hash === hash)
}
