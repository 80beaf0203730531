/** MimeKit's messages, and the test certificates of an older OpenSSL, which ran out in 2023. */
import type { Certificate } from '../../simulator/pki/certificate.ts'
import { openMessage } from '../../simulator/smime/index.ts'
import type { Case } from './case.ts'
import type { Corpus } from './corpus.ts'
import type { CorpusFolder } from './library.ts'
import { certificateOf, keyOf, showKeyFit, showMessage, showPath } from './verdicts.ts'

const at = new Date('2026-11-01T00:00:00Z')

export const mimekitMail: Corpus = {
  name: 'mimekit/mail',
  folder: 'mimekit',
  least: 33,
  leftOut: { 'smdsap.pem': 'DSA parameters only: no certificate and no key' },
  *cases(folder) {
    yield* messages(folder)
    for (const name of ['smrsa1', 'smrsa2', 'smrsa3', 'smec1', 'smec2', 'smdsa1', 'smdsa2', 'smdsa3'])
      yield* expired(folder, `${name}.pem`, ['ok', 'expired, expired'])
    // Both certificates are of other generations than the root beside them.
    yield* expired(folder, 'smdh.pem', ['untrusted', 'untrusted, expired'])
    yield* expired(folder, 'smec3.pem', ['untrusted', 'untrusted'])
  },
}

function* messages(folder: CorpusFolder): Generator<Case> {
  const certificate = (file: string) => certificateOf(folder.read(file))
  const text = 'Content-Type: multipart/mixed; boundary="------------0903060'
  const open = (anchors: readonly Certificate[], intermediates: readonly Certificate[]) =>
    showMessage(folder.read('thunderbird-signed.txt'), [], { anchors, intermediates, at })
  yield {
    name: 'thunderbird-signed.txt (StartCom trusted)',
    // Both certificates below the root are signed over SHA-1.
    expected: `clear, valid (expired-since, weak-digest, weak-digest): ${text}`,
    run: () =>
      open(
        [certificate('StartComCertificationAuthority.crt')],
        [certificate('StartComClass1PrimaryIntermediateClientCA.crt')],
      ),
  }
  yield {
    name: 'thunderbird-signed.txt (nobody trusted)',
    expected: `clear, untrusted (untrusted): ${text}`,
    run: () => open([], []),
  }
  yield {
    name: 'octet-stream-with-mixed-line-endings.dat',
    expected: 'one signer, as it was signed',
    run: () => showIntegrity(folder.read('octet-stream-with-mixed-line-endings.dat')),
  }
}

/** An AS2 message: no author, and an authority that is nobody's here. That what was signed came through is what it is for. */
function showIntegrity(bytes: Buffer): string {
  const { signers } = openMessage(bytes, { keys: [], trust: { anchors: [], at } }).signature
  const changed = signers
    .flatMap((each) => each.reasons)
    .find(({ code }) => /^(digest-mismatch|bad-signature)$/.test(code))
  return `${signers.length === 1 ? 'one signer' : `${signers.length} signers`}, ${changed?.code ?? 'as it was signed'}`
}

function* expired(folder: CorpusFolder, file: string, [in2020, now]: readonly [string, string]): Generator<Case> {
  const path = (asked: Date) =>
    showPath(certificateOf(folder.read(file)), {
      anchors: [certificateOf(folder.read('smroot.pem'))],
      intermediates: [],
      at: asked,
      purpose: 'smime-sign',
    })
  yield { name: `${file} (key)`, expected: 'the key fits', run: () => showKeyFit(keyOf(folder.read(file))) }
  yield { name: `${file} (in 2020)`, expected: in2020, run: () => path(new Date('2020-01-01T00:00:00Z')) }
  yield { name: `${file} (now)`, expected: now, run: () => path(at) }
}
