import { deflateSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { Oid } from '../asn1/oid.ts'
import * as der from '../asn1/write.ts'
import { certificateToPem, type Identity } from '../pki/index.ts'
import { encrypt, sign } from './cms/index.ts'
import { toMessage } from './compose.ts'
import { encodeBase64Lines } from './mime/transfer-encoding.ts'
import { maxLayers } from './open-message.ts'
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
import { now } from './testing/people.ts'

let alva: Identity
let bo: Identity
let boRsa: Identity
let eve: Identity
let open: Correspondence['open']

beforeAll(async () => {
  ;({ alva, bo, boRsa, eve, open } = await createCorrespondence('open-message'))
})

describe('layers', () => {
  it('leaves plain mail as it is', () => {
    const message = toMessage(headers, text)
    const opened = open(message)
    expect(opened).toMatchObject({ outcome: 'clear', layers: [], signature: { status: 'unsigned' } })
    expect(opened.content).toEqual({ mediaType: 'text/plain', bytes: message })
    expect(opened.headers).toEqual({
      from: 'alva@example.test',
      to: ['bo@example.test'],
      cc: [],
      subject: 'Übersicht',
      date: now,
      messageId: '<1@example.test>',
    })
  })

  it.each(['clear', 'opaque'] as const)('verifies a signature (%s) and gives the signed octets', (form) => {
    const opened = open(toMessage(headers, signed(alva, { form })))
    expect(opened).toMatchObject({
      outcome: 'clear',
      layers: [{ kind: `signed-${form}`, signature: { status: 'valid' } }],
      signature: { status: 'valid', signers: [{ emails: ['alva@example.test'], sha256: alva.certificate.sha256 }] },
      recipients: [],
    })
    expect(opened.content?.bytes).toEqual(text)
  })

  it.each(['aes-256-cbc', 'aes-256-gcm'] as const)('opens sign-then-encrypt (%s)', (cipher) => {
    const opened = open(toMessage(headers, encrypted(signed(alva), bo, cipher)))
    const kind = cipher === 'aes-256-gcm' ? 'auth-enveloped' : 'enveloped'
    expect(opened).toMatchObject({ outcome: 'opened', signature: { status: 'valid' } })
    expect(opened.layers.map((each) => each.kind)).toEqual([kind, 'signed-clear'])
    expect(opened.openedBy?.certificate.sha256).toBe(bo.certificate.sha256)
    expect(opened.recipients[0]?.ids[0]).toMatchObject({ serialHex: bo.certificate.serialHex })
    expect(opened.content?.bytes).toEqual(text)
  })

  it('opens triple wrapping and reports the outer signature apart (RFC 2634 1.1)', () => {
    const message = toMessage(headers, signed(eve, {}, encrypted(signed(alva), boRsa)))
    const opened = open(message)
    expect(opened.signature.status).toBe('valid')
    expect(opened.layers.map((each) => [each.kind, each.signature?.status])).toEqual([
      ['signed-clear', 'invalid'],
      ['enveloped', undefined],
      ['signed-clear', 'valid'],
    ])
  })

  it('opens a bare .p7m, whose signature nothing ties to an author', () => {
    const cms = sign(text, { signers: [alva], detached: false, signingTime: now })
    const opened = open(encrypt(signed(alva), { recipients: [bo.certificate], contentCipher: 'aes-128-cbc' }))
    expect(opened).toMatchObject({ outcome: 'opened', signature: { status: 'valid' } })
    expect(reasonCodes(opened)).toEqual(['no-message'])
    expect(open(cms).content?.bytes).toEqual(text)
  })

  it.each([
    'application/x-pkcs7-mime; name=smime.p7m',
    'APPLICATION/PKCS7-MIME;\r\n smime-type=certs-only',
    'application/octet-stream; name="smime.p7m"',
    "application/octet-stream; name*0=sm; name*1*=us-ascii''ime%2Ep7m",
    'application/pkcs7-mime',
  ])('recognises %s', (type) => {
    const cms = encrypt(text, { recipients: [bo.certificate], contentCipher: 'aes-256-cbc' })
    const head = `From: alva@example.test\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: base64\r\n\r\n`
    expect(open(Buffer.concat([Buffer.from(head), encodeBase64Lines(cms)]))).toMatchObject({ outcome: 'opened' })
  })

  it('takes certificates alone for no message and no signature (RFC 8551 3.8)', () => {
    const certsOnly = openssl(['crl2pkcs7', '-nocrl', '-certfile', 'a.pem', '-outform', 'DER', '-out', 'out'], {
      'a.pem': certificateToPem(alva.certificate),
    })
    const opened = open(certsOnly.out)
    expect(opened).toMatchObject({
      outcome: 'clear',
      layers: [{ kind: 'certs-only' }],
      signature: { status: 'unsigned', signers: [] },
    })
    expect(opened.content).toBeUndefined()
  })

  it('inflates compressed data (RFC 3274), which is no protection', () => {
    const compressed = der.sequence(
      der.oid(Oid.compressedData),
      der.context(
        0,
        der.sequence(
          der.integer(0),
          der.sequence(der.oid(Oid.zlibCompress)),
          der.sequence(der.oid(Oid.data), der.context(0, der.octetString(deflateSync(signed(alva))))),
        ),
      ),
    )
    const opened = open(compressed)
    expect(opened.outcome).toBe('clear')
    expect(opened.layers.map((each) => each.kind)).toEqual(['compressed', 'signed-clear'])
    expect(opened.content?.bytes).toEqual(text)
  })

  it(`stops after ${maxLayers} layers`, () => {
    let entity: Buffer = text
    for (let layer = 0; layer < maxLayers; layer++) entity = signed(alva, { form: 'opaque' }, entity)
    expect(open(toMessage(headers, entity))).toMatchObject({ outcome: 'clear', signature: { status: 'valid' } })
    const opened = open(toMessage(headers, signed(alva, { form: 'opaque' }, entity)))
    expect(opened).toMatchObject({ outcome: 'closed', cause: 'malformed', signature: { status: 'unsigned' } })
    expect(opened.message).toContain('layers')
  })
})

describe('closed messages', () => {
  it('names no key that was not addressed', () => {
    const opened = open(toMessage(headers, encrypted(text, boRsa)), [bo, eve])
    expect(opened).toMatchObject({ outcome: 'closed', cause: 'no-matching-key', signature: { status: 'unsigned' } })
    expect(opened.openedBy).toBeUndefined()
    expect(opened.content).toBeUndefined()
    expect(opened.recipients).toHaveLength(1)
    expect(opened.headers.from).toBe('alva@example.test')
  })

  it('takes garbage after decryption for lost integrity, whatever its padding says', () => {
    const cms = encrypt(Buffer.from('\x8f\x02no header'), {
      recipients: [bo.certificate],
      contentCipher: 'aes-128-cbc',
    })
    expect(open(cms)).toMatchObject({ outcome: 'closed', cause: 'integrity' })
  })

  it.each([
    ['text without a header', 'aes-128-cbc', 'just text\n', 'text/plain'],
    ['an empty header', 'aes-128-cbc', '\r\nbody', 'text/plain'],
    ['nothing', 'aes-128-cbc', '', 'text/plain'],
    ['text without a header, authenticated', 'aes-256-gcm', 'just text\n', 'text/plain'],
    ['octets, authenticated', 'aes-256-gcm', '\x00\x01\x02', 'application/octet-stream'],
  ] as const)('opens %s (RFC 2045 5.2)', (_, contentCipher, content, mediaType) => {
    const cms = encrypt(Buffer.from(content), { recipients: [bo.certificate], contentCipher })
    expect(open(cms)).toMatchObject({ outcome: 'opened', content: { mediaType, bytes: Buffer.from(content) } })
  })

  it('blames the sender, not integrity, where authenticated content begins as an entity and is none', () => {
    const broken = Buffer.from('Content-Type: text/plain\r\nno field\r\n\r\n')
    const cms = encrypt(broken, { recipients: [bo.certificate], contentCipher: 'aes-256-gcm' })
    expect(open(cms)).toMatchObject({ outcome: 'closed', cause: 'malformed' })
  })

  it('gives nothing of a message whose authentication tag fails (RFC 5083 2.2)', () => {
    const cms = encrypt(text, { recipients: [bo.certificate], contentCipher: 'aes-256-gcm' })
    cms.writeUInt8(cms.readUInt8(cms.length - 1) ^ 1, cms.length - 1)
    const opened = open(cms)
    expect(opened).toMatchObject({ outcome: 'closed', cause: 'integrity' })
    expect(opened.content).toBeUndefined()
  })

  it('takes an empty file for no message', () => {
    expect(open(Buffer.alloc(0))).toMatchObject({ outcome: 'closed', cause: 'malformed' })
  })

  it('names the place of what it cannot read', () => {
    const head = 'Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    const opened = open(Buffer.from(`${head}MIAGCSqGSIb3`))
    expect(opened).toMatchObject({ outcome: 'closed', cause: 'malformed' })
    expect(opened.message).toMatch(/^S\/MIME layer 1: /)
    expect(open(Buffer.from(`X: 1\r\n${head}MIAGCSqGSIb3`.replace('X: 1', 'no field')))).toMatchObject({
      cause: 'malformed',
      message: expect.stringContaining('offset 0'),
    })
  })

  it('refuses content that is not mail (RFC 8551 2.4.1)', () => {
    const receipt = der.oid('1.2.840.113549.1.9.16.1.1')
    const cms = sign(text, { signers: [alva], detached: false, signingTime: now })
    const at = cms.indexOf(der.oid(Oid.data))
    const swapped = Buffer.concat([cms.subarray(0, at), receipt.subarray(0, 11), cms.subarray(at + 11)])
    expect(open(swapped)).toMatchObject({ outcome: 'closed', cause: 'malformed' })
  })
})
