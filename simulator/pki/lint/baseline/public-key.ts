/** The subscriber's public key (SMIME BR 6.1.5, 6.1.6, 7.1.3.1). */
import { LabError } from '../../../error.ts'
import { publicKeyOf } from '../../certificate.ts'
import type { Lint } from '../lint.ts'
import { when } from '../when.ts'
import { baselineLint, baselineLintWithoutProfile, version1011 } from './baseline-lint.ts'

/** AlgorithmIdentifiers, to be met octet by octet. */
const rsaAndCurves: ReadonlyMap<string, string> = new Map([
  ['300d06092a864886f70d0101010500', 'RSA'],
  ['301306072a8648ce3d020106082a8648ce3d030107', 'P-256'],
  ['301006072a8648ce3d020106052b81040022', 'P-384'],
  ['301006072a8648ce3d020106052b81040023', 'P-521'],
  ['300506032b6570', 'Ed25519'],
  ['300506032b6571', 'Ed448'],
])

const lattices: ReadonlyMap<string, string> = new Map([
  ['300b0609608648016503040311', 'ML-DSA-44'],
  ['300b0609608648016503040312', 'ML-DSA-65'],
  ['300b0609608648016503040313', 'ML-DSA-87'],
  ['300b0609608648016503040401', 'ML-KEM-512'],
  ['300b0609608648016503040402', 'ML-KEM-768'],
  ['300b0609608648016503040403', 'ML-KEM-1024'],
])

/** Enough to look the identifier up by. */
function shown(algorithm: string): string {
  return algorithm.length > 128 ? `${algorithm.slice(0, 128)}…` : algorithm
}

export const publicKeyLints: readonly Lint[] = [
  baselineLintWithoutProfile({
    slug: 'public-key-algorithm-before-2025-08',
    level: 'error',
    statement:
      'The key is one of RSA, P-256, P-384, P-521, Ed25519 or Ed448, its AlgorithmIdentifier encoded as the Requirements show it.',
    section: '7.1.3.1',
    until: version1011,
    check: ({ key }) =>
      key === undefined
        ? []
        : when(!rsaAndCurves.has(key.algorithm), lattices.get(key.algorithm) ?? shown(key.algorithm)),
  }),
  baselineLintWithoutProfile({
    slug: 'public-key-algorithm',
    level: 'error',
    statement:
      'The key is one of RSA, P-256, P-384, P-521, Ed25519, Ed448, ML-DSA or ML-KEM, its AlgorithmIdentifier encoded as the Requirements show it.',
    section: '7.1.3.1',
    since: version1011,
    check: ({ key }) =>
      key === undefined
        ? []
        : when(!rsaAndCurves.has(key.algorithm) && !lattices.has(key.algorithm), shown(key.algorithm)),
  }),
  baselineLint({
    slug: 'rsa-modulus',
    level: 'error',
    statement: 'The modulus of an RSA key has at least 2048 bits, and a multiple of 8.',
    section: '6.1.5',
    applies: ({ key }) => key?.rsa !== undefined,
    check: ({ key }) => {
      const size = key?.rsa?.modulusBits ?? 0
      return when(size < 2048 || size % 8 !== 0, `${size} bits`)
    },
  }),
  baselineLint({
    slug: 'rsa-exponent',
    level: 'error',
    statement: 'The public exponent of an RSA key is an odd number of 3 or more.',
    section: '6.1.6',
    applies: ({ key }) => key?.rsa !== undefined,
    check: ({ key }) => {
      const exponent = key?.rsa?.exponent ?? 0n
      return when(exponent < 3n || exponent % 2n === 0n, exponent < 1n << 64n ? `${exponent}` : 'a large even number')
    },
  }),
  baselineLint({
    slug: 'rsa-exponent-range',
    level: 'warn',
    statement: 'The public exponent of an RSA key should lie between 2^16 + 1 and 2^256 - 1.',
    section: '6.1.6',
    applies: ({ key }) => key?.rsa !== undefined,
    check: ({ key }) => {
      const exponent = key?.rsa?.exponent ?? 0n
      if (exponent >= 1n << 256n) return ['2^256 or more']
      return when(exponent < 65537n, `${exponent}`)
    },
  }),
  baselineLint({
    slug: 'ec-point',
    level: 'error',
    statement: 'An EC key is a point on its curve.',
    section: '6.1.5',
    applies: ({ key }) => key?.kind === 'ec' && rsaAndCurves.has(key.algorithm),
    check: ({ certificate }) => {
      try {
        publicKeyOf(certificate)
        return []
      } catch (error) {
        if (error instanceof LabError) return ['OpenSSL does not take it for one']
        throw error
      }
    },
  }),
]
