import { beforeAll, describe, expect, it } from 'vitest'
import { certificateToPem, type Identity } from '../pki/index.ts'
import { toMessage } from './compose.ts'
import {
  type Correspondence,
  createCorrespondence,
  encrypted,
  headers,
  reasonCodes,
  signed,
  text,
} from './testing/correspondence.ts'
import { openssl } from './testing/openssl.ts'
import { type PeopleWorld, pemFiles } from './testing/people.ts'

let people: PeopleWorld
let alva: Identity
let bo: Identity
let boRsa: Identity
let open: Correspondence['open']

beforeAll(async () => {
  ;({ people, alva, bo, boRsa, open } = await createCorrespondence('openssl-peer'))
})

describe('messages that OpenSSL made', () => {
  const files = () => ({
    ...pemFiles('alva', alva),
    ...pemFiles('bo', bo),
    ...pemFiles('rsa', boRsa),
    msg: text,
  })
  const cms = (...args: string[]): Buffer => {
    const made = openssl(['cms', '-in', 'msg', '-out', 'out', ...args], files())
    expect(made.stderr).toBe('')
    return made.out
  }
  const parties = ['-from', 'alva@example.test', '-to', 'bo@example.test', '-subject', 't']
  const signer = ['-sign', '-signer', 'alva.pem', '-inkey', 'alva.key', ...parties]

  it.each([
    ['clear', []],
    ['opaque', ['-nodetach']],
    ['opaque, indefinite lengths', ['-nodetach', '-stream']],
    ['PSS', ['-keyopt', 'rsa_padding_mode:pss', '-keyopt', 'rsa_pss_saltlen:-1']],
    ['SHA-512', ['-md', 'sha512']],
    ['by key identifier', ['-keyid']],
    ['without attributes', ['-noattr']],
  ])('verifies its signature: %s', (_, options) => {
    const opened = open(cms(...signer, ...options))
    expect(reasonCodes(opened)).toEqual([])
    expect(opened.signature.status).toBe('valid')
    expect(opened.content?.bytes).toEqual(text)
  })

  it.each([
    ['RSA, AES-256-CBC', ['-aes-256-cbc', 'rsa.pem']],
    ['RSA, 3DES', ['-des3', 'rsa.pem']],
    ['by key identifier', ['-aes-128-cbc', '-keyid', '-recip', 'rsa.pem']],
    ['OAEP, GCM', ['-aes-256-gcm', '-recip', 'rsa.pem', '-keyopt', 'rsa_padding_mode:oaep']],
    ['ECDH', ['-aes-256-cbc', '-recip', 'bo.pem']],
  ])('opens what it encrypts: %s', (_, options) => {
    const opened = open(cms('-encrypt', ...parties, ...options))
    expect(opened).toMatchObject({ outcome: 'opened', signature: { status: 'unsigned' } })
    expect(opened.content?.bytes).toEqual(text)
    expect(opened.headers).toMatchObject({ from: 'alva@example.test', to: ['bo@example.test'], subject: 't' })
  })

  it('opens sign-then-encrypt', () => {
    const inner = cms(...signer)
    const made = openssl(
      ['cms', '-encrypt', '-aes-256-cbc', '-in', 'in', '-out', 'out', ...parties, '-recip', 'rsa.pem'],
      {
        ...files(),
        in: inner,
      },
    )
    expect(made.ok).toBe(true)
    expect(open(made.out)).toMatchObject({ outcome: 'opened', signature: { status: 'valid' } })
  })
})

describe('messages that OpenSSL reads', () => {
  const trusted = () => `${certificateToPem(people.root)}${certificateToPem(people.authority.certificate)}`

  it.each([
    ['clear', 'RSA', {}],
    ['clear', 'RSA', { pss: true, digest: 'sha384' }],
    ['opaque', 'RSA', { digest: 'sha512' }],
    ['clear', 'P-256', {}],
    ['opaque', 'P-256', {}],
  ] as const)('verifies ours: %s, %s %o', (form, kind, options) => {
    const signer = kind === 'RSA' ? alva : bo
    const from = kind === 'RSA' ? 'alva@example.test' : 'bo@example.test'
    const message = toMessage({ ...headers, from }, signed(signer, { form, ...options }))
    const verified = openssl(
      ['cms', '-verify', '-in', 'msg', '-CAfile', 'ca', '-verify_email', from, '-attime', '1793606400', '-out', 'out'],
      { msg: message, ca: trusted() },
    )
    expect(verified.stderr).toContain('Verification successful')
    expect(verified.out).toEqual(text)
  })

  it('finds a change in ours', () => {
    const message = toMessage(headers, signed(alva)).toString('latin1').replace('aus dem', 'aus den')
    const args = ['cms', '-verify', '-in', 'msg', '-CAfile', 'ca', '-out', 'out']
    expect(openssl(args, { msg: Buffer.from(message, 'latin1'), ca: trusted() }).ok).toBe(false)
  })

  it.each([
    ['rsa', 'aes-256-cbc'],
    ['rsa', 'aes-256-gcm'],
    ['bo', 'aes-256-cbc'],
    ['bo', 'aes-256-gcm'],
  ] as const)('decrypts ours: %s, %s', (recipient, cipher) => {
    const to = recipient === 'rsa' ? boRsa : bo
    const inner = signed(alva)
    const args = ['cms', '-decrypt', '-in', 'msg', '-recip', `${recipient}.pem`, '-inkey', `${recipient}.key`]
    const decrypted = openssl([...args, '-out', 'out'], {
      msg: toMessage(headers, encrypted(inner, to, cipher)),
      ...pemFiles(recipient, to),
    })
    expect(decrypted.stderr).toBe('')
    expect(decrypted.out).toEqual(inner)
  })
})
