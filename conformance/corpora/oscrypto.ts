/** wbond/oscrypto's PKCS#12 files and keys. */
import { writePem } from '../../simulator/pki/pem.ts'
import { openPkcs12 } from '../../simulator/pki/pkcs12/index.ts'
import type { Case } from './case.ts'
import type { Corpus } from './corpus.ts'
import type { CorpusFolder } from './library.ts'
import { certificateOf, identityOf, keyOf, showKeyFit, showPath } from './verdicts.ts'

/** All with the key of test.crt, under the password of the corpus; '-blank' under the empty one. */
const sameIdentity = ['aes128', 'aes256', 'rc2', 'tripledes', 'tripledes-blank']

export const oscrypto: Corpus = {
  name: 'oscrypto',
  folder: 'oscrypto',
  least: 10,
  leftOut: { 'test-third.csr': 'a certificate request: no part of mail' },
  *cases(folder) {
    const read = (file: string) => folder.read(file)
    for (const name of sameIdentity)
      yield {
        name: `test-${name}.p12 holds test.crt`,
        expected: 'the key fits',
        run: () => {
          const identity = identityOf(read(`test-${name}.p12`), name.endsWith('-blank') ? '' : 'password123')
          const { certificate, privateKey } = keyOf(read('test.crt'), read('test.key'))
          if (identity.certificate.sha256 !== certificate.sha256) return 'another certificate'
          return identity.privateKey.equals(privateKey) ? 'the key fits' : 'another key'
        },
      }
    yield {
      name: 'test-dsa.p12',
      expected: 'the key fits',
      run: () => showKeyFit(identityOf(read('test-dsa.p12'), 'password123')),
    }
    yield* chain(folder)
  },
}

function* chain(folder: CorpusFolder): Generator<Case> {
  const leaf = () => folder.read('test-third.crt')
  yield {
    name: 'test-third.key',
    expected: 'the key fits',
    run: () => showKeyFit(keyOf(leaf(), folder.read('test-third.key'))),
  }
  yield {
    name: 'test-third-der.key',
    expected: 'the key fits',
    run: () => {
      const pem = writePem('RSA PRIVATE KEY', folder.read('test-third-der.key'))
      return showKeyFit(keyOf(folder.read('test-third-der.crt'), Buffer.from(pem)))
    },
  }
  yield {
    name: 'test-third.p12 holds test-third.crt and its chain',
    expected: 'ok',
    run: () => {
      const { identities, certificates } = openPkcs12(folder.read('test-third.p12'), 'password123')
      const [identity] = identities
      if (identity?.certificate.sha256 !== certificateOf(leaf()).sha256) return 'another certificate'
      const anchors = [certificateOf(folder.read('test.crt'))]
      const at = identity.certificate.notBefore
      return showPath(identity.certificate, { anchors, intermediates: certificates, at })
    },
  }
  yield {
    name: 'test-third-chain.crt begins with test-third.crt',
    expected: 'the same',
    run: () =>
      certificateOf(folder.read('test-third-chain.crt')).sha256 === certificateOf(leaf()).sha256
        ? 'the same'
        : 'another',
  }
}
