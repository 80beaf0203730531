/** RC2 in CBC mode (RFC 2268, parameters RFC 3370 5.2): opened for old archives, never made. OpenSSL 3 has dropped it. */
import forge from 'node-forge'
import { type Asn1Node, isUniversal, octets, sequence, smallInteger, Tag } from '../../asn1/read.ts'
import { malformed } from './malformed.ts'

/** RFC 2268 6: below 256, rc2ParameterVersion is a table look-up of the effective bits, of which mail used three. */
const bitsByVersion: ReadonlyMap<number, number> = new Map([
  [160, 40],
  [120, 64],
  [58, 128],
])

export function readRc2Parameters(node: Asn1Node | undefined): { effectiveBits: number; iv: Buffer } {
  if (!isUniversal(node, Tag.Sequence)) return { effectiveBits: 32, iv: initialisation(node) }
  const [version, iv] = sequence(node, 'RC2-CBC parameters')
  const value = smallInteger(version, 'rc2ParameterVersion')
  const effectiveBits = bitsByVersion.get(value) ?? value
  if (effectiveBits < 40 || effectiveBits > 1024 || effectiveBits % 8 !== 0)
    throw malformed(`rc2ParameterVersion: one for 40, 64 or 128 bits wanted, got ${value}`)
  return { effectiveBits, iv: initialisation(iv) }
}

function initialisation(node: Asn1Node | undefined): Buffer {
  const iv = octets(node, 'RC2-CBC iv')
  if (iv.length !== 8) throw malformed(`RC2-CBC iv: 8 octets wanted, got ${iv.length}`)
  return iv
}

/** The effective bits equal the key's length in S/MIME (RFC 3370 4.3.2). Padding is left on. */
export function openRc2(key: Buffer, iv: Buffer, encrypted: Buffer): Buffer {
  const decipher = forge.rc2.createDecryptionCipher(binary(key), key.length * 8)
  decipher.start(binary(iv))
  decipher.update(forge.util.createBuffer(binary(encrypted)))
  decipher.finish(() => true)
  return Buffer.from(decipher.output.getBytes(), 'latin1')
}

const binary = (bytes: Buffer): string => bytes.toString('latin1')
