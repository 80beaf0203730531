/** A SubjectPublicKeyInfo as far as lints look into it (RFC 3279 2.3.1, RFC 5480 2.1, RFC 8410). */
import { Oid } from '../../asn1/oid.ts'
import { bits, encoding, integerBytes, oid, readOnly, sequence } from '../../asn1/read.ts'

export type KeyKind = 'rsa' | 'ec' | 'eddsa' | 'other'

export interface PublicKeyFacts {
  readonly kind: KeyKind
  /** DER of the AlgorithmIdentifier, lower hex. */
  readonly algorithm: string
  /** Only of an RSA key. */
  readonly rsa?: { readonly modulusBits: number; readonly exponent: bigint }
}

const kinds: ReadonlyMap<string, KeyKind> = new Map([
  [Oid.rsaEncryption, 'rsa'],
  [Oid.ecPublicKey, 'ec'],
  [Oid.ed25519, 'eddsa'],
  [Oid.ed448, 'eddsa'],
])

/**
 * @param spki DER of the SubjectPublicKeyInfo
 * @throws LabError 'asn1-malformed'
 */
export function readPublicKey(spki: Buffer): PublicKeyFacts {
  const [algorithmNode, keyNode] = sequence(readOnly(spki), 'SubjectPublicKeyInfo')
  const [typeNode] = sequence(algorithmNode, 'AlgorithmIdentifier')
  const kind = kinds.get(oid(typeNode, 'public key algorithm')) ?? 'other'
  const algorithm = algorithmNode === undefined ? '' : encoding(algorithmNode).toString('hex')
  if (kind !== 'rsa') return { kind, algorithm }
  const [modulus, exponent] = sequence(readOnly(bits(keyNode, 'subjectPublicKey').bytes), 'RSAPublicKey')
  return {
    kind,
    algorithm,
    rsa: {
      modulusBits: bitLength(integerBytes(modulus, 'modulus')),
      exponent: unsigned(integerBytes(exponent, 'publicExponent')),
    },
  }
}

function bitLength(octets: Buffer): number {
  const first = octets.findIndex((octet) => octet !== 0)
  return first === -1 ? 0 : (octets.length - first) * 8 - (Math.clz32(octets[first] ?? 0) - 24)
}

function unsigned(octets: Buffer): bigint {
  return BigInt(`0x${octets.toString('hex')}`)
}
