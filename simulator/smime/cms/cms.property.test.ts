/** Hostile octets: whatever is done to a message, the answer is a result or a LabError. */
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LabError } from '../../error.ts'
import { contentKind, decompress, decrypt, encrypt, listRecipients, sign, verify } from './index.ts'
import { type IssuedIdentity, type OpensslPeer, startOpensslPeer } from './testing/openssl-peer.ts'

const text = Buffer.from('Content-Type: text/plain\r\n\r\nKeep this to yourself.\r\n')
const signingTime = new Date('2026-03-01T12:00:00Z')

let peer: OpensslPeer
let rosa: IssuedIdentity
let paul: IssuedIdentity
let xenia: IssuedIdentity
let messages: Buffer[]

beforeAll(() => {
  peer = startOpensslPeer()
  rosa = peer.issue('rosa', 'rsa')
  paul = peer.issue('paul', 'p256')
  xenia = peer.issue('xenia', 'x25519')
  const recipients = [rosa.certificate, paul.certificate, xenia.certificate]
  const openssl = (...options: string[]): Buffer => peer.run(['cms', '-binary', '-outform', 'DER', ...options], text)
  messages = [
    encrypt(text, { recipients, contentCipher: 'aes-256-cbc', recipientId: 'key-identifier' }),
    encrypt(text, { recipients, contentCipher: 'aes-256-gcm', keyTransport: 'rsa-oaep-sha256' }),
    encrypt(text, { recipients: [paul.certificate], contentCipher: 'chacha20-poly1305' }),
    openssl(
      '-encrypt',
      '-stream',
      '-aes128',
      '-secretkey',
      '00'.repeat(16),
      '-secretkeyid',
      '01',
      '-recip',
      paul.certificateFile,
    ),
    sign(text, { signers: [paul, rosa], detached: false, signingTime, encryptionCertificate: rosa.certificate }),
    sign(text, { signers: [rosa], detached: true, signingTime, pss: true }),
    openssl('-sign', '-stream', '-nodetach', '-cades', '-signer', paul.certificateFile, '-inkey', paul.keyFile),
  ]
})
afterAll(() => peer.remove())

/** Runs everything that reads CMS over `octets`. */
function readEverything(octets: Buffer): void {
  for (const read of [
    () => contentKind(octets),
    () => listRecipients(octets).map((each) => JSON.stringify(each)),
    () => decrypt(octets, [paul, rosa, xenia]),
    () => verify(octets).signers.map((each) => expect(each.cryptoValid).toBe(each.reasons.length === 0)),
    () => verify(octets, text),
    () => decompress(octets, 10_000),
  ]) {
    try {
      read()
    } catch (error) {
      if (!(error instanceof LabError)) throw error
      expect(error.code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    }
  }
}

const mutation = fc.record({
  message: fc.nat({ max: 6 }),
  /** Each: where (as a share of the length), how much is taken away, what is put there. */
  edits: fc.array(
    fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat({ max: 6 }), fc.uint8Array({ maxLength: 6 })),
    {
      minLength: 1,
      maxLength: 4,
    },
  ),
})

test('edited messages', () => {
  fc.assert(
    fc.property(mutation, ({ message, edits }) => {
      let octets = messages[message] ?? Buffer.alloc(0)
      for (const [share, removed, added] of edits) {
        const at = Math.floor(share * octets.length)
        octets = Buffer.concat([octets.subarray(0, at), added, octets.subarray(at + removed)])
      }
      readEverything(octets)
    }),
    { numRuns: 1500, interruptAfterTimeLimit: 4000 },
  )
})

/** Same length: the structure survives more often, so the edit reaches deeper. */
test('messages with single octets changed', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 6 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat({ max: 255 }),
      (message, share, octet) => {
        const octets = Buffer.from(messages[message] ?? Buffer.alloc(0))
        octets[Math.min(Math.floor(share * octets.length), octets.length - 1)] = octet
        readEverything(octets)
      },
    ),
    { numRuns: 2500, interruptAfterTimeLimit: 4000 },
  )
})

test('cut messages and noise', () => {
  for (const message of messages)
    for (let length = 0; length < message.length; length += 7) {
      expect(() => contentKind(message.subarray(0, length))).toThrow(LabError)
    }
  for (let round = 0; round < 200; round++) readEverything(Buffer.concat([Buffer.of(0x30, 0x80), randomBytes(60)]))
})

test('what is encrypted comes out again, whatever it is', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom(
        'aes-128-cbc',
        'aes-192-cbc',
        'aes-256-cbc',
        'aes-128-gcm',
        'aes-256-gcm',
        'chacha20-poly1305',
        'des-ede3-cbc',
      ),
      (content, contentCipher) => {
        const cms = encrypt(content, { recipients: [paul.certificate], contentCipher })
        const result = decrypt(cms, [rosa, paul])
        expect(result.ok && result.content.equals(content)).toBe(true)
      },
    ),
    { numRuns: 150 },
  )
})

test('nesting to any depth is bounded', () => {
  for (const depth of [50, 95, 97, 5000])
    for (const opening of ['3080', '2480', 'a080', '3180'])
      readEverything(
        Buffer.concat([...Array.from({ length: depth }, () => Buffer.from(opening, 'hex')), Buffer.alloc(2 * depth)]),
      )
})
