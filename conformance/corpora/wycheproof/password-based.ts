/** PBKDF2 and PBES2 (RFC 8018) as PKCS#12 files use them. Passwords come as octets: not all of them are text. */
import { Oid } from '../../../simulator/asn1/oid.ts'
import * as der from '../../../simulator/asn1/write.ts'
import { OpeningBudget } from '../../../simulator/pki/pkcs12/opening-budget.ts'
import { readPbes2 } from '../../../simulator/pki/pkcs12/pbes2.ts'
import { derivePbkdf2, readPbkdf2 } from '../../../simulator/pki/pkcs12/pbkdf2.ts'
import type { Case } from '../case.ts'
import type { Corpus } from '../corpus.ts'
import type { CorpusFolder } from '../library.ts'
import { compare, hex, node, readVectors, type Vector } from './vectors.ts'

interface Test extends Vector {
  readonly password: string
  readonly salt: string
  readonly iterationCount: number
}

const prfs = { sha1: Oid.hmacWithSha1, sha256: Oid.hmacWithSha256, sha512: Oid.hmacWithSha512 } as const
type Prf = keyof typeof prfs
const allPrfs: readonly Prf[] = ['sha1', 'sha256', 'sha512']

/** The vectors are honest, one of them with 16 million iterations; a file's own limit is tested elsewhere. */
const unlimited = () => new OpeningBudget(Number.POSITIVE_INFINITY)

function pbkdf2Algorithm({ salt, iterationCount }: Test, prf: Prf): Buffer {
  const digest = der.sequence(der.oid(prfs[prf]), der.nullValue())
  const parameters = der.sequence(der.octetString(hex(salt)), der.integer(iterationCount), digest)
  return der.sequence(der.oid(Oid.pbkdf2), parameters)
}

export const pbkdf2: Corpus = {
  name: 'wycheproof/pbkdf2',
  folder: 'wycheproof',
  least: 182,
  *cases(folder) {
    for (const prf of allPrfs) yield* pbkdf2Cases(folder, prf)
  },
}

interface Pbkdf2Test extends Test {
  readonly dkLen: number
  readonly dk: string
}

function* pbkdf2Cases(folder: CorpusFolder, prf: Prf): Generator<Case> {
  for (const { name, test } of readVectors<object, Pbkdf2Test>(folder, `pbkdf2_hmac${prf}_test.json`))
    yield {
      name,
      expected: test.dk,
      run: () => {
        const kdf = readPbkdf2(node(pbkdf2Algorithm(test, prf)), unlimited())
        return derivePbkdf2(kdf, hex(test.password), test.dkLen).toString('hex')
      },
    }
}

export const pbes2: Corpus = {
  name: 'wycheproof/pbes2',
  folder: 'wycheproof',
  least: 504,
  *cases(folder) {
    for (const prf of allPrfs)
      for (const [bits, cipher] of [
        [128, Oid.aes128Cbc],
        [256, Oid.aes256Cbc],
      ] as const)
        yield* pbes2Cases(folder, prf, `pbes2_hmac${prf}_aes_${bits}_test.json`, cipher)
  },
}

interface Pbes2Test extends Test {
  readonly iv: string
  readonly msg: string
  readonly ct: string
}

function* pbes2Cases(folder: CorpusFolder, prf: Prf, file: string, cipher: string): Generator<Case> {
  for (const { name, test } of readVectors<object, Pbes2Test>(folder, file))
    yield {
      name,
      expected: test.result === 'valid' ? 'opened' : 'refused',
      run: () => {
        const encryption = der.sequence(der.oid(cipher), der.octetString(hex(test.iv)))
        const scheme = readPbes2(node(der.sequence(pbkdf2Algorithm(test, prf), encryption)), unlimited())
        const password = { utf8: hex(test.password), bmp: Buffer.alloc(0) }
        return compare(scheme.decrypt(hex(test.ct), password), hex(test.msg))
      },
    }
}
