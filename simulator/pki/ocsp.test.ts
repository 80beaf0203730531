import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Oid } from '../asn1/oid.ts'
import * as write from '../asn1/write.ts'
import type { OcspOptions } from './certification-authority.ts'
import { parseOcspResponse } from './ocsp.ts'
import { at } from './testing/hierarchy.ts'
import { ask, authority, leaf, newIssuer, newResponder, newUser, root } from './testing/ocsp-hierarchy.ts'
import { opensslAnswers, opensslReads } from './testing/ocsp-peer.ts'

const responder = await newResponder()

describe('OpenSSL answers', () => {
  const week = ['-ndays', '7']
  const compromised = { revoked: '250101000000Z,keyCompromise' }
  test.each<[about: string, question: Partial<Parameters<typeof opensslAnswers>[0]>, expected: RegExp]>([
    ['good, by the issuer', {}, /^good$/],
    ['good, by whom it certified', { responder }, /^good$/],
    ['good, named by key', { responder, options: ['-resp_key_id', ...week] }, /^good$/],
    ['good, for an hour', { options: ['-nmin', '60'] }, /^good$/],
    ['good, without nextUpdate', { options: [] }, /^good$/],
    ['good, over SHA-512', { options: ['-rmd', 'sha512', ...week] }, /^good$/],
    ['good, asked by SHA-256', { requestOptions: ['-sha256'] }, /^good$/],
    ['good, asked by SHA-512', { requestOptions: ['-sha512'] }, /^good$/],
    ['revoked', { status: compromised }, /^revoked: was revoked 2025-01-01T00:00:00.000Z \(keyCompromise\)$/],
    ['revoked, no reason', { status: { revoked: '250101000000Z' } }, /^revoked: .* \(unspecified\)$/],
    ['unknown', { status: undefined }, /^revocation-unknown: .* does not know the certificate$/],
    [
      'asked by SHA-3',
      { requestOptions: ['-sha3-256'] },
      /^revocation-unknown: .* with a digest that is unknown here$/,
    ],
  ])('%s', (_, question, expected) => {
    const plain = { issuer: root.certificate, certificate: leaf, responder: root, status: 'V' } as const
    const response = parseOcspResponse(opensslAnswers({ ...plain, ...question }))
    expect(ask(response, { at: response.producedAt })).toMatch(expected)
  })

  test('a responder whose certificate was left out is found among those known', () => {
    const options = ['-resp_no_certs', ...week]
    const der = opensslAnswers({ issuer: root.certificate, certificate: leaf, responder, status: 'V', options })
    const response = parseOcspResponse(der)
    expect(ask(response, { at: response.producedAt })).toMatch(/by a responder whose certificate is not there$/)
    expect(ask(response, { at: response.producedAt, intermediates: [responder.certificate] })).toBe('good')
  })
})

describe('OpenSSL reads', () => {
  const now = new Date()
  test.each<[about: string, options: OcspOptions]>([
    ['by the issuer', {}],
    ['by whom it certified', { responder }],
    ['named by name', { responderId: 'name' }],
    ['by whom it certified, named by name', { responder, responderId: 'name' }],
    ['over SHA-256', { hash: 'sha256' }],
    ['without nextUpdate', { nextUpdate: null }],
  ])('good and revoked, %s', async (_, options) => {
    const { certificate } = await newUser()
    const question = { issuer: root.certificate, certificate, anchor: root.certificate, hash: options.hash ?? 'sha1' }
    const good = opensslReads((await authority.ocspResponse(certificate, now, options)).der, question)
    expect(good).toContain('Response verify OK')
    expect(good).toContain('leaf.pem: good')
    authority.revoke(certificate, new Date('2025-01-01'), 'superseded')
    const revoked = opensslReads((await authority.ocspResponse(certificate, now, options)).der, question)
    expect(revoked).toContain('Response verify OK')
    expect(revoked).toMatch(/leaf.pem: revoked\n[\s\S]*Reason: superseded\n[\s\S]*Jan {2}1 00:00:00 2025 GMT/)
  })

  test.each([
    ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['Ed25519', generateKeyPairSync('ed25519')],
  ])('signed by %s', async (_, keys) => {
    const issuer = await newIssuer('CN=Other keys', keys)
    const { certificate } = await newUser({}, issuer.authority)
    const { der } = await issuer.authority.ocspResponse(certificate, now)
    const anchor = issuer.identity.certificate
    expect(opensslReads(der, { issuer: anchor, certificate, anchor, hash: 'sha1' })).toContain('Response verify OK')
  })

  test('nothing about the certificates of others', async () => {
    const { certificate } = await newUser({}, (await newIssuer('CN=Another')).authority)
    await expect(authority.ocspResponse(certificate, now)).rejects.toThrow(
      expect.objectContaining({ code: 'not-issued-here' }),
    )
  })
})

describe('what is no response', () => {
  const refused = (code: string, message: RegExp) =>
    expect.objectContaining({ name: 'LabError', code, message: expect.stringMatching(message) })
  const status = (code: number) => write.tlv(10, Buffer.of(code))

  test('an error of the responder', () => {
    for (const [code, name] of [
      [1, 'malformedRequest'],
      [3, 'tryLater'],
      [6, 'unauthorized'],
      [77, '77'],
    ] as const)
      expect(() => parseOcspResponse(write.sequence(status(code)))).toThrow(
        refused('ocsp-unsuccessful', new RegExp(`the responder says ${name}$`)),
      )
  })

  test('another type, another form, far too much', async () => {
    const { der } = await authority.ocspResponse(leaf, at)
    const other = write.sequence(write.oid(Oid.data), write.octetString(Buffer.alloc(0)))
    for (const [bytes, message] of [
      [write.sequence(status(0)), /responseBytes: missing/],
      [write.sequence(status(0), write.context(0, other)), /a basic response wanted, got the type data/],
      [Buffer.concat([der, Buffer.of(0)]), /1 octets behind the end/],
      [der.subarray(0, 40), /announced/],
      [Buffer.alloc(2 << 20), /at most 1048576 octets/],
    ] as const)
      expect(() => parseOcspResponse(bytes)).toThrow(refused('ocsp-malformed', message))
  })
})
