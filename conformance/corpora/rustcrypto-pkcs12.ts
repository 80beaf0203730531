/** RustCrypto's PKCS#12 samples: one identity as five programs export it, and another under seventeen protections. */
import { openPkcs12 } from '../../simulator/pki/pkcs12/index.ts'
import type { Corpus } from './corpus.ts'
import { certificateOf, identityOf, keyOf, showKeyFit } from './verdicts.ts'

const exports: Readonly<Record<string, string>> = {
  'ValidCertificatePathTest1EE.p12': 'Valid Certificate Path Test1 EE',
  'ValidCertificatePathTest1EE_firefox.p12': 'Valid Certificate Path Test1 EE',
  'ValidCertificatePathTest1EE_macos.p12': 'Valid EE Certificate Test1',
  'ValidCertificatePathTest1EE_windows_aes.p12.pfx': 'Valid Certificate Path Test1 EE',
  'ValidCertificatePathTest1EE_windows_tdes.p12.pfx': 'Valid Certificate Path Test1 EE',
}

/** Without 7 (another identity), 15 (no key) and 16 (no certificate). */
const protections = [2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 17]

export const rustcryptoPkcs12: Corpus = {
  name: 'rustcrypto-formats/pkcs12',
  folder: 'rustcrypto-formats',
  least: 26,
  *cases(folder) {
    const read = (file: string) => folder.read(`pkcs12/${file}`)
    const holds = (file: string, password: string, certificateFile: string, keyFile: string) => {
      const identity = identityOf(read(file), password)
      if (identity.certificate.sha256 !== certificateOf(read(certificateFile)).sha256) return 'another certificate'
      const { certificate, privateKey } = keyOf(read(certificateFile), read(keyFile))
      return identity.privateKey.equals(privateKey) ? showKeyFit({ certificate, privateKey }) : 'another key'
    }
    for (const [file, friendlyName] of Object.entries(exports)) {
      yield {
        name: `${file} (identity)`,
        expected: 'the key fits',
        run: () => holds(file, 'password', 'ValidCertificatePathTest1EE.crt', 'ValidCertificatePathTest1EE.key'),
      }
      yield {
        name: `${file} (friendlyName)`,
        expected: friendlyName,
        run: () => identityOf(read(file), 'password').friendlyName ?? 'none',
      }
    }
    const keyFile = (number: number) => (number % 2 === 0 ? 'key.pem' : 'key.der')
    for (const number of protections)
      yield {
        name: `example${number}.pfx (identity)`,
        expected: 'the key fits',
        run: () => holds(`example${number}.pfx`, '1234', 'cert.pem', keyFile(number)),
      }
    yield {
      name: 'example.pfx (identity)',
      expected: 'the key fits',
      run: () => holds('example.pfx', '', 'cert.der', 'key.der'),
    }
    yield {
      name: 'example7.pfx (identity and chain)',
      expected: 'the chain is there',
      run: () => {
        const { identities, certificates } = openPkcs12(read('example7.pfx'), '1234')
        const wanted = ['ValidCertificatePathTest1EE.pem', 'GoodCACert.der'].map((each) => certificateOf(read(each)))
        const found = [...identities.map((each) => each.certificate), ...certificates]
        const same = wanted.every((each, index) => each.sha256 === found[index]?.sha256)
        return same && found.length === 2 ? 'the chain is there' : found.map((each) => each.subjectText).join('; ')
      },
    }
    yield {
      name: 'GoodCACert.crt and GoodCACert.der',
      expected: 'the same',
      run: () =>
        certificateOf(read('GoodCACert.crt')).sha256 === certificateOf(read('GoodCACert.der')).sha256
          ? 'the same'
          : 'different',
    }
  },
}
