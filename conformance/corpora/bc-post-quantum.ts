/** RFC 9882's signatures and the certificates of ML-DSA, ML-KEM and SLH-DSA: what is not simulated must fail by name. */
import type { Corpus } from './corpus.ts'
import { certificateOf, cmsOf, showPath, showSigners } from './verdicts.ts'

const at = new Date('2026-11-01T00:00:00Z')

const subjects: Readonly<Record<string, string>> = {
  'mldsa/ML-DSA-44.pem': 'CN=LAMPS WG,O=IETF',
  'mldsa/ML-DSA-65.pem': 'CN=LAMPS WG,O=IETF',
  'mldsa/ML-DSA-87.pem': 'CN=LAMPS WG,O=IETF',
  'mlkem/ML-KEM-512.pem': 'CN=LAMPS WG,O=IETF',
  'mlkem/ML-KEM-768.pem': 'CN=LAMPS WG,O=IETF',
  'mlkem/ML-KEM-1024.pem': 'CN=LAMPS WG,O=IETF',
  'slhdsa/SLH-DSA-SHA2-128S.pem': 'O=Bogus SLH-DSA-SHA2-128s CA,L=Paris,C=FR',
}

export const bcPostQuantum: Corpus = {
  name: 'bc-test-data/pkix',
  folder: 'bc-test-data',
  least: 13,
  *cases(folder) {
    for (const strength of [44, 65, 87]) {
      const file = `pkix/cms/mldsa/SignedData_ML-DSA-${strength}.pem`
      yield { name: file, expected: 'valid', run: () => showSigners(cmsOf(folder.read(file))) }
    }
    for (const [file, subject] of Object.entries(subjects)) {
      const certificate = () => certificateOf(folder.read(`pkix/cert/${file}`))
      yield { name: file, expected: subject, run: () => certificate().subjectText }
      if (!file.startsWith('mldsa/')) continue
      yield {
        name: `${file} (path)`,
        expected: 'untrusted',
        run: () => showPath(certificate(), { anchors: [], intermediates: [], at }),
      }
    }
  },
}
