/**
 * ECDH on P-256 (RFC 5753) and X25519 (RFC 8418), asked by whole messages: the vector's public key is the sender's
 * ephemeral key, and the content key is wrapped under what the vector says is shared.
 */
import { createHash, hkdfSync } from 'node:crypto'
import { Oid } from '../../../simulator/asn1/oid.ts'
import { encoding, sequence } from '../../../simulator/asn1/read.ts'
import * as der from '../../../simulator/asn1/write.ts'
import { readPrivateKey } from '../../../simulator/pki/private-key.ts'
import { wrapNamed } from '../../../simulator/smime/cms/algorithms.ts'
import { decrypt } from '../../../simulator/smime/cms/decrypt.ts'
import { wrapKey } from '../../../simulator/smime/cms/key-wrap.ts'
import type { Corpus } from '../corpus.ts'
import { agreementEnvelope, contentKey, recipient, text } from './envelope.ts'
import { compare, hex, node, readVectors, type Vector } from './vectors.ts'

interface Test extends Vector {
  readonly public: string
  readonly private: string
  readonly shared: string
}

const wrap = wrapNamed('aes-128-wrap')
const wrapAlgorithm = der.sequence(der.oid(wrap.oid))
/** ECC-CMS-SharedInfo (RFC 5753 7.2) for 128 bits. */
const sharedInfo = der.sequence(wrapAlgorithm, der.context(2, der.octetString(Buffer.of(0, 0, 0, 128))))

export const ecdhP256: Corpus = {
  name: 'wycheproof/ecdh-p256',
  folder: 'wycheproof',
  least: 355,
  *cases(folder) {
    for (const { name, test } of readVectors<object, Test>(folder, 'ecdh_secp256r1_ecpoint_test.json'))
      yield {
        name,
        // 'acceptable' is a compressed point: senders may use it, so it is taken (RFC 5753 7.1.1 needs the uncompressed).
        expected: test.result === 'invalid' ? 'refused' : 'opened',
        run: () => {
          const algorithm = der.sequence(der.oid(Oid.ecPublicKey), der.oid(Oid.p256))
          const originatorKey = Buffer.concat([algorithm, der.bitString(hex(test.public))])
          const kek = createHash('sha256')
            .update(hex(test.shared))
            .update(Buffer.of(0, 0, 0, 1))
            .update(sharedInfo)
          const key = ecPrivateKey(hex(test.private))
          return open(Oid.dhSinglePassStdDhSha256Kdf, originatorKey, kek.digest().subarray(0, 16), key)
        },
      }
  },
}

export const x25519: Corpus = {
  name: 'wycheproof/x25519',
  folder: 'wycheproof',
  least: 537,
  *cases(folder) {
    for (const { name, test } of readVectors<object, Test>(folder, 'x25519_asn_test.json'))
      yield {
        name,
        expected: expectedOf(test),
        run: () => {
          const fields = sequence(node(hex(test.public)), 'SubjectPublicKeyInfo')
          const kek = hkdfSync('sha256', hex(test.shared), Buffer.alloc(0), sharedInfo, 16)
          const originatorKey = Buffer.concat(fields.map(encoding))
          return open(Oid.dhSinglePassStdDhHkdfSha256, originatorKey, Buffer.from(kek), hex(test.private))
        },
      }
  },
}

/**
 * Of the 'acceptable' ones, points on the twist and non-canonical ones are taken, as RFC 7748 5 has it; a shared secret
 * of zeros is refused (RFC 8418 4 and RFC 7748 6.1).
 */
function expectedOf({ result, flags }: Test): string {
  if (flags.includes('MissingOctetString')) return 'refused: private-key-unusable'
  return result === 'invalid' || flags.includes('ZeroSharedSecret') ? 'refused' : 'opened'
}

function open(scheme: string, originatorKey: Buffer, kek: Buffer, pkcs8: Buffer): string {
  const message = agreementEnvelope(scheme, wrapAlgorithm, originatorKey, wrapKey(wrap, kek, contentKey))
  const result = decrypt(message, [{ certificate: recipient, privateKey: readPrivateKey(pkcs8) }])
  return compare(result.ok ? result.content : undefined, text)
}

/** PKCS#8 around ECPrivateKey (RFC 5915) with nothing but the scalar. */
function ecPrivateKey(scalar: Buffer): Buffer {
  const octets = Buffer.concat([Buffer.alloc(32), scalar]).subarray(-32)
  return der.sequence(
    der.integer(0),
    der.sequence(der.oid(Oid.ecPublicKey), der.oid(Oid.p256)),
    der.octetString(der.sequence(der.integer(1), der.octetString(octets))),
  )
}
