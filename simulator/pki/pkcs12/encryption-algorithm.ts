/** An AlgorithmIdentifier of password-based encryption, turned into something that decrypts. */
import { Oid, oidName } from '../../asn1/oid.ts'
import { type Asn1Node, oid, sequence } from '../../asn1/read.ts'
import { LabError } from '../../error.ts'
import type { EncryptionScheme } from './encryption-scheme.ts'
import { readLegacyScheme } from './legacy-scheme.ts'
import type { OpeningBudget } from './opening-budget.ts'
import { readPbes2 } from './pbes2.ts'
import { unsupported } from './refusals.ts'

/** An unknown scheme is no error until something has to be decrypted with it: so that a file can still be described. */
export function readEncryptionScheme(node: Asn1Node | undefined, budget: OpeningBudget): EncryptionScheme {
  const [algorithm, parameters] = sequence(node, 'encryption algorithm')
  const name = oid(algorithm, 'encryption algorithm')
  try {
    if (name === Oid.pbes2) return readPbes2(parameters, budget)
    const legacy = readLegacyScheme(name, parameters, budget)
    if (legacy !== undefined) return legacy
    throw unsupported(`encryption by a PKCS#12 scheme or PBES2 wanted, got ${oidName(name)}`)
  } catch (error) {
    if (!(error instanceof LabError && error.code === 'pkcs12-unsupported')) throw error
    return {
      name: oidName(name),
      iterations: 0,
      decrypt() {
        throw error
      },
    }
  }
}
