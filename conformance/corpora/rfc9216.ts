/** RFC 9216: four people below two authorities that certify each other, RSA and Ed25519/X25519, keys apart by use. */
import { openPkcs12 } from '../../simulator/pki/pkcs12/index.ts'
import { encrypt, sign } from '../../simulator/smime/cms/index.ts'
import type { Case } from './case.ts'
import type { Corpus } from './corpus.ts'
import type { CorpusFolder } from './library.ts'
import { certificateOf, keyOf, showContents, showDecrypted, showKeyFit, showPath, showSigners } from './verdicts.ts'

const at = new Date('2026-11-01T00:00:00Z')

/** Name, own authority, the other one. */
const people = [
  ['alice', 'ca.rsa', 'ca.25519'],
  ['bob', 'ca.rsa', 'ca.25519'],
  ['carlos', 'ca.25519', 'ca.rsa'],
  ['dana', 'ca.25519', 'ca.rsa'],
] as const

const uses = ['sign', 'encrypt'] as const

export const rfc9216: Corpus = {
  name: 'rfc9216',
  folder: 'rfc9216',
  least: 54,
  *cases(folder) {
    for (const person of people) {
      for (const use of uses) yield* paths(folder, person, use)
      yield* keys(folder, person[0])
    }
    for (const authority of ['ca.rsa', 'ca.25519'])
      yield {
        name: `${authority}.key.pem`,
        expected: 'the key fits',
        run: () => showKeyFit(keyOf(folder.read(`${authority}.crt.pem`), folder.read(`${authority}.key.pem`))),
      }
  },
}

function* paths(
  folder: CorpusFolder,
  [who, own, other]: (typeof people)[number],
  use: (typeof uses)[number],
): Generator<Case> {
  const certificate = (name: string) => certificateOf(folder.read(`${name}.crt.pem`))
  const path = (anchor: string, intermediates: readonly string[], asked = use) =>
    showPath(certificate(`${who}.${use}`), {
      anchors: [certificate(anchor)],
      intermediates: intermediates.map(certificate),
      at,
      purpose: `smime-${asked}`,
    })
  const crosses = ['ca.rsa.cross', 'ca.25519.cross']
  const name = `${who}.${use}.crt.pem`
  yield { name: `${name} below ${own}`, expected: 'ok', run: () => path(own, []) }
  yield { name: `${name} below ${other}`, expected: 'untrusted', run: () => path(other, []) }
  yield { name: `${name} below ${other}, crosswise`, expected: 'ok', run: () => path(other, crosses) }
  const otherUse = use === 'sign' ? 'encrypt' : 'sign'
  yield { name: `${name} to ${otherUse}`, expected: 'key-usage', run: () => path(own, [], otherUse) }
}

function* keys(folder: CorpusFolder, who: string): Generator<Case> {
  const key = (use: string) => keyOf(folder.read(`${who}.${use}.crt.pem`), folder.read(`${who}.${use}.key.pem`))
  yield { name: `${who}.sign.key.pem`, expected: 'the key fits', run: () => showKeyFit(key('sign')) }
  yield { name: `${who}.encrypt.key.pem`, expected: 'the key fits', run: () => showKeyFit(key('encrypt')) }
  yield {
    name: `${who} signs`,
    expected: 'valid',
    run: () => showSigners(sign(Buffer.from('text'), { signers: [key('sign')], detached: false, signingTime: at })),
  }
  yield {
    name: `${who} decrypts`,
    expected: 'opened: text',
    run: () => {
      const recipients = [key('encrypt').certificate]
      return showDecrypted(encrypt(Buffer.from('text'), { recipients, contentCipher: 'aes-256-gcm' }), [key('encrypt')])
    },
  }
  yield {
    name: `${who}.p12`,
    expected: `keys 2, certificates 3: ${who} signs, ${who} decrypts`,
    run: () => {
      const contents = openPkcs12(folder.read(`${who}.p12`), who)
      const owned = contents.identities.map(({ certificate, friendlyName }) =>
        certificate.sha256 === key('sign').certificate.sha256 ? `${friendlyName} signs` : `${friendlyName} decrypts`,
      )
      return `${showContents(contents)}: ${owned.sort().reverse().join(', ')}`
    },
  }
}
