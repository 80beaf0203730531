/** Digests by their object identifiers (RFC 5754 2, RFC 8017 B.1), under the names that node:crypto has for them. */
import { Oid } from '../asn1/oid.ts'
import { type Asn1Node, oid, sequence } from '../asn1/read.ts'

export type HashName = 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512'

const hashes: ReadonlyMap<string, HashName> = new Map([
  [Oid.sha1, 'sha1'],
  [Oid.sha224, 'sha224'],
  [Oid.sha256, 'sha256'],
  [Oid.sha384, 'sha384'],
  [Oid.sha512, 'sha512'],
])

/** The digest that an AlgorithmIdentifier names; undefined for one that is not used here, such as MD5. */
export function readHashName(algorithm: Asn1Node | undefined, what: string): HashName | undefined {
  return hashes.get(oid(sequence(algorithm, what)[0], what))
}
