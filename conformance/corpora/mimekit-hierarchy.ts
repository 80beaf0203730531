/** MimeKit's hierarchy: complete and incomplete chains, and certificates that their authority has revoked. */
import type { Certificate } from '../../simulator/pki/certificate.ts'
import type { CertificateRevocationList } from '../../simulator/pki/crl.ts'
import { buildCrl } from '../../simulator/pki/crl-builder.ts'
import { openPkcs12 } from '../../simulator/pki/pkcs12/index.ts'
import { readPrivateKey } from '../../simulator/pki/private-key.ts'
import type { Case } from './case.ts'
import type { Corpus } from './corpus.ts'
import type { CorpusFolder } from './library.ts'
import { identityOf, showKeyFit, showPath } from './verdicts.ts'

const at = new Date('2026-11-01T00:00:00Z')
const password = 'no.secret'

interface Leaf {
  readonly name: string
  /** Of the path with nothing but what the file brings. */
  readonly alone: 'ok' | 'untrusted'
  /** Whose list takes the leaf, or an authority above it, out of service. */
  readonly revoker?: string
}

const leaves: readonly Leaf[] = [
  { name: 'rsa', alone: 'ok' },
  { name: 'ec', alone: 'ok' },
  { name: 'dsa', alone: 'ok' },
  { name: 'dnsnames', alone: 'ok' },
  { name: 'nochain', alone: 'untrusted' },
  { name: 'revoked', alone: 'ok', revoker: 'intermediate2.pfx' },
  { name: 'revokednochain', alone: 'untrusted', revoker: 'intermediate2.pfx' },
  { name: 'revokedsubca', alone: 'ok', revoker: 'certificate-authority.pfx' },
]

const authorities = ['certificate-authority', 'intermediate1', 'intermediate2', 'revoked-intermediate']

/** Keys beside their .pfx. That of 'ec' is of another key pair. */
const separateKeys: readonly (readonly [name: string, fits: boolean])[] = [
  ['certificate-authority', true],
  ['intermediate1', true],
  ['intermediate2', true],
  ['rsa/smime', true],
  ['ec/smime', false],
  ['dnsnames/smime', true],
  ['nochain/smime', true],
  ['revoked/smime', true],
]

export const mimekitHierarchy: Corpus = {
  name: 'mimekit/hierarchy',
  folder: 'mimekit',
  least: 35,
  leftOut: Object.fromEntries(
    [...authorities, ...leaves.map(({ name }) => `${name}/smime`)].map((each) => [
      `${each}.cfg`,
      'what the certificate was made from',
    ]),
  ),
  *cases(folder) {
    for (const leaf of leaves) yield* casesOf(folder, leaf)
    for (const [name, fits] of separateKeys)
      yield {
        name: `${name}.key`,
        expected: fits ? 'the key of the .pfx' : 'another key',
        run: () =>
          identityOf(folder.read(`${name}.pfx`), password).privateKey.equals(readPrivateKey(folder.read(`${name}.key`)))
            ? 'the key of the .pfx'
            : 'another key',
      }
  },
}

function* casesOf(folder: CorpusFolder, { name, alone, revoker }: Leaf): Generator<Case> {
  const file = `${name}/smime.pfx`
  const leaf = () => identityOf(folder.read(file), password)
  const chain = () => openPkcs12(folder.read(file), password).certificates
  const path = (intermediates: readonly Certificate[], crls: readonly CertificateRevocationList[] = []) => {
    const anchors = [identityOf(folder.read('certificate-authority.pfx'), password).certificate]
    return showPath(leaf().certificate, { anchors, intermediates, at, crls, purpose: 'smime-sign' })
  }
  const all = () => [...chain(), ...allAuthorities(folder)]
  yield { name: `${file} (key)`, expected: 'the key fits', run: () => showKeyFit(leaf()) }
  yield { name: `${file} (what it brings)`, expected: alone, run: () => path(chain()) }
  yield { name: `${file} (every authority known)`, expected: 'ok', run: () => path(all()) }
  if (revoker === undefined) return
  yield {
    name: `${file} (under a list of ${revoker})`,
    expected: 'revoked',
    run: () =>
      path(all(), [revocationBy(identityOf(folder.read(revoker), password), [leaf().certificate, ...chain()])]),
  }
}

function allAuthorities(folder: CorpusFolder): Certificate[] {
  return authorities.map((name) => identityOf(folder.read(`${name}.pfx`), password).certificate)
}

/** The corpus has no lists, but the keys to make them: everything that the issuer certified is revoked, but itself. */
function revocationBy(
  issuer: ReturnType<typeof identityOf>,
  certificates: readonly Certificate[],
): CertificateRevocationList {
  const { subject, subjectKeyId } = issuer.certificate
  const revoked = certificates.filter((each) => each.issuer.equals(subject) && !each.subject.equals(subject))
  const request = {
    issuer: subject,
    issuerKeyId: subjectKeyId,
    thisUpdate: new Date('2026-10-01T00:00:00Z'),
    nextUpdate: new Date('2027-10-01T00:00:00Z'),
    number: 1,
    entries: revoked.map(({ serial }) => ({
      serial,
      at: new Date('2026-09-01T00:00:00Z'),
      reason: 'keyCompromise' as const,
    })),
  }
  return buildCrl(request, issuer.privateKey)
}
