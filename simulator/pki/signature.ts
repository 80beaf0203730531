/**
 * Signatures over certificates and revocation lists: RSA PKCS#1 v1.5 and PSS (RFC 4055), ECDSA (RFC 5758),
 * Ed25519 and Ed448 (RFC 8410).
 *
 * SHA-1 is verified, as the roots and the archived mail of many companies still carry it; MD5 and older are not.
 */
import { constants, type KeyObject, verify } from 'node:crypto'
import { Oid } from '../asn1/oid.ts'
import { type Asn1Node, bits, children, isContext, oid, readOnly, sequence, smallInteger } from '../asn1/read.ts'
import { LabError } from '../error.ts'

export type SignatureVerdict = 'valid' | 'invalid' | 'unsupported'

export interface SignedOctets {
  /** DER of the AlgorithmIdentifier. */
  readonly signatureAlgorithm: Buffer
  readonly signature: Buffer
  readonly tbs: Buffer
}

/** A signature's octets. Unused bits, which no signature has, would give one certificate several encodings. */
export function signatureOctets(node: Asn1Node | undefined): Buffer {
  const { bytes, unused } = bits(node, 'signatureValue')
  if (unused !== 0)
    throw new LabError('asn1-malformed', `signatureValue: whole octets wanted, got ${unused} unused bits`)
  return bytes
}

type KeyKind = 'rsa' | 'ec' | 'ed25519' | 'ed448'

const algorithms: ReadonlyMap<string, { readonly key: KeyKind; readonly hash: string | null }> = new Map([
  [Oid.sha1WithRsa, { key: 'rsa', hash: 'sha1' }],
  [Oid.sha224WithRsa, { key: 'rsa', hash: 'sha224' }],
  [Oid.sha256WithRsa, { key: 'rsa', hash: 'sha256' }],
  [Oid.sha384WithRsa, { key: 'rsa', hash: 'sha384' }],
  [Oid.sha512WithRsa, { key: 'rsa', hash: 'sha512' }],
  [Oid.ecdsaWithSha1, { key: 'ec', hash: 'sha1' }],
  [Oid.ecdsaWithSha224, { key: 'ec', hash: 'sha224' }],
  [Oid.ecdsaWithSha256, { key: 'ec', hash: 'sha256' }],
  [Oid.ecdsaWithSha384, { key: 'ec', hash: 'sha384' }],
  [Oid.ecdsaWithSha512, { key: 'ec', hash: 'sha512' }],
  [Oid.ed25519, { key: 'ed25519', hash: null }],
  [Oid.ed448, { key: 'ed448', hash: null }],
])

const hashes: ReadonlyMap<string, string> = new Map([
  [Oid.sha1, 'sha1'],
  [Oid.sha224, 'sha224'],
  [Oid.sha256, 'sha256'],
  [Oid.sha384, 'sha384'],
  [Oid.sha512, 'sha512'],
])

/** The cost of a check grows with the square of the modulus; OpenSSL draws the same line. */
const maxRsaBits = 16384

/** Checks the signature with the signer's key; never throws for what is in the octets. */
export function verifySignature(signed: SignedOctets, key: KeyObject): SignatureVerdict {
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) > maxRsaBits) return 'unsupported'
  try {
    const [type, parameters] = sequence(readOnly(signed.signatureAlgorithm), 'AlgorithmIdentifier')
    const dotted = oid(type, 'signature algorithm')
    if (dotted === Oid.rsassaPss) return verifyPss(signed, key, parameters)
    const algorithm = algorithms.get(dotted)
    if (algorithm === undefined) return 'unsupported'
    if (algorithm.key !== key.asymmetricKeyType) return 'invalid'
    return verify(algorithm.hash, signed.tbs, key, signed.signature) ? 'valid' : 'invalid'
  } catch {
    // A key or a signature that OpenSSL takes for broken.
    return 'invalid'
  }
}

function verifyPss(signed: SignedOctets, key: KeyObject, parameters: Asn1Node | undefined): SignatureVerdict {
  if (key.asymmetricKeyType !== 'rsa' && key.asymmetricKeyType !== 'rsa-pss') return 'invalid'
  const pss = readPssParameters(parameters)
  // Node always derives MGF1's hash from the message hash; a trailer other than 1 was never defined.
  if (pss.hash === undefined || pss.mgfHash !== pss.hash || pss.trailer !== 1) return 'unsupported'
  const padded = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: pss.saltLength }
  return verify(pss.hash, signed.tbs, padded, signed.signature) ? 'valid' : 'invalid'
}

interface PssParameters {
  readonly hash: string | undefined
  readonly mgfHash: string | undefined
  readonly saltLength: number
  readonly trailer: number
}

/** RFC 4055 3.1: every field has a default, and SHA-1 is the default hash. */
function readPssParameters(node: Asn1Node | undefined): PssParameters {
  if (node === undefined) throw new LabError('asn1-malformed', 'RSASSA-PSS-params wanted, absent')
  const fields = sequence(node, 'RSASSA-PSS-params')
  const field = (tag: number): Asn1Node | undefined => {
    const found = fields.find((each) => isContext(each, tag))
    return found === undefined ? undefined : children(found)[0]
  }
  const hash = field(0)
  const mask = field(1)
  const saltLength = field(2)
  const trailer = field(3)
  const [maskType, maskHash] = mask === undefined ? [] : sequence(mask, 'maskGenAlgorithm')
  if (maskType !== undefined && oid(maskType, 'maskGenAlgorithm') !== Oid.mgf1)
    return { hash: undefined, mgfHash: undefined, saltLength: 0, trailer: 1 }
  return {
    hash: hash === undefined ? 'sha1' : hashName(hash),
    mgfHash: maskHash === undefined ? 'sha1' : hashName(maskHash),
    saltLength: saltLength === undefined ? 20 : smallInteger(saltLength, 'saltLength'),
    trailer: trailer === undefined ? 1 : smallInteger(trailer, 'trailerField'),
  }
}

function hashName(algorithm: Asn1Node): string | undefined {
  return hashes.get(oid(sequence(algorithm, 'hashAlgorithm')[0], 'hashAlgorithm'))
}
