/** AES-GCM (RFC 5084) and AES-CBC (RFC 3565) of message contents, and the CBC of PKCS#12 files. */
import { Oid } from '../../../simulator/asn1/oid.ts'
import * as der from '../../../simulator/asn1/write.ts'
import { decryptCbc } from '../../../simulator/pki/pkcs12/cbc.ts'
import { openAuthenticated, openBlocks, readContentCipher } from '../../../simulator/smime/cms/content-encryption.ts'
import type { Corpus } from '../corpus.ts'
import { algorithm, compare, hex, readVectors, type Vector } from './vectors.ts'

interface Group {
  readonly keySize: 128 | 192 | 256
  readonly tagSize: number
}

interface Test extends Vector {
  readonly key: string
  readonly iv: string
  readonly msg: string
  readonly ct: string
}

interface AeadTest extends Test {
  readonly aad: string
  readonly tag: string
}

const gcm = { 128: Oid.aes128Gcm, 192: Oid.aes192Gcm, 256: Oid.aes256Gcm } as const
const cbc = { 128: Oid.aes128Cbc, 192: Oid.aes192Cbc, 256: Oid.aes256Cbc } as const

export const aesGcm: Corpus = {
  name: 'wycheproof/aes-gcm',
  folder: 'wycheproof',
  least: 316,
  leftOut: {
    'aes_ccm_test.json': 'not used: RFC 8551 2.7 names GCM and not CCM; the engine calls it unsupported',
  },
  *cases(folder) {
    for (const { name, group, test } of readVectors<Group, AeadTest>(folder, 'aes_gcm_test.json'))
      yield { name, expected: expectedOf(test), run: () => openGcm(group, test) }
  },
}

/** A nonce of no octets is malformed before anything is opened: the field has 8 bits at least (RFC 5084 3.2). */
function expectedOf({ result, flags }: AeadTest): string {
  if (flags.includes('ZeroLengthIv')) return 'refused: cms-malformed'
  return result === 'valid' ? 'opened' : 'refused'
}

function openGcm(group: Group, test: AeadTest): string {
  const parameters = der.sequence(der.octetString(hex(test.iv)), der.integer(group.tagSize / 8))
  const cipher = readContentCipher(algorithm(gcm[group.keySize], parameters))
  if (cipher === undefined) return 'unsupported'
  const sealed = { encrypted: hex(test.ct), mac: hex(test.tag), associatedData: hex(test.aad) }
  return compare(openAuthenticated(cipher, hex(test.key), sealed), hex(test.msg))
}

export const aesCbc: Corpus = {
  name: 'wycheproof/aes-cbc',
  folder: 'wycheproof',
  least: 2 * 216,
  *cases(folder) {
    for (const { name, group, test } of readVectors<Group, Test>(folder, 'aes_cbc_pkcs5_test.json')) {
      const valid = test.result === 'valid'
      yield {
        name: `${name} (message)`,
        expected: valid ? 'opened' : 'refused',
        run: () => {
          const cipher = readContentCipher(algorithm(cbc[group.keySize], der.octetString(hex(test.iv))))
          if (cipher === undefined) return 'unsupported'
          return compare(openBlocks(cipher, hex(test.key), hex(test.ct)), hex(test.msg))
        },
      }
      yield {
        name: `${name} (pkcs12)`,
        expected: valid ? 'opened' : 'refused: pkcs12-wrong-password',
        run: () =>
          compare(decryptCbc(`aes-${group.keySize}-cbc`, hex(test.key), hex(test.iv), hex(test.ct)), hex(test.msg)),
      }
    }
  },
}
