/** The digests of PKCS#12 MACs and key derivation, by the OIDs that name them. */
import { Oid } from '../../asn1/oid.ts'

export interface Digest {
  /** As node:crypto and this project's reports name it. */
  readonly name: string
  /** Input block size in octets: `v` in RFC 7292 B.2. */
  readonly block: number
  readonly length: number
}

export const sha1: Digest = { name: 'sha1', block: 64, length: 20 }
export const sha224: Digest = { name: 'sha224', block: 64, length: 28 }
export const sha256: Digest = { name: 'sha256', block: 64, length: 32 }
export const sha384: Digest = { name: 'sha384', block: 128, length: 48 }
export const sha512: Digest = { name: 'sha512', block: 128, length: 64 }

export const digestByOid: ReadonlyMap<string, Digest> = new Map([
  [Oid.sha1, sha1],
  [Oid.sha224, sha224],
  [Oid.sha256, sha256],
  [Oid.sha384, sha384],
  [Oid.sha512, sha512],
  // id-blake2b512 (RFC 7693 4): `openssl pkcs12 -macalg blake2b512` writes it.
  ['1.3.6.1.4.1.1722.12.2.1.16', { name: 'blake2b512', block: 128, length: 64 }],
])

/** HMACs as PBKDF2's pseudo-random function and as PBMAC1's message authentication (RFC 8018 B.1.2, B.3). */
export const hmacDigestByOid: ReadonlyMap<string, Digest> = new Map([
  [Oid.hmacWithSha1, sha1],
  [Oid.hmacWithSha224, sha224],
  [Oid.hmacWithSha256, sha256],
  [Oid.hmacWithSha384, sha384],
  [Oid.hmacWithSha512, sha512],
])
