/** Encrypted messages (RFC 8551 2.3, 2.7, 3.3): algorithms, strength, and for whom. */
import { beforeAll, describe, expect, it } from 'vitest'
import { Oid } from '../../asn1/oid.ts'
import type { Identity } from '../../pki/index.ts'
import { type ContentCipher, encrypt, listRecipients } from '../cms/index.ts'
import { encryptEntity, toMessage } from '../compose.ts'
import {
  type Correspondence,
  createCorrespondence,
  encrypted,
  headers,
  signed,
  text,
} from '../testing/correspondence.ts'
import { openssl } from '../testing/openssl.ts'
import { pemFiles } from '../testing/people.ts'
import { algorithmParts, cmsOf, envelopeParts } from './testing/cms-parts.ts'
import { enrollWith } from './testing/key-kinds.ts'

let world: Correspondence
let bo: Identity
let boRsa: Identity
let boX25519: Identity

beforeAll(async () => {
  world = await createCorrespondence('requirements on encryption')
  bo = world.bo
  boRsa = world.boRsa
  boX25519 = await enrollWith(world.people, 'bo', 'x25519')
})

/** What OpenSSL encrypts to Bo. */
function byOpenssl(to: Identity, ...options: string[]): Buffer {
  const files = { ...pemFiles('bo', to), msg: text }
  const args = ['cms', '-encrypt', '-in', 'msg', '-from', 'alva@example.test', '-to', 'bo@example.test', '-out', 'out']
  const made = openssl([...args, ...options.slice(0, 1), '-recip', 'bo.pem', ...options.slice(1)], files)
  expect(made.stderr).toBe('')
  return made.out
}

/** What OpenSSL makes of our message to Bo. */
function openedByOpenssl(entity: Buffer, to: Identity): Buffer {
  const files = { ...pemFiles('bo', to), msg: toMessage(headers, entity) }
  const args = ['cms', '-decrypt', '-in', 'msg', '-recip', 'bo.pem', '-inkey', 'bo.key', '-out', 'out']
  const opened = openssl(args, files)
  expect(opened.stderr).toBe('')
  return opened.out
}

function opens(entity: Buffer, key: Identity): void {
  const opened = world.open(toMessage(headers, entity), [key])
  expect(opened).toMatchObject({ outcome: 'opened', content: { bytes: text } })
}

const oaep = ['-keyopt', 'rsa_padding_mode:oaep', '-keyopt', 'rsa_oaep_md:sha256', '-keyopt', 'rsa_mgf1_md:sha256']

describe('MSG-04 key management', () => {
  it.each([
    ['ECDH P-256', () => bo, {}, Oid.dhSinglePassStdDhSha256Kdf],
    ['X25519 with HKDF', () => boX25519, {}, Oid.dhSinglePassStdDhHkdfSha256],
    ['RSA v1.5', () => boRsa, {}, Oid.rsaEncryption],
    ['RSA-OAEP', () => boRsa, { keyTransport: 'rsa-oaep-sha256' }, Oid.rsaesOaep],
  ] as const)('MSG-04 %s, made and opened', (_, to, options, identifier) => {
    const recipients = [to().certificate]
    const entity = encryptEntity(text, { recipients, contentCipher: 'aes-256-cbc', ...options })
    expect(envelopeParts(cmsOf(entity)).recipients.map(({ algorithm }) => algorithm.oid)).toEqual([identifier])
    opens(entity, to())
  })

  it.each([
    ['ECDH P-256', () => bo, []],
    ['RSA v1.5', () => boRsa, []],
    ['RSA-OAEP', () => boRsa, oaep],
  ] as const)('MSG-04 %s with OpenSSL, both ways', (_, to, options) => {
    const theirs = byOpenssl(to(), '-aes-256-cbc', ...options)
    expect(world.open(theirs, [to()])).toMatchObject({ outcome: 'opened', content: { bytes: text } })
    const keyTransport = options.length > 0 ? { keyTransport: 'rsa-oaep-sha256' as const } : {}
    const recipients = [to().certificate]
    const ours = encryptEntity(text, { recipients, contentCipher: 'aes-256-cbc', ...keyTransport })
    expect(openedByOpenssl(ours, to())).toEqual(text)
  })
})

describe('MSG-05 key wrap', () => {
  it.each([
    ['aes-128-cbc', Oid.aes128Wrap],
    ['aes-128-gcm', Oid.aes128Wrap],
    ['aes-256-cbc', Oid.aes256Wrap],
    ['aes-256-gcm', Oid.aes256Wrap],
  ] as const)('MSG-05 is as long as the key of %s', (contentCipher, wrap) => {
    for (const to of [bo, boX25519]) {
      const cms = encrypt(text, { recipients: [to.certificate], contentCipher })
      const wraps = envelopeParts(cms).recipients.map(({ algorithm }) => algorithmParts(algorithm.parameters).oid)
      expect(wraps).toEqual([wrap])
    }
  })

  it('MSG-05 that is weaker than the cipher is opened, and told', () => {
    const opened = world.open(byOpenssl(bo, '-aes-256-cbc', '-aes128-wrap'), [bo])
    expect(opened).toMatchObject({
      outcome: 'opened',
      layers: [{ algorithms: ['aes-256-cbc', 'ecdh-p256-sha1kdf'] }],
      recipients: [{ keyWrap: 'aes-128-wrap' }],
    })
  })
})

describe('MSG-15 content ciphers', () => {
  it.each<[ContentCipher, string]>([
    ['aes-128-gcm', Oid.aes128Gcm],
    ['aes-256-gcm', Oid.aes256Gcm],
    ['aes-128-cbc', Oid.aes128Cbc],
    ['aes-256-cbc', Oid.aes256Cbc],
  ])('MSG-15 %s, made for OpenSSL and read from it', (contentCipher, identifier) => {
    const entity = encryptEntity(text, { recipients: [boRsa.certificate], contentCipher })
    expect(envelopeParts(cmsOf(entity)).cipher.oid).toBe(identifier)
    opens(entity, boRsa)
    expect(openedByOpenssl(entity, boRsa)).toEqual(text)
    const theirs = world.open(byOpenssl(boRsa, `-${contentCipher}`))
    expect(theirs).toMatchObject({
      outcome: 'opened',
      content: { bytes: text },
      layers: [{ algorithms: [contentCipher, 'rsa-v1.5'] }],
    })
  })

  it('MSG-15 ChaCha20-Poly1305 too', () => {
    const entity = encryptEntity(text, { recipients: [bo.certificate], contentCipher: 'chacha20-poly1305' })
    expect(envelopeParts(cmsOf(entity)).cipher.oid).toBe(Oid.chaCha20Poly1305)
    opens(entity, bo)
  })
})

it('MSG-19 a message to an old and to a new key has one content, one cipher, and no weaker wrap', () => {
  const recipients = [boRsa.certificate, bo.certificate, boX25519.certificate]
  const { recipients: infos, cipher } = envelopeParts(encrypt(text, { recipients, contentCipher: 'aes-256-gcm' }))
  expect(cipher.oid).toBe(Oid.aes256Gcm)
  const agreed = infos.filter(({ kind }) => kind === 'kari')
  expect([infos.length, agreed.length]).toEqual([3, 2])
  expect(agreed.map(({ algorithm }) => algorithmParts(algorithm.parameters).oid)).toEqual([
    Oid.aes256Wrap,
    Oid.aes256Wrap,
  ])
})

it('MSG-24 the sender, named as a recipient, opens the copy that was sent', () => {
  const { alva } = world
  const recipients = [bo.certificate, alva.certificate]
  const entity = encryptEntity(signed(alva), { recipients, contentCipher: 'aes-256-cbc' })
  expect(listRecipients(cmsOf(entity)).flatMap(({ ids }) => ids)).toHaveLength(2)
  for (const key of [alva, bo])
    expect(world.open(toMessage(headers, entity), [key])).toMatchObject({
      outcome: 'opened',
      signature: { status: 'valid' },
      content: { bytes: text },
    })
  const recipientKeys = [world.eve]
  expect(world.open(toMessage(headers, entity), recipientKeys)).toMatchObject({
    outcome: 'closed',
    cause: 'no-matching-key',
  })
})

it('MSG-33 of an authenticated message that was cut or changed nothing is shown', () => {
  const cms = cmsOf(encrypted(text, bo, 'aes-256-gcm'))
  const at = cms.indexOf(envelopeParts(cms).encrypted)
  const flipped = Buffer.from(cms)
  flipped[at + 3] = (flipped[at + 3] ?? 0) ^ 1
  for (const damaged of [flipped, cms.subarray(0, cms.length - 20)]) {
    const opened = world.open(damaged)
    expect(opened.outcome).toBe('closed')
    expect(opened.content).toBeUndefined()
    expect(JSON.stringify(opened)).not.toContain('Archiv')
  }
})
