import { generateKeyPairSync } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Identity } from '../pki/index.ts'
import { contentKind, verify } from './cms/index.ts'
import { encryptEntity, signEntity, textEntity, toMessage } from './compose.ts'
import { bodyBytes, entityBytes, fileName, headerValue, multipartParts, parseEntity } from './mime/entity.ts'
import { createCorrespondence, encrypted, headers, signed, text } from './testing/correspondence.ts'
import { now } from './testing/people.ts'

let alva: Identity
let bo: Identity
let enroll: Awaited<ReturnType<typeof createCorrespondence>>['people']['enroll']

beforeAll(async () => {
  const world = await createCorrespondence('compose')
  ;({ alva, bo } = world)
  enroll = world.people.enroll
})

const lineLengths = (bytes: Buffer): number[] =>
  bytes
    .toString('latin1')
    .split('\r\n')
    .map((line) => line.length)

describe('clear signing', () => {
  it.each([
    ['sha1', 'sha-1'],
    ['sha256', 'sha-256'],
    ['sha384', 'sha-384'],
    ['sha512', 'sha-512'],
  ] as const)('names %s %s (RFC 8551 3.5.3.2), the protocol quoted', (digest, micalg) => {
    const entity = parseEntity(signed(alva, { digest }))
    expect(entity.mediaType).toBe('multipart/signed')
    expect(entity.parameters).toMatchObject({ micalg, protocol: 'application/pkcs7-signature' })
    expect(headerValue(entity, 'content-type')).toContain('protocol="application/pkcs7-signature"')
  })

  it('keeps the signed octets as they were, and carries no content in the signature (3.5.3.1)', () => {
    const [content, signature] = multipartParts(parseEntity(signed(alva)))
    expect(content && entityBytes(content)).toEqual(text)
    expect(signature?.mediaType).toBe('application/pkcs7-signature')
    expect(signature && fileName(signature)).toBe('smime.p7s')
    expect(verify(signature ? bodyBytes(signature) : Buffer.alloc(0), text).content).toBeUndefined()
  })

  it('is 7-bit and in lines of at most 78 characters', () => {
    const message = toMessage(headers, signed(alva))
    expect(message.every((octet) => octet < 0x80)).toBe(true)
    expect(Math.max(...lineLengths(message))).toBeLessThanOrEqual(78)
    expect(message.toString('latin1').replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
  })

  it('refuses 8-bit content, which a relay may re-encode (3.1.3)', () => {
    const entity = Buffer.from('Content-Type: text/plain; charset=utf-8\r\n\r\nGrüße\r\n')
    expect(() => signed(alva, {}, entity)).toThrow(expect.objectContaining({ code: 'entity-not-7-bit' }))
    expect(signed(alva, { form: 'opaque' }, entity).length).toBeGreaterThan(entity.length)
  })

  it('signs with Ed25519 and SHA-512 (RFC 8419 3.1)', async () => {
    const keys = generateKeyPairSync('ed25519')
    const { certificate } = await enroll('alva', { publicKey: keys.publicKey, keyUsage: ['digitalSignature'] })
    const entity = parseEntity(signed({ certificate, privateKey: keys.privateKey }))
    expect(entity.parameters.micalg).toBe('sha-512')
  })

  it('refuses what is no MIME entity', () => {
    expect(() => signed(alva, {}, Buffer.from('just text'))).toThrow(
      expect.objectContaining({ code: 'mime-malformed' }),
    )
  })
})

describe('application/pkcs7-mime', () => {
  it.each([
    ['signed-data', 'signed-data', () => signed(alva, { form: 'opaque' })],
    ['enveloped-data', 'enveloped-data', () => encrypted(text, bo)],
    ['authEnveloped-data', 'auth-enveloped-data', () => encrypted(text, bo, 'aes-256-gcm')],
  ])('smime-type %s, name and file name smime.p7m (RFC 8551 3.2)', (smimeType, kind, make) => {
    const entity = parseEntity(make())
    expect(entity.mediaType).toBe('application/pkcs7-mime')
    expect(entity.parameters).toMatchObject({ 'smime-type': smimeType, name: 'smime.p7m' })
    expect(headerValue(entity, 'content-disposition')).toBe('attachment; filename="smime.p7m"')
    expect(contentKind(bodyBytes(entity))).toBe(kind)
    expect(Math.max(...lineLengths(entity.source))).toBe(76)
  })

  it('calls ChaCha20-Poly1305 authenticated as well', () => {
    const entity = encryptEntity(text, { recipients: [bo.certificate], contentCipher: 'chacha20-poly1305' })
    expect(parseEntity(entity).parameters['smime-type']).toBe('authEnveloped-data')
  })
})

describe('textEntity', () => {
  it('leaves nothing that relays change (RFC 8551 3.1.3)', () => {
    const entity = parseEntity(textEntity(`From here\n.\ntrailing \t\nGrüße ${'x'.repeat(200)}\nend`))
    const body = entity.source.toString('latin1', entity.bodyStart)
    expect(body).not.toMatch(/^From |^\.|[ \t]$|[^\x20-\x7e\r\n]/m)
    expect(bodyBytes(entity).toString()).toBe(`From here\r\n.\r\ntrailing \t\r\nGrüße ${'x'.repeat(200)}\r\nend`)
  })
})

describe('toMessage', () => {
  it('writes the fields of RFC 5322, folded and encoded where they need it', () => {
    const message = toMessage(
      {
        ...headers,
        from: '"Ekström, Bo" <bo@example.test>',
        to: ['alva@example.test', 'Alva L. <alva.l@example.test>'],
        cc: ['eve@example.test'],
        subject: 'a '.repeat(60).trim(),
        messageId: '7@example.test',
      },
      textEntity('x'),
    )
    const entity = parseEntity(message)
    expect(message.every((octet) => octet < 0x80)).toBe(true)
    expect(Math.max(...lineLengths(message))).toBeLessThanOrEqual(78)
    expect(headerValue(entity, 'from')).toBe('=?utf-8?B?RWtzdHLDtm0sIEJv?= <bo@example.test>')
    expect(headerValue(entity, 'to')).toBe('alva@example.test, "Alva L." <alva.l@example.test>')
    expect(headerValue(entity, 'subject')).toBe('a '.repeat(60).trim())
    expect(headerValue(entity, 'date')).toBe('Mon, 02 Nov 2026 08:00:00 +0000')
    expect(headerValue(entity, 'message-id')).toBe('<7@example.test>')
    expect(headerValue(entity, 'mime-version')).toBe('1.0')
  })

  it.each([
    ['subject', { subject: 'x\r\nBcc: eve@example.test' }],
    ['from', { from: 'alva@example.test\r\nBcc: eve@example.test' }],
    ['two authors', { from: 'alva@example.test, eve@example.test' }],
    ['recipient', { to: ['no address'] }],
    ['message id', { messageId: '<a b@c>' }],
  ])('refuses what would become another field: %s', (_, wrong) => {
    expect(() => toMessage({ ...headers, ...wrong }, text)).toThrow(
      expect.objectContaining({ code: 'header-malformed' }),
    )
  })
})

describe('boundaries', () => {
  it('differ from message to message', () => {
    const boundary = () => parseEntity(signEntity(text, { signer: bo, form: 'clear', signingTime: now })).parameters
    expect(boundary().boundary).not.toBe(boundary().boundary)
  })
})
