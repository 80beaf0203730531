/** RSAES-OAEP as key transport (RFC 3560): five settings of hash and mask, one of them mixed, one key of three primes. */
import { Oid } from '../../../simulator/asn1/oid.ts'
import * as der from '../../../simulator/asn1/write.ts'
import { readPrivateKey } from '../../../simulator/pki/private-key.ts'
import { openTransportedKey } from '../../../simulator/smime/cms/key-transport.ts'
import type { Case } from '../case.ts'
import type { Corpus } from '../corpus.ts'
import type { CorpusFolder } from '../library.ts'
import { algorithm, compare, hex, readVectors, type Vector } from './vectors.ts'

interface Group {
  readonly privateKeyPkcs8: string
  readonly sha: keyof typeof hashOids
  readonly mgfSha: keyof typeof hashOids
}

interface Test extends Vector {
  readonly msg: string
  readonly ct: string
  readonly label: string
}

const hashOids = { 'SHA-1': Oid.sha1, 'SHA-256': Oid.sha256, 'SHA-512': Oid.sha512 } as const

const files = [
  'rsa_oaep_2048_sha1_mgf1sha1_test.json',
  'rsa_oaep_2048_sha256_mgf1sha1_test.json',
  'rsa_oaep_2048_sha256_mgf1sha256_test.json',
  'rsa_oaep_2048_sha512_mgf1sha512_test.json',
  'rsa_three_primes_oaep_2048_sha1_mgf1sha1_test.json',
]

export const rsaesOaep: Corpus = {
  name: 'wycheproof/rsaes-oaep',
  folder: 'wycheproof',
  least: 173,
  *cases(folder) {
    for (const file of files) yield* casesOf(folder, file)
  },
}

function* casesOf(folder: CorpusFolder, file: string): Generator<Case> {
  for (const { name, group, test } of readVectors<Group, Test>(folder, file))
    yield { name, expected: test.result === 'valid' ? 'opened' : 'refused', run: () => open(group, test) }
}

/** All parameters are written out, the defaults too: the reader has to take both. */
function open(group: Group, { msg, ct, label }: Test): string {
  const hash = (sha: Group['sha']) => der.sequence(der.oid(hashOids[sha]), der.nullValue())
  const parameters = der.sequence(
    der.context(0, hash(group.sha)),
    der.context(1, der.sequence(der.oid(Oid.mgf1), hash(group.mgfSha))),
    der.context(2, der.sequence(der.oid(Oid.pSpecified), der.octetString(hex(label)))),
  )
  const privateKey = readPrivateKey(hex(group.privateKeyPkcs8))
  const wanted = hex(msg)
  const recovery = openTransportedKey(privateKey, algorithm(Oid.rsaesOaep, parameters), hex(ct), wanted.length)
  return compare(recovery.ok ? recovery.contentKey : undefined, wanted)
}
