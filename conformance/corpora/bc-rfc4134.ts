/** The examples of RFC 4134, every one of them, as bcgit/bc-test-data keeps them. */
import { parseCrl } from '../../simulator/pki/crl.ts'
import { contentKind } from '../../simulator/smime/cms/index.ts'
import type { Case } from './case.ts'
import type { Corpus } from './corpus.ts'
import type { CorpusFolder } from './library.ts'
import { certificateOf, keyOf, showDecrypted, showKeyFit, showMessage, showPath, showSigners } from './verdicts.ts'

const at = new Date('2026-11-01T00:00:00Z')
const sample = 'This is some sample content.'

const signed: Readonly<Record<string, string>> = {
  '4.1.bin': 'valid',
  '4.2.bin': 'valid',
  '4.4.bin': 'valid',
  '4.5.bin': 'valid',
  '4.6.bin': 'valid; valid',
  '4.7.bin': 'valid',
  '4.10.bin': 'valid',
  '4.11.bin': 'unsigned, certificates 2, CRLs 1',
}

/** Content types that are read as far as to say what they are; mail has none of them. */
const kinds: Readonly<Record<string, string>> = {
  '3.1.bin': 'data',
  '3.2.bin': 'data',
  '6.0.bin': 'other',
  '7.1.bin': 'encrypted-data',
  '7.2.bin': 'encrypted-data',
}

const folderName = 'rfc4134'

export const bcRfc4134: Corpus = {
  name: 'bc-test-data/rfc4134',
  folder: 'bc-test-data',
  least: 44,
  leftOut: { 'rfc4134/rfc4134.txt': 'the text that the other files were taken from' },
  *cases(folder) {
    const read = (file: string) => folder.read(`${folderName}/${file}`)
    for (const [file, expected] of Object.entries(kinds))
      yield { name: file, expected, run: () => contentKind(read(file)) }
    for (const [file, expected] of Object.entries(signed))
      yield { name: file, expected, run: () => showSigners(read(file)) }
    yield { name: '4.3.bin', expected: 'valid', run: () => showSigners(read('4.3.bin'), read('ExContent.bin')) }
    yield {
      name: '4.3.bin (without its content)',
      expected: 'content-missing, algorithm-unsupported',
      run: () => showSigners(read('4.3.bin')),
    }
    yield {
      name: '4.2.bin (with its content beside it)',
      expected: 'detached-and-encapsulated',
      run: () => showSigners(read('4.2.bin'), read('ExContent.bin')),
    }
    yield* envelopes(read)
    yield* mail(read)
    yield* authorities(read)
  },
}

type Read = CorpusFolder['read']

const bob = (read: Read) => keyOf(read('BobRSASignByCarl.cer'), read('BobPrivRSAEncrypt.pri'))

function* envelopes(read: Read): Generator<Case> {
  for (const file of ['5.1.bin', '5.2.bin'])
    yield { name: file, expected: `opened: ${sample}`, run: () => showDecrypted(read(file), [bob(read)]) }
  yield {
    name: '5.1.bin (by another key)',
    expected: 'closed: no-matching-recipient',
    run: () => {
      const diane = keyOf(read('DianeRSASignByCarl.cer'), read('DianePrivRSASignEncrypt.pri'))
      return showDecrypted(read('5.1.bin'), [diane])
    },
  }
}

function* mail(read: Read): Generator<Case> {
  const anchors = () => [certificateOf(read('CarlDSSSelf.cer'))]
  for (const file of ['4.8.eml', '4.9.eml'])
    yield {
      name: file,
      // The RFC has aliceDss@examples.com in the From field, and AliceDSS@example.com in the certificate.
      expected: `clear, invalid (address-mismatch): ${sample}`,
      run: () => showMessage(read(file), [], { anchors: anchors(), at }),
    }
  yield {
    name: '5.3.eml',
    expected: `opened, unsigned: ${sample}`,
    run: () => showMessage(read('5.3.eml'), [bob(read)], { anchors: anchors(), at }),
  }
  yield {
    name: '5.3.eml (its CMS)',
    expected: `opened: ${sample}`,
    run: () => {
      const [, body = ''] = read('5.3.eml')
        .toString('latin1')
        .split(/\r?\n\r?\n/)
      return showDecrypted(Buffer.from(body, 'base64'), [bob(read)])
    },
  }
}

/** Carl's certificates and lists. His RSA lists are signed with MD5, which neither revokes nor clears anything here. */
function* authorities(read: Read): Generator<Case> {
  for (const name of ['Alice', 'Bob', 'Diane'])
    for (const [list, expected] of [
      [undefined, 'ok'],
      ['CarlRSACRLForAll.crl', 'revocation-unknown'],
    ] as const)
      yield {
        name: `${name}RSASignByCarl.cer${list === undefined ? '' : ` under ${list}`}`,
        expected,
        run: () =>
          showPath(certificateOf(read(`${name}RSASignByCarl.cer`)), {
            anchors: [certificateOf(read('CarlRSASelf.cer'))],
            intermediates: [],
            at,
            revocation: list === undefined ? 'none' : 'required',
            crls: list === undefined ? [] : [parseCrl(read(list))],
          }),
      }
  for (const file of ['AliceDSSSignByCarlNoInherit.cer', 'DianeDSSSignByCarlInherit.cer'])
    yield {
      name: file,
      expected: 'ok',
      run: () => {
        const anchors = [certificateOf(read('CarlDSSSelf.cer'))]
        return showPath(certificateOf(read(file)), { anchors, intermediates: [], at })
      },
    }
  for (const [who, all] of [
    ['RSA', 3],
    ['DSS', 5],
  ] as const)
    for (const [part, revoked] of [
      ['Empty', 0],
      ['ForCarl', 1],
      ['ForAll', all],
    ] as const)
      yield {
        name: `Carl${who}CRL${part}.crl`,
        expected: `CN=Carl${who}: ${revoked} revoked`,
        run: () => {
          const crl = parseCrl(read(`Carl${who}CRL${part}.crl`))
          return `${crl.issuerText}: ${crl.revoked.size} revoked`
        },
      }
  for (const [key, certificate] of [
    ['AlicePrivRSASign.pri', 'AliceRSASignByCarl.cer'],
    ['AlicePrivDSSSign.pri', 'AliceDSSSignByCarlNoInherit.cer'],
    ['BobPrivRSAEncrypt.pri', 'BobRSASignByCarl.cer'],
    ['CarlPrivRSASign.pri', 'CarlRSASelf.cer'],
    ['CarlPrivDSSSign.pri', 'CarlDSSSelf.cer'],
    ['DianePrivRSASignEncrypt.pri', 'DianeRSASignByCarl.cer'],
  ] as const)
    yield { name: key, expected: 'the key fits', run: () => showKeyFit(keyOf(read(certificate), read(key))) }
  yield {
    name: 'DianePrivDSSSign.pri',
    // Her certificate leaves the parameters to Carl's: by itself it has no key.
    expected: 'refused: public-key-unusable',
    run: () => showKeyFit(keyOf(read('DianeDSSSignByCarlInherit.cer'), read('DianePrivDSSSign.pri'))),
  }
}
