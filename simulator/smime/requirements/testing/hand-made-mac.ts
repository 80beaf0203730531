/** The MacData of a PKCS#12 file (RFC 7292 4) replaced by one that a test chose: PBMAC1 (RFC 9579), or one of no use. */
import { createHmac, pbkdf2Sync } from 'node:crypto'
import { Oid } from '../../../asn1/oid.ts'
import { children, encoding, octets, readOnly, sequence } from '../../../asn1/read.ts'
import * as der from '../../../asn1/write.ts'
import { algorithm } from './hand-made-signature.ts'

const salt = Buffer.from('0123456789abcdef')
const noParameters = der.nullValue()

function withMac(pfx: Buffer, macData: (authenticatedSafe: Buffer) => Buffer): Buffer {
  const [version, authSafe] = sequence(readOnly(pfx), 'PFX')
  const [, wrapper] = sequence(authSafe, 'authSafe')
  if (version === undefined || authSafe === undefined || wrapper === undefined) throw new Error('a PFX wanted')
  const covered = octets(children(wrapper)[0], 'AuthenticatedSafe')
  return der.sequence(encoding(version), encoding(authSafe), macData(covered))
}

/** PBMAC1 with PBKDF2 and HMAC-SHA-256; `keyLength` as it is stated, or undefined for left out. The key has 32 octets then. */
export function withPbmac1(pfx: Buffer, password: string, keyLength: number | undefined): Buffer {
  return withMac(pfx, (covered) => {
    const key = pbkdf2Sync(password, salt, 2048, keyLength ?? 32, 'sha256')
    const stated = keyLength === undefined ? [] : [der.integer(keyLength)]
    const prf = algorithm(Oid.hmacWithSha256, noParameters)
    const kdf = algorithm(Oid.pbkdf2, der.sequence(der.octetString(salt), der.integer(2048), ...stated, prf))
    const mac = createHmac('sha256', key).update(covered).digest()
    const digestInfo = der.sequence(algorithm(Oid.pbmac1, der.sequence(kdf, prf)), der.octetString(mac))
    return der.sequence(digestInfo, der.octetString(Buffer.from('NOT USED')), der.integer(1))
  })
}

/** A MAC that would take so many iterations to find wrong. */
export function withIterations(pfx: Buffer, iterations: number): Buffer {
  const digestInfo = der.sequence(algorithm(Oid.sha256, noParameters), der.octetString(Buffer.alloc(32)))
  return withMac(pfx, () => der.sequence(digestInfo, der.octetString(salt), der.integer(iterations)))
}
