/** wbond/asn1crypto's CMS samples. */
import { contentKind, decompress, verify } from '../../simulator/smime/cms/index.ts'
import type { Case } from './case.ts'
import type { Corpus } from './corpus.ts'
import type { CorpusFolder } from './library.ts'
import { cmsOf, keyOf, showDecrypted, showSigners } from './verdicts.ts'

const sample = 'This is the message to encapsulate in PKCS#7/CMS'

/** Of both forms, .der and .pem. */
const signed: Readonly<Record<string, string>> = {
  'cms-signed': 'valid',
  'pkcs7-signed': 'valid',
  // Its signer signed no attributes, and not what RFC 5652 5.4 says: OpenSSL finds it invalid too.
  'cms-signed-digested': 'missing-attribute, bad-signature',
}

const kinds: Readonly<Record<string, string>> = {
  'cms-digested': 'other',
  'cms-encrypted': 'encrypted-data',
  'cms-compressed': 'compressed-data',
}

/** What a content type of PKCS#7 (RFC 2315) comes to: a typed object where CMS has octets. */
const digestedData = '1.2.840.113549.1.7.5'

export const asn1crypto: Corpus = {
  name: 'asn1crypto',
  folder: 'asn1crypto',
  least: 21,
  *cases(folder) {
    const read = (file: string) => cmsOf(folder.read(file))
    for (const form of ['der', 'pem']) {
      for (const [name, expected] of Object.entries(signed))
        yield { name: `${name}.${form}`, expected, run: () => showSigners(read(`${name}.${form}`)) }
      for (const [name, expected] of Object.entries(kinds))
        yield { name: `${name}.${form}`, expected, run: () => contentKind(read(`${name}.${form}`)) }
      yield* contents(form, read)
    }
    yield {
      name: 'mozilla-generated-by-openssl.pkcs7.der',
      expected: 'content-missing',
      run: () => showSigners(read('mozilla-generated-by-openssl.pkcs7.der')),
    }
    // The signature is over other content: OpenSSL says so as well. Here the point is that 59 kB of segments are read.
    yield* indefiniteLength(read)
  },
}

function* contents(form: string, read: (file: string) => Buffer): Generator<Case> {
  for (const name of ['cms-signed-digested', 'pkcs7-signed-digested'])
    yield {
      name: `${name}.${form} (content type)`,
      expected: digestedData,
      run: () => verify(read(`${name}.${form}`)).contentType,
    }
  yield {
    name: `cms-compressed.${form} (content)`,
    expected: sample,
    run: () =>
      decompress(read(`cms-compressed.${form}`), 1024)
        .toString('latin1')
        .trim(),
  }
}

function* indefiniteLength(read: CorpusFolder['read']): Generator<Case> {
  const file = 'cms-signed-indefinite-length.der'
  yield { name: file, expected: 'digest-mismatch', run: () => showSigners(read(file)) }
  yield {
    name: `${file} (without the line feed behind it)`,
    expected: 'digest-mismatch',
    run: () => showSigners(read(file).subarray(0, -1)),
  }
}

/** The enveloped samples of asn1crypto are for the key that oscrypto has. */
export const asn1cryptoEnveloped: Corpus = {
  name: 'asn1crypto/enveloped',
  folder: '',
  least: 2,
  *cases(library) {
    for (const form of ['der', 'pem'])
      yield {
        name: `cms-enveloped.${form}`,
        expected: `opened: ${sample}`,
        run: () => {
          const key = keyOf(library.read('oscrypto/test.crt'), library.read('oscrypto/test.key'))
          return showDecrypted(cmsOf(library.read(`asn1crypto/cms-enveloped.${form}`)), [key])
        },
      }
  },
}
