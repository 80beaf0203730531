import { beforeAll, describe, expect, it } from 'vitest'
import type { Identity } from '../pki/index.ts'
import { sign } from './cms/index.ts'
import { textEntity, toMessage } from './compose.ts'
import { multipartParts, parseEntity } from './mime/entity.ts'
import { encodeBase64Lines } from './mime/transfer-encoding.ts'
import {
  type Correspondence,
  createCorrespondence,
  encrypted,
  headers,
  reasonCodes,
  signed,
  text,
} from './testing/correspondence.ts'
import { now, type PeopleWorld } from './testing/people.ts'

let people: PeopleWorld
let alva: Identity
let boRsa: Identity
let eve: Identity
let open: Correspondence['open']

beforeAll(async () => {
  ;({ people, alva, boRsa, eve, open } = await createCorrespondence('spoofs'))
})

describe('spoofs: never valid', () => {
  const raw = (fields: string, entity: Buffer): Buffer => Buffer.concat([Buffer.from(fields), entity])

  it.each([
    ['somebody else', 'From: alva@example.test\r\n', 'address-mismatch'],
    ['two From fields', 'From: eve@example.test\r\nFrom: alva@example.test\r\n', 'ambiguous-from'],
    ['two From fields, one with a space', 'From: eve@example.test\r\nFrom : alva@example.test\r\n', 'ambiguous-from'],
    ['two mailboxes', 'From: alva@example.test, eve@example.test\r\n', 'ambiguous-from'],
    ['an address before the address', 'From: alva@example.test <eve@example.test>\r\n', 'ambiguous-from'],
    ['two angle addresses', 'From: <alva@example.test> <eve@example.test>\r\n', 'ambiguous-from'],
    ['an encoded address', 'From: =?utf-8?q?eve=40example.test?=\r\n', 'ambiguous-from'],
    ['a Sender of two', 'From: alva@example.test\r\nSender: eve@example.test, x@y.test\r\n', 'address-mismatch'],
    [
      'two Sender fields',
      'From: alva@example.test\r\nSender: eve@example.test\r\nSender: x@y.test\r\n',
      'address-mismatch',
    ],
  ])('%s', (_, fields, code) => {
    const opened = open(raw(fields, signed(eve)))
    expect(opened.signature.status).toBe('invalid')
    expect(reasonCodes(opened)).toEqual([code])
  })

  it('nobody: without a From field nobody is claimed to have written it, and the verdict says so', () => {
    const opened = open(raw('To: bo@example.test\r\n', signed(eve)))
    expect(opened.headers.from).toBeUndefined()
    expect(reasonCodes(opened)).toEqual(['from-missing'])
  })

  it('a bare CR that hides a From field', () => {
    const opened = open(raw('X: 1\rFrom: alva@example.test\r\nFrom: eve@example.test\r\n', signed(eve)))
    expect(opened).toMatchObject({ outcome: 'closed', cause: 'malformed' })
  })

  it('changed content, and says why', () => {
    const entity = signed(alva)
    entity[entity.indexOf('aus dem')] = 0x41
    const opened = open(toMessage(headers, entity))
    expect(opened).toMatchObject({ outcome: 'clear', signature: { status: 'invalid' } })
    expect(reasonCodes(opened)).toEqual(['digest-mismatch'])
  })

  it('a signature over one part among others', () => {
    const entity = Buffer.concat([
      Buffer.from(
        'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\npay\r\n--b\r\n',
      ),
      signed(alva),
      Buffer.from('\r\n--b--\r\n'),
    ])
    const opened = open(toMessage(headers, entity))
    expect(opened).toMatchObject({ outcome: 'clear', layers: [], signature: { status: 'unsigned' } })
    expect(opened.message).toContain('multipart/mixed')
  })

  it('an encrypted part among others: it stays closed (RFC 8551 6)', () => {
    const entity = Buffer.concat([
      Buffer.from(
        'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<img src="\r\n--b\r\n',
      ),
      encrypted(text, boRsa),
      Buffer.from('\r\n--b--\r\n'),
    ])
    const opened = open(toMessage(headers, entity))
    expect(opened).toMatchObject({ outcome: 'clear', layers: [] })
    expect(opened.content?.bytes.includes('Archiv')).toBe(false)
    expect(opened.message).toContain('S/MIME part')
  })

  it('a signature around ciphertext only', () => {
    const opened = open(toMessage(headers, signed(alva, {}, encrypted(text, boRsa))))
    expect(opened).toMatchObject({ outcome: 'opened', signature: { status: 'unsigned' } })
    expect(opened.layers[0]).toMatchObject({ kind: 'signed-clear', signature: { status: 'valid' } })
  })

  it('a third part behind the signature', () => {
    const entity = signed(alva).toString('latin1')
    const boundary = /boundary="(.*)"/.exec(entity)?.[1]
    const third = entity.replace(
      `--${boundary}--`,
      `--${boundary}\r\nContent-Type: text/plain\r\n\r\npay\r\n--${boundary}--`,
    )
    const opened = open(toMessage(headers, Buffer.from(third, 'latin1')))
    expect(opened.signature.status).toBe('invalid')
    expect(reasonCodes(opened)).toEqual(['signature-malformed'])
  })

  it('content in the signature and beside it (CVE-2018-18509)', () => {
    const shown = textEntity('pay eve')
    const entity = signed(alva, {}, shown)
    const signature = multipartParts(parseEntity(entity))[1]
    const opaque = encodeBase64Lines(sign(text, { signers: [alva], detached: false, signingTime: now }))
    const swapped = Buffer.concat([entity.subarray(0, signature?.bodyStart), opaque, entity.subarray(signature?.end)])
    const opened = open(toMessage(headers, swapped))
    expect(opened.signature.status).toBe('invalid')
    expect(reasonCodes(opened)).toContain('detached-and-encapsulated')
    expect(opened.content?.bytes).toEqual(shown)
  })

  it('a signature that cannot be read, on text that can', () => {
    const entity = signed(alva)
      .toString('latin1')
      .replace(/\r\n\r\nMI[^-]*/, '\r\n\r\nAAAA\r\n')
    const opened = open(toMessage(headers, Buffer.from(entity, 'latin1')))
    expect(opened).toMatchObject({ outcome: 'clear', signature: { status: 'invalid' } })
    expect(opened.content?.bytes).toEqual(text)
  })

  it('a certificate that may not sign mail', async () => {
    const cipherOnly = await people.enroll('alva', { keyUsage: ['keyAgreement'] })
    const opened = open(toMessage(headers, signed(cipherOnly)))
    expect(opened.signature.status).toBe('invalid')
    expect(reasonCodes(opened)).toContain('key-usage')
  })
})
