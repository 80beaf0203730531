/** OpenSSL's S/MIME certificates: keys that fit, and paths for mail below their own root. */
import { validatePath } from '../../simulator/pki/path-validation.ts'
import type { Corpus } from './corpus.ts'
import { certificateOf, keyOf, showKeyFit, showPath } from './verdicts.ts'

const at = new Date('2026-11-01T00:00:00Z')

/** What is against signing mail and against encrypting to it, below smroot.pem. */
const paths: Readonly<Record<string, readonly [sign: string, encrypt: string]>> = {
  'smrsa1.pem': ['ok', 'ok'],
  'smrsa2.pem': ['ok', 'ok'],
  'smrsa3.pem': ['ok', 'ok'],
  'smrsa1024.pem': ['ok', 'ok'],
  'smec1.pem': ['ok', 'ok'],
  'smec2.pem': ['ok', 'ok'],
  // Written with another root of the same name; the recipes only decrypt with it.
  'smec3.pem': ['untrusted', 'untrusted'],
  'smdh.pem': ['ok', 'ok'],
  'smdsa1.pem': ['ok', 'ok'],
  'smdsa2.pem': ['ok', 'ok'],
  'smdsa3.pem': ['ok', 'ok'],
  'csrsa1.pem': ['extended-key-usage', 'key-usage, extended-key-usage'],
  'sm_mldsa44.pem': ['ok', 'key-usage'],
  'sm_mlkem512.pem': ['key-usage', 'ok'],
  'sm_mlkem768.pem': ['key-usage', 'ok'],
  'sm_slhdsa_sha2_128s.pem': ['ok', 'key-usage'],
  'sm_slhdsa_shake_128s.pem': ['ok', 'key-usage'],
  'sm_slhdsa_shake_256s.pem': ['ok', 'key-usage'],
}

export const opensslCertificates: Corpus = {
  name: 'openssl/smime-certs',
  folder: 'openssl',
  least: 56,
  leftOut: { 'smime-certs/smdsap.pem': 'DSA parameters only: no certificate and no key' },
  *cases(folder) {
    const read = (file: string) => folder.read(`smime-certs/${file}`)
    for (const [file, [sign, encrypt]] of Object.entries(paths)) {
      const path = (purpose: 'smime-sign' | 'smime-encrypt') => () =>
        showPath(certificateOf(read(file)), {
          anchors: [certificateOf(read('smroot.pem'))],
          intermediates: [],
          at,
          purpose,
        })
      yield { name: `${file} (sign)`, expected: sign, run: path('smime-sign') }
      yield { name: `${file} (encrypt)`, expected: encrypt, run: path('smime-encrypt') }
      yield { name: `${file} (key)`, expected: 'the key fits', run: () => showKeyFit(keyOf(read(file))) }
    }
    yield {
      name: 'smrsa3-cert.pem and smrsa3-key.pem',
      expected: 'the key fits',
      run: () => showKeyFit(keyOf(read('smrsa3-cert.pem'), read('smrsa3-key.pem'))),
    }
    yield {
      name: 'smroot.pem (as issuer of itself)',
      expected: '2 certificates',
      run: () => {
        const anchors = [certificateOf(read('smroot.pem'))]
        const leaf = certificateOf(read('smrsa1.pem'))
        return `${validatePath(leaf, { anchors, intermediates: anchors, at }).chain.length} certificates`
      },
    }
  },
}
