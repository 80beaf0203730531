/** CMS without a message around it, in every form that OpenSSL writes; signatures that stand apart from what they sign. */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { openJson } from './testing/open-command.ts'
import { createOpensslWorld } from './testing/openssl-world.ts'

const world = createOpensslWorld()
afterAll(() => rmSync(world.folder, { recursive: true }))
const alva = ['--identity', 'alva.pem', '--trust', 'root.pem']
const open = (...argv: string[]) => openJson(world.folder, [...argv, ...alva])
const read = (file: string) => readFileSync(join(world.folder, file))

const signer = ['-signer', 'alva.crt', '-inkey', 'alva.key']
const encrypt = (...argv: string[]) => world.openssl('cms', '-encrypt', '-in', 'signed', ...argv, 'alva.crt')
const sign = (...argv: string[]) => world.openssl('cms', '-sign', '-in', 'text', ...signer, ...argv)

encrypt('-outform', 'DER', '-out', 'der.p7m')
encrypt('-outform', 'DER', '-stream', '-out', 'ber.p7m')
encrypt('-outform', 'PEM', '-out', 'cms.pem')
world.openssl('smime', '-encrypt', '-in', 'signed', '-outform', 'PEM', '-out', 'pkcs7.pem', 'alva.crt')
world.write('one-line.txt', read('der.p7m').toString('base64'))
world.write('body.txt', `\r\n${read('der.p7m').toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n`)
world.write('ber.txt', read('ber.p7m').toString('base64'))

describe('encrypted', () => {
  test.each(['der.p7m', 'ber.p7m', 'cms.pem', 'pkcs7.pem', 'one-line.txt', 'body.txt', 'ber.txt'])(
    '%s',
    async (file) => {
      const { messages } = await open(file)
      expect(messages).toMatchObject([
        {
          file,
          outcome: 'opened',
          layers: [{ kind: 'enveloped' }, { kind: 'signed-clear' }],
          // Nothing says from whom the message was: that is worth a note, and no forgery.
          signature: { status: 'valid', signers: [{ reasons: [{ code: 'no-message' }] }] },
        },
      ])
    },
  )

  test('several in one PEM file are counted', async () => {
    world.write('two.pem', Buffer.concat([read('cms.pem'), read('pkcs7.pem')]))
    expect((await open('two.pem')).messages.map(({ file, outcome }) => [file, outcome])).toEqual([
      ['two.pem#1', 'opened'],
      ['two.pem#2', 'opened'],
    ])
  })

  test('PEM without CMS says what it is', async () => {
    const { messages } = await open('alva.crt')
    expect(messages).toMatchObject([{ cause: 'malformed', message: 'PEM with CMS or PKCS7 wanted, got CERTIFICATE' }])
  })

  test('a message that begins as base64 does is a message', async () => {
    world.write('mime.eml', `MIME-Version: 1.0\r\nFrom: a@b.example\r\n\r\ntext\r\n`)
    expect((await open('mime.eml')).messages).toMatchObject([
      { outcome: 'clear', content: { mediaType: 'text/plain' } },
    ])
  })
})

describe('signed', () => {
  test('with the content inside', async () => {
    sign('-nodetach', '-outform', 'DER', '-out', 'opaque.p7m')
    const { messages, status } = await open('opaque.p7m')
    expect([status, messages[0]?.signature.status]).toEqual([0, 'valid'])
  })

  test.each(['DER', 'PEM'])('apart from any file, in %s', async (form) => {
    world.write('contract.pdf', Buffer.from(Array.from({ length: 1000 }, (_, index) => (index * 31) % 256)))
    const binary = ['-sign', '-binary', '-in', 'contract.pdf', ...signer]
    world.openssl('cms', ...binary, '-outform', form, '-out', 'contract.p7s')
    const { messages, status } = await open('contract.p7s', '--content', 'contract.pdf')
    expect(status).toBe(0)
    expect(messages).toMatchObject([
      {
        file: 'contract.p7s',
        outcome: 'clear',
        layers: [{ kind: 'signed-detached', signature: 'valid' }],
        content: { mediaType: 'application/octet-stream', bytes: 1000 },
      },
    ])
  })

  test('apart from a text that was signed with CRLF and is kept with LF', async () => {
    world.write('note.txt', 'Dear Alva\nuntil tomorrow\nBo\n')
    world.openssl('cms', '-sign', '-in', 'note.txt', ...signer, '-outform', 'DER', '-out', 'note.p7s')
    expect((await open('note.p7s', '--content', 'note.txt')).messages[0]?.signature.status).toBe('valid')
    world.write('note.txt', 'Dear Alva\nuntil next year\nBo\n')
    const { messages, status } = await open('note.p7s', '--content', 'note.txt')
    expect(status).toBe(1)
    expect(messages[0]?.signature.signers[0]?.reasons[0]?.code).toBe('digest-mismatch')
  })

  test('apart, but what it signs is not given', async () => {
    sign('-outform', 'DER', '-out', 'lonely.p7s')
    const { messages, status, stderr } = await open('lonely.p7s')
    expect(messages).toMatchObject([{ outcome: 'closed', cause: 'malformed' }])
    expect(status).toBe(1)
    expect(stderr).toContain('--content FILE')
  })

  test('--content for what is no signature', async () => {
    const { messages } = await open('der.p7m', '--content', 'text')
    expect(messages).toMatchObject([
      { outcome: 'closed', cause: 'malformed', message: expect.stringMatching(/^a detached signature wanted: /) },
    ])
  })
})
