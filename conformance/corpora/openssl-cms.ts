/** OpenSSL's own CMS and PKCS#7 test data, with the outcomes of its recipes (80-test_cms, 80-test_cmsapi, 25-test_pkcs7). */
import { encrypt, listRecipients, type RecipientId } from '../../simulator/smime/cms/index.ts'
import type { Case } from './case.ts'
import type { Corpus } from './corpus.ts'
import type { CorpusFolder } from './library.ts'
import { standInFor } from './stand-in.ts'
import { certificateOf, cmsOf, keyOf, showDecrypted, showMessage, showPath, showSigners } from './verdicts.ts'

const at = new Date('2026-11-01T00:00:00Z')

/** Attributes that RFC 5652 11 forbids to miss, to repeat or to leave unsigned. */
const brokenAttributes: readonly (readonly [file: string, reason: string])[] = [
  ['bad_signtime_attr.cms', 'misplaced-attribute'],
  ['no_ct_attr.cms', 'missing-attribute'],
  ['no_md_attr.cms', 'missing-attribute'],
  ['ct_multiple_attr.cms', 'duplicate-attribute'],
]

export const opensslCms: Corpus = {
  name: 'openssl/cms',
  folder: 'openssl',
  least: 21,
  *cases(folder) {
    for (const [file, expected] of brokenAttributes)
      yield { name: file, expected, run: () => showSigners(folder.read(`80-test_cms_data/${file}`)) }
    yield* enveloped(folder)
    yield* hostile(folder)
    yield* mail(folder)
  },
}

function* enveloped(folder: CorpusFolder): Generator<Case> {
  const read = (file: string) => cmsOf(folder.read(file))
  yield {
    name: 'ciphertext_from_1_1_1.cms',
    expected: 'opened: Somewhat longer test content for OpenSSL CMS utility to hand',
    run: () => {
      const [, body = ''] = folder
        .read('80-test_cms_data/ciphertext_from_1_1_1.cms')
        .toString()
        .split(/\r?\n\r?\n/)
      return showDecrypted(Buffer.from(body, 'base64'), [keyOf(folder.read('smime-certs/smec3.pem'))])
    },
  }
  const pairs = [
    // The key agreement names no key wrap.
    ['ecdh', 'closed: algorithm-unsupported'],
    // Diffie-Hellman on integers (RFC 2631) is not simulated: RFC 8551 2.3 names it no more.
    ['dh', 'closed: algorithm-unsupported'],
  ] as const
  for (const [kind, expected] of pairs)
    yield {
      name: `${kind}-malformed.der`,
      expected,
      run: () => {
        const part = (name: string) => folder.read(`80-test_cms_data/${kind}-${name}`)
        return showDecrypted(part('malformed.der'), [keyOf(part('cert.pem'), part('key.pem'))])
      },
    }
  yield {
    name: 'rsa-malformed.der',
    expected: 'refused: asn1-malformed',
    run: () => showDecrypted(read('80-test_cms_data/rsa-malformed.der'), []),
  }
  const keys = () => [keyOf(folder.read('smime-certs/smrsa1.pem'))]
  // Recipients by a shared key or a password, and content that is no envelope: nobody here is meant.
  for (const [file, expected] of [
    ['80-test_cmsapi_data/cms_pwri_kek_oob.der', 'closed: no-matching-recipient'],
    ['80-test_cmsapi_data/encryptedData.der', 'refused: cms-wrong-type'],
    ['cms-msg/missing-kdf.der', 'closed: no-matching-recipient'],
    ['cms-msg/enveloped-content-type-for-aes-gcm.pem', 'closed: no-matching-recipient'],
  ] as const)
    yield { name: file, expected, run: () => showDecrypted(read(file), keys()) }
  yield {
    name: '80-test_cmsapi_data/encDataWithTooLongIV.pem',
    expected: 'closed: integrity',
    run: () => {
      const cms = read('80-test_cmsapi_data/encDataWithTooLongIV.pem')
      const { privateKey } = keyOf(folder.read('smime-certs/smrsa1.pem'))
      return showDecrypted(cms, [{ certificate: standInFor(onlyRecipient(cms)), privateKey }])
    },
  }
  yield {
    name: 'smime-certs/badrsa.pem (encrypt to it)',
    expected: 'refused: recipient-unusable',
    run: () => {
      const recipients = [certificateOf(folder.read('smime-certs/badrsa.pem'))]
      return encrypt(Buffer.from('text'), { recipients, contentCipher: 'aes-128-cbc' }).toString('hex')
    },
  }
}

function onlyRecipient(cms: Buffer): RecipientId {
  const [id] = listRecipients(cms).flatMap((each) => each.ids)
  if (id === undefined) throw new RangeError('a recipient wanted')
  return id
}

/** MD4, PKCS#7 without its content, GOST: read as far as they can be, and refused by name. */
function* hostile(folder: CorpusFolder): Generator<Case> {
  const signed = (file: string) => showSigners(cmsOf(folder.read(file)))
  for (const [file, expected] of [
    ['80-test_cms_data/pkcs7-md4.pem', 'algorithm-unsupported'],
    ['80-test_cms_data/pkcs7-md4-encrypted.pem', 'refused: cms-wrong-type'],
    ['25-test_pkcs7_data/malformed.pkcs7', 'refused: cms-malformed'],
  ] as const)
    yield { name: file, expected, run: () => signed(file) }
  yield {
    name: '25-test_pkcs7_data/grfc.out (as a certificate)',
    expected: 'untrusted',
    run: () => {
      const certificate = certificateOf(folder.read('25-test_pkcs7_data/grfc.out'))
      return showPath(certificate, { anchors: [], intermediates: [], at })
    },
  }
  yield {
    name: '25-test_pkcs7_data/grfc.out (as its own anchor)',
    expected: 'ok',
    run: () => {
      const certificate = certificateOf(folder.read('25-test_pkcs7_data/grfc.out'))
      return showPath(certificate, { anchors: [certificate], intermediates: [], at: certificate.notBefore })
    },
  }
}

function* mail(folder: CorpusFolder): Generator<Case> {
  const open = (file: string) => showMessage(folder.read(`smime-eml/${file}`), [], { anchors: [], at })
  yield {
    name: 'SignedInvalidMappingFromanyPolicyTest7.eml',
    expected:
      'clear, invalid (untrusted, policy, no-certificate-address): Content-Type: text/plain This is a sample signed message.',
    run: () => open('SignedInvalidMappingFromanyPolicyTest7.eml'),
  }
  yield {
    name: 'pkcs7-empty-digest-set.eml',
    // Its first part begins without the empty line that ends a header, so no MIME reader sees what is signed.
    expected: 'closed malformed, unsigned',
    run: () => open('pkcs7-empty-digest-set.eml'),
  }
}
