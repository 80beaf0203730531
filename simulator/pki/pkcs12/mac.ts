/** The integrity of a PFX in password mode: MacData (RFC 7292 4), with PKCS#12's own MAC or PBMAC1 (RFC 9579). */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { Oid, oidName } from '../../asn1/oid.ts'
import { type Asn1Node, octets, oid, sequence } from '../../asn1/read.ts'
import { type Digest, digestByOid } from './digests.ts'
import { derivePkcs12Key, Purpose } from './key-derivation.ts'
import type { OpeningBudget } from './opening-budget.ts'
import type { PasswordOctets } from './password.ts'
import { derivePbkdf2, readHmac, readPbkdf2 } from './pbkdf2.ts'
import { malformed, unsupported } from './refusals.ts'

export interface Mac {
  /** 'hmac-sha256', 'pbmac1-hmac-sha256', ... */
  readonly name: string
  readonly iterations: number
  verify(content: Buffer, password: PasswordOctets): boolean
}

/** RFC 9579 asks for 160 bits or more; the upper bound is the block of the widest hash, as HMAC hashes longer keys. */
const pbmac1KeyLength = { least: 20, most: 128 }

export function readMac(node: Asn1Node, budget: OpeningBudget): Mac {
  const [digestInfo, salt, count] = sequence(node, 'MacData')
  const [algorithm, value] = sequence(digestInfo, 'MAC')
  const [algorithmOid, parameters] = sequence(algorithm, 'MAC algorithm')
  const name = oid(algorithmOid, 'MAC algorithm')
  const expected = octets(value, 'MAC value')
  // RFC 9579 5: PBMAC1 brings its own salt and count; those of MacData are there for show.
  if (name === Oid.pbmac1) return readPbmac1(parameters, expected, budget)
  const digest = digestByOid.get(name)
  if (digest === undefined) throw unsupported(`a MAC with SHA-1, SHA-2 or by PBMAC1 wanted, got ${oidName(name)}`)
  const iterations = count === undefined ? 1 : budget.iterations(count, 'MAC iteration count')
  const saltOctets = octets(salt, 'MAC salt')
  return {
    name: `hmac-${digest.name}`,
    iterations,
    verify: (content, { bmp }) => equal(computeMac(content, { digest, salt: saltOctets, iterations }, bmp), expected),
  }
}

export interface MacParameters {
  readonly digest: Digest
  readonly salt: Buffer
  readonly iterations: number
}

/** PKCS#12's own MAC: HMAC under a key as long as the digest (RFC 7292 B.4). */
export function computeMac(content: Buffer, { digest, salt, iterations }: MacParameters, bmpPassword: Buffer): Buffer {
  const input = { digest, purpose: Purpose.mac, password: bmpPassword, salt, iterations }
  return createHmac(digest.name, derivePkcs12Key(input, digest.length)).update(content).digest()
}

function readPbmac1(parameters: Asn1Node | undefined, expected: Buffer, budget: OpeningBudget): Mac {
  const [keyDerivation, scheme] = sequence(parameters, 'PBMAC1 parameters')
  const kdf = readPbkdf2(keyDerivation, budget)
  const digest = readHmac(scheme, 'PBMAC1 message authentication scheme')
  if (digest === undefined) throw malformed('PBMAC1 message authentication scheme: missing')
  const { keyLength } = kdf
  // RFC 9579 4: without it, writers have disagreed on the length of the key.
  if (keyLength === undefined) throw malformed('PBMAC1: a PBKDF2 keyLength wanted, it is missing')
  if (keyLength < pbmac1KeyLength.least || keyLength > pbmac1KeyLength.most)
    throw malformed(
      `PBMAC1: a keyLength of ${pbmac1KeyLength.least} to ${pbmac1KeyLength.most} wanted, got ${keyLength}`,
    )
  return {
    name: `pbmac1-hmac-${digest.name}`,
    iterations: kdf.iterations,
    verify(content, { utf8 }) {
      const key = derivePbkdf2(kdf, utf8, keyLength)
      return equal(createHmac(digest.name, key).update(content).digest(), expected)
    },
  }
}

function equal(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
