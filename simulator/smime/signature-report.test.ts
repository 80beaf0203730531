import { beforeAll, describe, expect, it } from 'vitest'
import type { Identity } from '../pki/index.ts'
import { sign } from './cms/index.ts'
import { toMessage } from './compose.ts'
import { canonicalise } from './mime/entity.ts'
import { encodeBase64Lines } from './mime/transfer-encoding.ts'
import { openMessage } from './open-message.ts'
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
let stranger: Identity
let open: Correspondence['open']

beforeAll(async () => {
  ;({ people, alva, boRsa, eve, stranger, open } = await createCorrespondence('signature-report'))
})

describe('who signed', () => {
  it('survives a transport copy with LF line ends', () => {
    const copy = Buffer.from(toMessage(headers, signed(alva)).toString('latin1').replaceAll('\r\n', '\n'), 'latin1')
    const opened = open(copy)
    expect(opened.signature.status).toBe('valid')
    expect(opened.content?.bytes).toEqual(text)
  })

  it('accepts the address without regard to case, also of the Sender (RFC 8550 3)', () => {
    expect(open(toMessage({ ...headers, from: 'ALVA@Example.TEST' }, signed(alva))).signature.status).toBe('valid')
    const onBehalf = Buffer.concat([
      Buffer.from('Sender: alva@example.test\r\n'),
      toMessage({ ...headers, from: 'chief@example.test' }, signed(alva)),
    ])
    const opened = open(onBehalf)
    expect(opened.signature.status).toBe('untrusted')
    expect(reasonCodes(opened)).toEqual(['signed-by-sender'])
  })

  it('accepts a certificate without an address, and says so', async () => {
    const nameless = await people.enroll('nameless', { emails: [] })
    const opened = open(toMessage(headers, signed(nameless)))
    expect(opened.signature.status).toBe('valid')
    expect(reasonCodes(opened)).toEqual(['no-certificate-address'])
  })

  it('holds "untrusted" apart from "invalid"', () => {
    const opened = open(toMessage(headers, signed(stranger)))
    expect(opened.signature.status).toBe('untrusted')
    expect(reasonCodes(opened)).toEqual(['untrusted'])
  })

  it('finds the intermediate in the message', () => {
    const message = toMessage(headers, signed(alva, { certificates: [people.authority.certificate] }))
    const { signature } = openMessage(message, { keys: [], trust: { anchors: [people.root], at: now } })
    expect(signature.status).toBe('valid')
    const without = openMessage(toMessage(headers, signed(alva)), {
      keys: [],
      trust: { anchors: [people.root], at: now },
    })
    expect(without.signature.status).toBe('untrusted')
  })

  it('judges an expired certificate by the time of signing (RFC 8550 6)', async () => {
    const notAfter = new Date('2024-01-01T00:00:00Z')
    const past = await people.enroll('alva', { notAfter })
    const inTime = open(toMessage(headers, signed(past, { signingTime: new Date('2023-06-01T00:00:00Z') })))
    expect(inTime.signature.status).toBe('valid')
    expect(reasonCodes(inTime)).toEqual(['expired-since'])
    const late = open(toMessage(headers, signed(past, { signingTime: new Date('2024-06-01T00:00:00Z') })))
    expect(late.signature.status).toBe('invalid')
    expect(reasonCodes(late)).toEqual(['expired'])
    const early = open(toMessage(headers, signed(past, { signingTime: new Date('2019-06-01T00:00:00Z') })))
    expect(reasonCodes(early)).toEqual(['not-yet-valid'])
  })

  it('does not forgive a revoked key for a signing time that its holder chose', async () => {
    const lost = await people.enroll('alva', { notAfter: new Date('2026-06-01T00:00:00Z') })
    people.authority.revoke(lost.certificate, new Date('2025-01-01T00:00:00Z'))
    const trust = {
      anchors: [people.root],
      intermediates: [people.authority.certificate],
      crls: [await people.authority.crl(now)],
      at: now,
    }
    const message = toMessage(headers, signed(lost, { signingTime: new Date('2022-01-01T00:00:00Z') }))
    expect(openMessage(message, { keys: [], trust }).signature.status).toBe('invalid')
    const other = toMessage(headers, signed(alva))
    expect(openMessage(other, { keys: [], trust }).signature.status).toBe('valid')
  })

  it('is as good as the worst of several signers (RFC 5652 5.1)', () => {
    const both = sign(text, { signers: [alva, stranger], detached: false, signingTime: now })
    const entity = Buffer.concat([
      Buffer.from('Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n'),
      encodeBase64Lines(both),
    ])
    const opened = open(toMessage(headers, entity))
    expect(opened.signature.signers.map((each) => each.status).sort()).toEqual(['untrusted', 'valid'])
    expect(opened.signature.status).toBe('untrusted')
  })

  it('refuses more signers than any honest message has', () => {
    const all = sign(text, { signers: Array(33).fill(alva), detached: false, signingTime: now })
    expect(open(all)).toMatchObject({ outcome: 'closed', cause: 'malformed', signature: { status: 'unsigned' } })
  })

  it('reads protected header fields (RFC 9788), and believes the author inside only if the author signed', () => {
    const payload = (from: string) =>
      Buffer.from(
        `From: ${from}\r\nSubject: the real one\r\nTo: bo@example.test\r\nContent-Type: text/plain; hp="cipher"\r\n\r\nx\r\n`,
      )
    const outer = { ...headers, subject: '[...]' }
    const good = open(toMessage(outer, encrypted(signed(alva, {}, payload('alva@example.test')), boRsa)))
    expect(good.signature.status).toBe('valid')
    expect(good.headers).toMatchObject({ subject: 'the real one', from: 'alva@example.test' })
    const changed = open(
      toMessage(
        { ...outer, from: 'chief@example.test' },
        encrypted(signed(alva, {}, payload('alva@example.test')), boRsa),
      ),
    )
    expect(changed).toMatchObject({ signature: { status: 'valid' }, headers: { from: 'alva@example.test' } })
    expect(reasonCodes(changed)).toEqual(['from-mismatch'])
    const forged = open(toMessage(outer, encrypted(signed(alva, {}, payload('chief@example.test')), boRsa)))
    expect(forged).toMatchObject({ signature: { status: 'invalid' }, headers: { from: 'alva@example.test' } })
    expect(reasonCodes(forged)).toEqual(['ambiguous-from'])
  })

  it('gives fields inside no meaning where the payload does not claim them', () => {
    const payload = Buffer.from('From: eve@example.test\r\nSubject: s\r\nContent-Type: text/plain\r\n\r\nx\r\n')
    const opened = open(toMessage(headers, encrypted(signed(eve, {}, payload), boRsa)))
    expect(opened.headers).toMatchObject({ from: 'alva@example.test', subject: 'Übersicht' })
    expect(reasonCodes(opened)).toEqual(['address-mismatch'])
  })
})

describe('canonical form', () => {
  it('hands on what was verified', () => {
    const mixed = Buffer.from('Content-Type: text/plain\n\nmixed\r\nline\nends\n')
    const opened = open(toMessage(headers, signed(alva, {}, mixed)))
    expect(opened.signature.status).toBe('valid')
    expect(opened.content?.bytes).toEqual(canonicalise(mixed))
  })
})
