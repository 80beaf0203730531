import { sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Oid } from '../asn1/oid.ts'
import { encoding, readOnly, sequence } from '../asn1/read.ts'
import * as write from '../asn1/write.ts'
import type { Identity } from './certificate.ts'
import { type OcspResponse, parseOcspResponse } from './ocsp.ts'
import { at, extension, newKeys } from './testing/hierarchy.ts'
import { ask, authority, leaf, newIssuer, newResponder, newUser, root } from './testing/ocsp-hierarchy.ts'

const minute = 60_000
const day = 24 * 60 * minute
const later = (milliseconds: number) => new Date(at.getTime() + milliseconds)
const good = await authority.ocspResponse(leaf, at)
/** Without the extension that spares it a revocation check. */
const plainResponder = await newResponder({ extensions: [] })

/** The response with another ResponseData, signed anew. */
function resigned(response: OcspResponse, change: (fields: Buffer[]) => Buffer[], signer: Identity): OcspResponse {
  const data = write.sequence(...change(sequence(readOnly(response.tbs), 'ResponseData').map(encoding)))
  const basic = write.sequence(
    data,
    response.signatureAlgorithm,
    write.bitString(sign('sha256', data, signer.privateKey)),
  )
  const bytes = write.sequence(write.oid('1.3.6.1.5.5.7.48.1.1'), write.octetString(basic))
  return parseOcspResponse(write.sequence(write.tlv(10, Buffer.of(0)), write.context(0, bytes)))
}

describe('the time of an answer', () => {
  test.each<[about: string, when: Date, expected: RegExp]>([
    ['at once', at, /^good$/],
    ['clocks five minutes apart', later(-5 * minute), /^good$/],
    ['of the future', later(-6 * minute), /2025-06-01T00:00:00.000Z is not yet valid$/],
    ['at its end', later(7 * day), /^good$/],
    ['clocks five minutes apart at its end', later(7 * day + 5 * minute), /^good$/],
    ['stale', later(7 * day + 6 * minute), /is out of date$/],
  ])('%s', (_, when, expected) => {
    expect(ask(good, { at: when })).toMatch(expected)
  })

  test('without nextUpdate it is good for a day', async () => {
    const response = await authority.ocspResponse(leaf, at, { nextUpdate: null })
    expect(ask(response, { at: later(day) })).toBe('good')
    expect(ask(response, { at: later(day + 6 * minute) })).toMatch(/out of date$/)
  })

  test('produced in the future, whatever its thisUpdate', () => {
    const produced = write.tlv(24, Buffer.from('20250602000000Z'))
    const response = resigned(good, ([id, , ...rest]) => [id as Buffer, produced, ...rest], root)
    expect(ask(response)).toMatch(/not yet valid$/)
    expect(ask(response, { at: later(day) })).toBe('good')
  })

  test('"revoked" outlives its answer, a hold does not', async () => {
    for (const [reason, expected] of [
      ['superseded', /^revoked/],
      ['certificateHold', /out of date$/],
    ] as const) {
      const { certificate } = await newUser()
      authority.revoke(certificate, later(-day), reason)
      const response = await authority.ocspResponse(certificate, at)
      expect(ask(response, { leaf: certificate })).toMatch(/^revoked/)
      expect(ask(response, { leaf: certificate, at: later(8 * day) })).toMatch(expected)
    }
  })

  test('revoked later is not revoked yet, unless the key was lost', async () => {
    for (const [reason, expected] of [
      ['superseded', /^revocation-unknown: .* is not yet valid$/],
      ['keyCompromise', /^revoked/],
    ] as const) {
      const { certificate } = await newUser()
      authority.revoke(certificate, at, reason)
      const response = await authority.ocspResponse(certificate, at)
      expect(ask(response, { leaf: certificate, at: later(-day) })).toMatch(expected)
    }
  })
})

const stranger = await newIssuer('CN=Stranger')
const namesake = await newIssuer()

describe('who answers', () => {
  const anyUse = [Oid.anyExtendedKeyUsage]

  test.each<[about: string, responder: () => Promise<Identity>, expected: RegExp]>([
    ['the issuer', async () => root, /^good$/],
    ['whom it certified', () => newResponder(), /^good$/],
    ['whom it certified, revocation to be checked', async () => plainResponder, /^good$/],
    ['a user', () => newUser(), /'CN=Alva Example', who may not sign OCSP responses$/],
    ['a certificate for any use', () => newResponder({ extendedKeyUsage: anyUse }), /who may not sign OCSP responses$/],
    ['a key for encryption', () => newResponder({ keyUsage: ['keyEncipherment'] }), /whose key may not sign$/],
    [
      'a responder whose time has run out',
      () => newResponder({ notAfter: new Date('2025-05-31T00:00:00Z') }),
      /'CN=Responder', but 'CN=Responder' expired 2025-05-31T00:00:00Z, asked for 2025-06-01T00:00:00Z$/,
    ],
    [
      'a responder with an unknown critical extension',
      () => newResponder({ extensions: [extension('1.2.3.4', write.nullValue())] }),
      /but 'CN=Responder' has the critical extension 1.2.3.4/,
    ],
    ['a responder of a stranger', () => newResponder({}, stranger.authority), /whom the issuer did not certify$/],
    ['a responder of a namesake', () => newResponder({}, namesake.authority), /whom the issuer did not certify$/],
    ['a stranger', async () => stranger.identity, /'CN=Stranger', whom the issuer did not certify$/],
    ['a namesake', async () => namesake.identity, /'CN=Root', whom the issuer did not certify$/],
    [
      'another key under the name of the issuer',
      async () => ({ certificate: root.certificate, privateKey: newKeys().privateKey }),
      /has no good signature of its responder$/,
    ],
  ])('%s', async (_, responder, expected) => {
    const options = { responder: await responder() }
    for (const responderId of ['key', 'name'] as const)
      expect(ask(await authority.ocspResponse(leaf, at, { ...options, responderId }))).toMatch(expected)
  })

  test('a responder that a list revokes, if its certificate does not say to leave that', async () => {
    const { authority: own, identity } = await newIssuer('CN=Own')
    const { certificate } = await newUser({}, own)
    const checked = await newResponder({ extensions: [] }, own)
    const unchecked = await newResponder({}, own)
    for (const each of [checked, unchecked]) own.revoke(each.certificate, later(-day))
    const crls = [await own.crl(later(-minute), later(-1))]
    const options = { leaf: certificate, anchors: [identity.certificate], crls }
    const answer = (responder: Identity) => own.ocspResponse(certificate, at, { responder })
    expect(ask(await answer(checked), options)).toMatch(/'CN=Responder', whose certificate was revoked/)
    expect(ask(await answer(unchecked), options)).toBe('good')
  })

  test('a responder whose time has run out since still tells of a revocation', async () => {
    const { certificate } = await newUser()
    authority.revoke(certificate, later(-day))
    const responder = await newResponder({ notAfter: later(day) })
    const response = await authority.ocspResponse(certificate, at, { responder, nextUpdate: later(minute) })
    expect(ask(response, { leaf: certificate, at: later(30 * day) })).toMatch(/^revoked/)
  })
})

describe('what is answered', () => {
  test('a changed answer', () => {
    const der = Buffer.from(good.der)
    // good [0] becomes unknown [2]
    const place = der.indexOf(Buffer.concat([write.tlv(2, leaf.serial), Buffer.of(0x80, 0)])) + 2 + leaf.serial.length
    der[place] = 0x82
    expect(ask(parseOcspResponse(der))).toMatch(/no good signature of its responder$/)
  })

  test('a certificate of another issuer with the same number', async () => {
    const other = await newIssuer('CN=Another')
    const { certificate } = await newUser({ serial: leaf.serial }, other.authority)
    const response = await other.authority.ocspResponse(certificate, at)
    expect(ask(response)).toMatch(/speaks of another issuer's certificate of the same number$/)
    expect(ask(await authority.ocspResponse(plainResponder.certificate, at))).toMatch(
      /no list or response of the issuer/,
    )
  })

  test('an unknown critical extension in the response or the answer', () => {
    const critical = write.context(
      1,
      write.sequence(write.sequence(write.oid('1.2.3.4'), write.boolean(true), write.octetString(write.nullValue()))),
    )
    const inResponse = resigned(good, (fields) => [...fields, critical], root)
    const [answer] = sequence(sequence(readOnly(good.tbs), 'ResponseData')[2], 'responses')
    const parts = sequence(answer, 'SingleResponse').map(encoding)
    const answers = write.sequence(write.sequence(...parts, critical))
    const inAnswer = resigned(good, ([id, produced]) => [id as Buffer, produced as Buffer, answers], root)
    for (const each of [inResponse, inAnswer])
      expect(ask(each)).toMatch(/can't be used: it has the critical extension 1.2.3.4$/)
  })

  test('is only asked for where it is wanted', async () => {
    const { certificate } = await newUser()
    authority.revoke(certificate, later(-day))
    const response = await authority.ocspResponse(certificate, at)
    expect(ask(response, { leaf: certificate, revocation: 'if-available' })).toMatch(/^revoked/)
    expect(ask(response, { leaf: certificate, revocation: 'none' })).toBe('good')
    expect(ask([], { revocation: 'if-available' })).toBe('good')
  })
})

describe('lists and responses together', () => {
  test('whichever says revoked is believed', async () => {
    const { certificate } = await newUser()
    const clean = { crl: await authority.crl(at), ocsp: await authority.ocspResponse(certificate, at) }
    authority.revoke(certificate, later(-day))
    const revoked = { crl: await authority.crl(at), ocsp: await authority.ocspResponse(certificate, at) }
    const said = (crl: typeof clean.crl, ocsp: OcspResponse) =>
      ask(ocsp, { leaf: certificate, crls: [crl] }).slice(0, 7)
    expect(said(clean.crl, clean.ocsp)).toBe('good')
    expect(said(revoked.crl, clean.ocsp)).toBe('revoked')
    expect(said(clean.crl, revoked.ocsp)).toBe('revoked')
  })

  test('a hold lasts until newer word', async () => {
    const issuer = await newIssuer('CN=Hold')
    const { certificate } = await newUser({}, issuer.authority)
    const before = await issuer.authority.ocspResponse(certificate, later(-2 * day))
    const after = await issuer.authority.ocspResponse(certificate, later(-minute))
    issuer.authority.revoke(certificate, later(-3 * day), 'certificateHold')
    const options = { leaf: certificate, anchors: [issuer.identity.certificate] }
    const crls = [await issuer.authority.crl(later(-day))]
    expect(ask(before, { ...options, crls })).toMatch(/^revoked: .*certificateHold/)
    expect(ask(after, { ...options, crls })).toBe('good')
    expect(ask([after, before], { ...options, crls })).toBe('good')
  })
})
