/** RSASSA-PSS (RFC 4056) and Ed25519 (RFC 8419): on messages, and on certificates and revocation lists. */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { Oid } from '../../../simulator/asn1/oid.ts'
import * as der from '../../../simulator/asn1/write.ts'
import { verifySignature } from '../../../simulator/pki/signature.ts'
import type { AlgorithmIdentifier } from '../../../simulator/smime/cms/algorithms.ts'
import { checkSignature, readSignatureCheck } from '../../../simulator/smime/cms/signature-algorithm.ts'
import type { Case } from '../case.ts'
import type { Corpus } from '../corpus.ts'
import type { CorpusFolder } from '../library.ts'
import { algorithm, hex, readVectors, type Vector } from './vectors.ts'

interface Group {
  /** SubjectPublicKeyInfo; for PSS with id-RSASSA-PSS and its parameters. */
  readonly publicKeyDer: string
}

interface Test extends Vector {
  readonly msg: string
  readonly sig: string
}

const sha256 = der.sequence(der.oid(Oid.sha256), der.nullValue())
const pssWithSha256 = algorithm(
  Oid.rsassaPss,
  der.sequence(
    der.context(0, sha256),
    der.context(1, der.sequence(der.oid(Oid.mgf1), sha256)),
    der.context(2, der.integer(32)),
  ),
)

export const rsassaPss: Corpus = {
  name: 'wycheproof/rsassa-pss',
  folder: 'wycheproof',
  least: 2 * 108,
  cases: (folder) =>
    casesOf(folder, 'rsa_pss_2048_sha256_mgf1_32_params_test.json', algorithm(Oid.sha256), pssWithSha256),
}

export const ed25519: Corpus = {
  name: 'wycheproof/ed25519',
  folder: 'wycheproof',
  least: 2 * 151,
  cases: (folder) => casesOf(folder, 'ed25519_test.json', algorithm(Oid.sha512), algorithm(Oid.ed25519)),
}

function* casesOf(
  folder: CorpusFolder,
  file: string,
  digest: AlgorithmIdentifier,
  signature: AlgorithmIdentifier,
): Generator<Case> {
  for (const { name, group, test } of readVectors<Group, Test>(folder, file)) {
    const publicKey = () => createPublicKey({ key: hex(group.publicKeyDer), format: 'der', type: 'spki' })
    const expected = test.result === 'valid' ? 'valid' : 'invalid'
    yield { name: `${name} (message)`, expected, run: () => onMessage(publicKey(), digest, signature, test) }
    yield {
      name: `${name} (certificate)`,
      expected,
      run: () =>
        verifySignature(
          { signatureAlgorithm: signature.encoding, signature: hex(test.sig), tbs: hex(test.msg) },
          publicKey(),
        ),
    }
  }
}

function onMessage(key: KeyObject, digest: AlgorithmIdentifier, signature: AlgorithmIdentifier, test: Test): string {
  const check = readSignatureCheck(digest, signature)
  if ('code' in check) return check.code
  return checkSignature(key, check, hex(test.msg), hex(test.sig)) === undefined ? 'valid' : 'invalid'
}
