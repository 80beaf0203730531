/** RustCrypto's CMS samples: every kind of recipient, BER beside DER, and structures that are none. */

import { writePem } from '../../simulator/pki/pem.ts'
import { contentKind, decompress, listRecipients, verify } from '../../simulator/smime/cms/index.ts'
import type { Case } from './case.ts'
import type { Corpus } from './corpus.ts'
import type { CorpusFolder } from './library.ts'
import { certificateOf, identityOf, keyOf, showDecrypted, showKeyFit, showPath, showSigners } from './verdicts.ts'

const at = new Date('2026-11-01T00:00:00Z')

const signed: Readonly<Record<string, string>> = {
  'cms_ber.bin': 'valid',
  'cms_der.bin': 'valid',
  'scep_der.bin': 'valid',
  'sd.cms': 'valid',
  'pkits.p7b': 'unsigned, certificates 2, CRLs 0',
  'pkits_ee.p7b': 'unsigned, certificates 1, CRLs 0',
  // A certificate where id-data has an OCTET STRING (RFC 5652 4); OpenSSL refuses it too.
  'apple_mdm_signature_der.bin': 'refused: cms-malformed',
  'signer_info_explicit_attrs.bin': 'refused: asn1-malformed',
  'signer_info_sequence_not_set.bin': 'refused: asn1-malformed',
}

const kinds: Readonly<Record<string, string>> = {
  'digested_data.bin': 'other',
  'encrypted_data.bin': 'encrypted-data',
  'keyEncryptedData.bin': 'encrypted-data',
  'certData.bin': 'data',
}

const recipients: Readonly<Record<string, string>> = {
  'enveloped_data_ktri.bin': 'ktri rsa-v1.5',
  'enveloped_data_kari.bin': 'kari ecdh-p384-sha1kdf',
  'enveloped_data_kekri.bin': 'kekri aes-128-wrap',
  'enveloped_data_pwri.bin': 'pwri 1.2.840.113549.1.9.16.3.9',
  'enveloped_data_multi.bin':
    'ktri rsa-v1.5, kari ecdh-p384-sha1kdf, kekri aes-128-wrap, pwri 1.2.840.113549.1.9.16.3.9',
  '1.3.6.1.4.1.22554.5.6.1_ML-KEM-512-ipd_kemri_auth.der': 'other 1.2.840.113549.1.9.16.13.3',
  '1.3.6.1.4.1.22554.5.6.1_ML-KEM-512-ipd_kemri_id-alg-hkdf-with-sha256.der': 'other 1.2.840.113549.1.9.16.13.3',
  '1.3.6.1.4.1.22554.5.6.1_ML-KEM-512-ipd_kemri_ukm.der': 'other 1.2.840.113549.1.9.16.13.3',
  'kms_ciphertext_for_recipient_1.ber': 'ktri rsa-oaep-sha256',
  'kms_ciphertext_for_recipient_2.ber': 'ktri rsa-oaep-sha256',
  'kms_ciphertext_for_recipient_3.ber': 'ktri rsa-oaep-sha256',
  'kms_ciphertext_for_recipient_4.ber': 'ktri rsa-oaep-sha256',
}

export const rustcryptoCms: Corpus = {
  name: 'rustcrypto-formats/cms',
  folder: 'rustcrypto-formats',
  least: 39,
  leftOut: {
    'cms/examples_notes.txt': 'how the samples were made',
    'cms/p256-pub.der': 'a public key by itself',
    'cms/sceptest_csr.der': 'a certificate request: no part of mail',
  },
  *cases(folder) {
    const read = (file: string) => folder.read(`cms/${file}`)
    for (const [file, expected] of Object.entries(signed))
      yield { name: file, expected, run: () => showSigners(read(file)) }
    for (const [file, expected] of Object.entries(kinds))
      yield { name: file, expected, run: () => contentKind(read(file)) }
    for (const [file, expected] of Object.entries(recipients))
      yield {
        name: file,
        expected,
        run: () =>
          listRecipients(read(file))
            .map(({ type, algorithm }) => `${type} ${algorithm}`)
            .join(', '),
      }
    yield* contents(read)
    yield* wrongKeys(read)
    yield* certificates(read)
  },
}

type Read = CorpusFolder['read']

function* contents(read: Read): Generator<Case> {
  const text = (bytes: Buffer | undefined) => bytes?.toString('latin1').trimEnd()
  const compare = (a: string | undefined, b: string | undefined) => (a === b ? 'the same text' : 'another text')
  yield {
    name: 'cms_ber.bin and cms_der.bin',
    expected: 'the same text',
    run: () => compare(text(verify(read('cms_ber.bin')).content), text(verify(read('cms_der.bin')).content)),
  }
  yield {
    name: 'sd.cms and data.txt',
    expected: 'the same text',
    run: () => compare(text(verify(read('sd.cms')).content), text(read('data.txt'))),
  }
  yield {
    name: 'compressed_data.bin and data.txt',
    expected: 'the same text',
    run: () => compare(text(decompress(read('compressed_data.bin'), 1024)), text(read('data.txt'))),
  }
  yield {
    name: 'compressed_data.bin (more than is allowed)',
    expected: 'refused: cms-excessive',
    run: () => `${decompress(read('compressed_data.bin'), 100).length} octets`,
  }
  yield {
    name: 'scep_der.bin (what it holds)',
    expected: 'enveloped-data',
    run: () => contentKind(verify(read('scep_der.bin')).content ?? Buffer.alloc(0)),
  }
}

/** The recipients' certificates are here and their keys are not: another key must not get any further. */
function* wrongKeys(read: Read): Generator<Case> {
  const rsa = () => keyOf(read('rsa_cert.der'), Buffer.from(writePem('RSA PRIVATE KEY', read('rsa2048-priv.der'))))
  const ec = () => keyOf(read('ec384-ee-key.der'), read('p256-priv.der'))
  for (const file of ['enveloped_data_ktri.bin', 'enveloped_data_multi.bin'])
    yield {
      name: `${file} (by another RSA key)`,
      expected: 'closed: integrity',
      run: () => showDecrypted(read(file), [rsa()]),
    }
  yield {
    name: 'enveloped_data_kari.bin (by a key of another curve)',
    expected: 'closed: integrity',
    run: () => showDecrypted(read('enveloped_data_kari.bin'), [ec()]),
  }
  yield {
    name: 'enveloped_data_kekri.bin (by an RSA key)',
    expected: 'closed: no-matching-recipient',
    run: () => showDecrypted(read('enveloped_data_kekri.bin'), [rsa()]),
  }
}

function* certificates(read: Read): Generator<Case> {
  for (const [ending, name] of [
    ['crt', 'DER'],
    ['pem', 'PEM'],
  ] as const)
    yield {
      name: `ValidCertificatePathTest1EE.${ending} (${name}) below GoodCACert.${ending}`,
      expected: 'ok',
      run: () => {
        const anchors = [certificateOf(read(`GoodCACert.${ending}`))]
        return showPath(certificateOf(read(`ValidCertificatePathTest1EE.${ending}`)), {
          anchors,
          intermediates: [],
          at,
        })
      },
    }
  for (const [certificate, key] of [
    ['cert.pem', 'rsa_sk.pkcs1.pem'],
    ['sceptest_cert-selfsigned.pem', 'sceptest_key.pem'],
  ] as const)
    yield { name: key, expected: 'the key fits', run: () => showKeyFit(keyOf(read(certificate), read(key))) }
  yield {
    name: 'example.pfx holds cert.pem',
    expected: 'the key fits',
    run: () => {
      const identity = identityOf(read('example.pfx'), 'hunter42')
      const same = identity.certificate.sha256 === certificateOf(read('cert.pem')).sha256
      return same ? showKeyFit(identity) : 'another certificate'
    },
  }
}
