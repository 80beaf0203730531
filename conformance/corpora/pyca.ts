/** pyca/cryptography's PKCS#7 and PKCS#12 vectors. */
import { octets, readOnly, sequence } from '../../simulator/asn1/read.ts'
import { readEncryptionScheme } from '../../simulator/pki/pkcs12/encryption-algorithm.ts'
import { openPkcs12 } from '../../simulator/pki/pkcs12/index.ts'
import { defaultMaxIterations, OpeningBudget } from '../../simulator/pki/pkcs12/opening-budget.ts'
import { encodePassword } from '../../simulator/pki/pkcs12/password.ts'
import { readPrivateKeyInfo } from '../../simulator/pki/pkcs12/private-key-info.ts'
import { listRecipients } from '../../simulator/smime/cms/index.ts'
import type { Case } from './case.ts'
import type { Corpus } from './corpus.ts'
import type { CorpusFolder } from './library.ts'
import { certificateOf, cmsOf, identityOf, keyOf, showKeyFit, showSigners } from './verdicts.ts'

export const pyca: Corpus = {
  name: 'pyca',
  folder: 'pyca',
  least: 37,
  *cases(folder) {
    yield* pkcs7(folder)
    yield* names(folder)
    yield* shroudedKeys(folder)
    yield {
      name: 'pkcs12/ca',
      expected: 'the key fits',
      run: () => showKeyFit(keyOf(folder.read('pkcs12/ca/ca.pem'), folder.read('pkcs12/ca/ca_key.pem'))),
    }
    for (const file of ['cert-key-aes256cbc.p12', 'cert-none-key-none.p12', 'cert-rc2-key-3des.p12'])
      yield {
        name: `pkcs12/${file} holds pkcs12/ca`,
        expected: 'the key fits',
        run: () => {
          const { certificate, privateKey } = identityOf(folder.read(`pkcs12/${file}`), 'cryptography')
          const same = certificate.sha256 === certificateOf(folder.read('pkcs12/ca/ca.pem')).sha256
          return same ? showKeyFit({ certificate, privateKey }) : 'another certificate'
        },
      }
  },
}

/** The private keys of the enveloped ones are not in this selection: whom they are for must be told all the same. */
function* pkcs7(folder: CorpusFolder): Generator<Case> {
  const read = (file: string) => cmsOf(folder.read(`pkcs7/${file}`))
  for (const [file, certificates] of [
    ['amazon-roots.der', 2],
    ['amazon-roots.p7b', 2],
    ['isrg.pem', 1],
  ] as const)
    yield {
      name: file,
      expected: `unsigned, certificates ${certificates}, CRLs 0`,
      run: () => showSigners(read(file)),
    }
  for (const [file, expected] of [
    [
      'enveloped.pem',
      'rsa-v1.5 for CN=Sample LAMPS Certificate Authority, rsa-v1.5 for CN=Sample LAMPS Certificate Authority',
    ],
    ['enveloped-rsa-oaep.pem', 'rsa-oaep-sha1 for CN=cryptography CA'],
    ['enveloped-triple-des.pem', 'rsa-v1.5 for CN=cryptography CA'],
    ['enveloped-no-content.der', 'refused: cms-malformed'],
  ] as const)
    yield { name: file, expected, run: () => showRecipients(read(file)) }
  for (const [file, expected] of [
    ['ascii-san.pem', 'smtpUtf8Mailbox retourne@example.com'],
    // An IA5String with octets beyond ASCII: read as latin1, and so no address that mail could have.
    ['non-ascii-san.pem', 'rfc822Name retournÃ©@example.com'],
  ] as const)
    yield {
      name: file,
      expected,
      run: () => {
        const { subjectAltNames } = certificateOf(folder.read(`pkcs7/${file}`))
        return subjectAltNames.map((each) => ('text' in each ? `${each.kind} ${each.text}` : each.kind)).join(', ')
      },
    }
}

function showRecipients(cms: Buffer): string {
  const views = listRecipients(cms)
  return views
    .flatMap(({ algorithm, ids }) =>
      ids.map((id) => `${algorithm} for ${id.kind === 'issuer-and-serial' ? id.issuerText : id.keyId}`),
    )
    .join(', ')
}

/** name-N: which of three certificates, the first of them with a key, has the friendlyName 'name' (or '☺'). */
function* names(folder: CorpusFolder): Generator<Case> {
  for (const [file, name] of [
    ['name-1', 'name'],
    ['name-2', undefined],
    ['name-3', undefined],
    ['name-2-3', undefined],
    ['name-all', 'name'],
    ['name-unicode', '☺'],
    ['no-name', undefined],
  ] as const)
    for (const [form, password] of [
      ['pwd', 'password'],
      ['no-pwd', null],
    ] as const)
      yield {
        name: `pkcs12/${file}-${form}.p12 (friendlyName)`,
        expected: name ?? 'none',
        run: () => {
          const { identities } = openPkcs12(folder.read(`pkcs12/${file}-${form}.p12`), password)
          return identities.map((each) => each.friendlyName ?? 'none').join(', ')
        },
      }
}

/** PKCS#8 under PKCS#12's own 3DES scheme, as it stands in a shrouded key bag. */
function* shroudedKeys(folder: CorpusFolder): Generator<Case> {
  for (const number of [9607, 9671, 9925, 9926, 9927, 9928, 9929, 9930, 9931, 9932]) {
    const name = `PKCS8/pkcs12_s2k_pem-X_${number}.pem`
    yield {
      name,
      expected: 'pbe-sha1-3des around a key of type rsa',
      run: () => {
        const [algorithm, ciphertext] = sequence(readOnly(cmsOf(folder.read(name))), 'EncryptedPrivateKeyInfo')
        const scheme = readEncryptionScheme(algorithm, new OpeningBudget(defaultMaxIterations))
        const pkcs8 = scheme.decrypt(octets(ciphertext, 'encryptedData'), encodePassword('123456'))
        return `${scheme.name} around a key of type ${readPrivateKeyInfo(pkcs8).asymmetricKeyType}`
      },
    }
  }
}
