/**
 * Signatures over certificates and revocation lists: RSA PKCS#1 v1.5 and PSS (RFC 4055), ECDSA (RFC 5758),
 * Ed25519 and Ed448 (RFC 8410).
 *
 * SHA-1 is verified, as the roots and the archived mail of many companies still carry it; MD5 and older are not.
 */
import { type KeyObject, verify } from 'node:crypto'
import { Oid } from '../asn1/oid.ts'
import { type Asn1Node, bits, children, isContext, oid, readOnly, sequence, smallInteger } from '../asn1/read.ts'
import { LabError } from '../error.ts'
import { type HashName, readHashName } from './hash-algorithm.ts'
import { type PssParameters, verifyPss } from './pss.ts'

export { type PssParameters, verifyPss } from './pss.ts'

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

const algorithms: ReadonlyMap<string, { readonly key: KeyKind; readonly hash: HashName | null }> = new Map([
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

/** The cost of a check grows with the square of the modulus; OpenSSL draws the same line. */
const maxRsaBits = 16384

/** Checks the signature with the signer's key; never throws for what is in the octets. */
export function verifySignature(signed: SignedOctets, key: KeyObject): SignatureVerdict {
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) > maxRsaBits) return 'unsupported'
  try {
    const { dotted, parameters } = readAlgorithm(signed)
    if (dotted === Oid.rsassaPss) return pssVerdict(signed, key, parameters)
    const algorithm = algorithms.get(dotted)
    if (algorithm === undefined) return 'unsupported'
    if (algorithm.key !== key.asymmetricKeyType) return 'invalid'
    return verify(algorithm.hash, signed.tbs, key, signed.signature) ? 'valid' : 'invalid'
  } catch {
    // A key or a signature that OpenSSL takes for broken.
    return 'invalid'
  }
}

/** The digest that the signature is over; undefined where it is unknown here, or built into the scheme (Ed25519). */
export function signatureHash(signed: Pick<SignedOctets, 'signatureAlgorithm'>): HashName | undefined {
  try {
    const { dotted, parameters } = readAlgorithm(signed)
    if (dotted === Oid.rsassaPss) return readPssParameters(parameters)?.hash
    return algorithms.get(dotted)?.hash ?? undefined
  } catch (error) {
    if (error instanceof LabError) return undefined
    throw error
  }
}

function readAlgorithm({ signatureAlgorithm }: Pick<SignedOctets, 'signatureAlgorithm'>): {
  dotted: string
  parameters: Asn1Node | undefined
} {
  const [type, parameters] = sequence(readOnly(signatureAlgorithm), 'AlgorithmIdentifier')
  return { dotted: oid(type, 'signature algorithm'), parameters }
}

function pssVerdict(signed: SignedOctets, key: KeyObject, parameters: Asn1Node | undefined): SignatureVerdict {
  if (key.asymmetricKeyType !== 'rsa' && key.asymmetricKeyType !== 'rsa-pss') return 'invalid'
  const pss = readPssParameters(parameters)
  if (pss === undefined) return 'unsupported'
  return verifyPss(signed.tbs, signed.signature, key, pss) ? 'valid' : 'invalid'
}

/**
 * RFC 4055 3.1: every field has a default, and SHA-1 is the default hash. Undefined for another mask generation than
 * MGF1, a digest that is not used here, or a trailer other than 1, which was never defined.
 */
function readPssParameters(node: Asn1Node | undefined): PssParameters | undefined {
  if (node === undefined) throw new LabError('asn1-malformed', 'RSASSA-PSS-params wanted, absent')
  const fields = sequence(node, 'RSASSA-PSS-params')
  const field = (tag: number): Asn1Node | undefined => {
    const found = fields.find((each) => isContext(each, tag))
    return found === undefined ? undefined : children(found)[0]
  }
  const hashNode = field(0)
  const mask = field(1)
  const saltLength = field(2)
  const trailer = field(3)
  const [maskType, maskHash] = mask === undefined ? [] : sequence(mask, 'maskGenAlgorithm')
  if (maskType !== undefined && oid(maskType, 'maskGenAlgorithm') !== Oid.mgf1) return undefined
  if (trailer !== undefined && smallInteger(trailer, 'trailerField') !== 1) return undefined
  const hash = hashNode === undefined ? 'sha1' : readHashName(hashNode, 'hashAlgorithm')
  const mgfHash = maskHash === undefined ? 'sha1' : readHashName(maskHash, 'MGF1 hash')
  if (hash === undefined || mgfHash === undefined) return undefined
  return { hash, mgfHash, saltLength: saltLength === undefined ? 20 : smallInteger(saltLength, 'saltLength') }
}
