/** The curves of key agreement in mail: P-256, P-384, P-521 (RFC 5753), X25519 and X448 (RFC 8418), and their public keys. */
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { Oid } from '../../asn1/oid.ts'
import * as der from '../../asn1/write.ts'
import type { AlgorithmIdentifier } from './algorithms.ts'

export interface Curve {
  readonly text: string
  /** DER of the AlgorithmIdentifier in a SubjectPublicKeyInfo. */
  readonly algorithm: Buffer
  /** Octets of a coordinate. */
  readonly size: number
  readonly montgomery: boolean
  /** Makes a key on the curve. */
  readonly generate: () => { publicKey: KeyObject; privateKey: KeyObject }
}

function primeCurve(text: string, curveOid: string, namedCurve: string, size: number): Curve {
  const algorithm = der.sequence(der.oid(Oid.ecPublicKey), der.oid(curveOid))
  return { text, algorithm, size, montgomery: false, generate: () => generateKeyPairSync('ec', { namedCurve }) }
}

const curves: ReadonlyMap<string, Curve> = new Map([
  ['prime256v1', primeCurve('ecdh-p256', Oid.p256, 'P-256', 32)],
  ['secp384r1', primeCurve('ecdh-p384', Oid.p384, 'P-384', 48)],
  ['secp521r1', primeCurve('ecdh-p521', Oid.p521, 'P-521', 66)],
  [
    'x25519',
    {
      text: 'x25519',
      algorithm: der.sequence(der.oid(Oid.x25519)),
      size: 32,
      montgomery: true,
      generate: () => generateKeyPairSync('x25519'),
    },
  ],
  [
    'x448',
    {
      text: 'x448',
      algorithm: der.sequence(der.oid(Oid.x448)),
      size: 56,
      montgomery: true,
      generate: () => generateKeyPairSync('x448'),
    },
  ],
])

const knownCurves = new WeakMap<KeyObject, Curve | undefined>()

/** Remembered: node:crypto asks OpenSSL anew each time. */
export function curveOf(key: KeyObject): Curve | undefined {
  if (!knownCurves.has(key)) knownCurves.set(key, findCurve(key))
  return knownCurves.get(key)
}

function findCurve(key: KeyObject): Curve | undefined {
  const type = key.asymmetricKeyType
  return curves.get(type === 'ec' ? (key.asymmetricKeyDetails?.namedCurve ?? '') : (type ?? ''))
}

/** A public key as the sender wrote it. */
export interface SenderKey {
  readonly algorithm: AlgorithmIdentifier
  readonly publicKey: Buffer
}

/** Senders may leave the curve out of the ephemeral key (RFC 5753 3.1.1); its length tells then. */
export function curveText({ algorithm, publicKey }: SenderKey): string {
  if (algorithm.oid === Oid.x25519) return 'x25519'
  if (algorithm.oid === Oid.x448) return 'x448'
  const compressed = publicKey[0] === 2 || publicKey[0] === 3
  const size = compressed ? publicKey.length - 1 : (publicKey.length - 1) / 2
  for (const curve of curves.values()) if (!curve.montgomery && curve.size === size) return curve.text
  return 'ecdh'
}

/** The sender's key on the recipient's own curve, whatever its parameters say; a hybrid point (06, 07) is never right (RFC 5753 7.1.1). */
export function importPublicKey({ algorithm, publicKey }: SenderKey, curve: Curve): KeyObject | undefined {
  const montgomery = algorithm.oid === Oid.x25519 || algorithm.oid === Oid.x448
  if (montgomery !== curve.montgomery) return undefined
  const first = publicKey[0]
  if (!montgomery && first !== 2 && first !== 3 && first !== 4) return undefined
  try {
    const spki = der.sequence(curve.algorithm, der.bitString(publicKey))
    return createPublicKey({ key: spki, format: 'der', type: 'spki' })
  } catch {
    return undefined
  }
}

/** The uncompressed point, or the octets of a Montgomery curve. By way of JWK, which node:crypto exports six times faster than DER. */
export function publicPoint(key: KeyObject): Buffer {
  const { x = '', y } = key.export({ format: 'jwk' })
  const first = Buffer.from(x, 'base64url')
  return y === undefined ? first : Buffer.concat([Buffer.of(4), first, Buffer.from(y, 'base64url')])
}
