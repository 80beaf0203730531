import { describe, expect, test } from 'vitest'
import { Oid } from '../asn1/oid.ts'
import * as write from '../asn1/write.ts'
import type { CertificateRevocationList } from './crl.ts'
import { type Extra, extension, valid } from './testing/hierarchy.ts'
import { agreed, judge } from './testing/openssl-verify.ts'
import {
  listAuthority,
  listEntry,
  listNumber,
  listReason,
  newList,
  newListed,
  statusOf,
} from './testing/revocation-lists.ts'

const url = write.context(0, write.context(0, write.contextPrimitive(6, Buffer.from('http://crl.example.com/delta'))))
/** Where the deltas are (RFC 5280 5.2.6): without it OpenSSL looks for none. */
const freshest: Extra = extension('2.5.29.46', write.sequence(write.sequence(url)), false)
const usersOnly: Extra = extension(
  Oid.issuingDistributionPoint,
  write.sequence(write.contextPrimitive(1, Buffer.of(0xff))),
)
const keyId = listAuthority.certificate.subjectKeyId ?? Buffer.alloc(0)
const signedBy = (id: Buffer): Extra =>
  extension(Oid.authorityKeyIdentifier, write.sequence(write.contextPrimitive(0, id)), false)

const stale = { thisUpdate: new Date('2025-03-01T00:00:00Z'), nextUpdate: new Date('2025-04-01T00:00:00Z') }
const current = { thisUpdate: new Date('2025-05-01T00:00:00Z'), nextUpdate: new Date('2025-07-01T00:00:00Z') }

const hold = listEntry(9, listReason('certificateHold'))
const removed = listEntry(9, listReason('removeFromCRL'))
const compromised = listEntry(9, listReason('keyCompromise'))

const base = (entries: Buffer[] = [], when = stale, ...more: Extra[]) =>
  newList([signedBy(keyId), listNumber(5), freshest, ...more], entries, when)
const delta = (
  entries: Buffer[] = [],
  { number = 6, since = 5, when = current, id = keyId, more = [] as Extra[] } = {},
): CertificateRevocationList =>
  newList(
    [signedBy(id), listNumber(number), extension(Oid.deltaCrlIndicator, write.integer(since)), ...more],
    entries,
    when,
  )

const verdicts: [about: string, status: 'good' | 'revoked' | 'unknown', lists: () => CertificateRevocationList[]][] = [
  ['an old list alone', 'unknown', () => [base()]],
  ['a delta list alone', 'unknown', () => [delta()]],
  ['an old list and its delta list', 'good', () => [base(), delta()]],
  ['the delta list first', 'good', () => [delta(), base()]],
  ['revoked by the delta list', 'revoked', () => [base(), delta([compromised])]],
  ['revoked by the list', 'revoked', () => [base([compromised]), delta()]],
  ['on hold by the list', 'revoked', () => [base([hold]), delta()]],
  ['on hold by the delta list', 'revoked', () => [base(), delta([hold])]],
  ['taken off hold by the delta list', 'good', () => [base([hold]), delta([removed])]],
  ['taken off hold, the list still current', 'good', () => [base([hold], current), delta([removed])]],
  ['a delta list since an older list', 'good', () => [base(), delta([], { since: 3 })]],
  ['a delta list since a newer list', 'unknown', () => [base(), delta([], { number: 8, since: 7 })]],
  ['a delta list for users, a list for all', 'unknown', () => [base(), delta([], { more: [usersOnly] })]],
  ['a delta list by another key', 'unknown', () => [base(), delta([], { id: Buffer.of(1, 2, 3) })]],
  ['a delta list that is old itself', 'unknown', () => [base(), delta([], { when: stale })]],
]

describe('delta lists, as openssl verify -use_deltas sees them', () => {
  test.each(verdicts)('%s: %s', async (_, status, lists) => {
    const leaf = await newListed()
    const crls = lists()
    expect(statusOf(leaf, { crls }).status).toBe(status)
    const expected = { good: 'ok', revoked: 'revoked', unknown: 'revocation-unknown' }[status]
    expect(await judge(async () => ({ leaf, anchors: [listAuthority.certificate], crls }))).toEqual(agreed(expected))
  })
})

describe('where a delta list is read otherwise than by OpenSSL 3.0', () => {
  test('the newest one counts, whatever the order', async () => {
    const leaf = await newListed()
    const [older, newer] = [
      delta([hold]),
      delta([removed], { number: 7, when: { ...current, thisUpdate: new Date('2025-05-02') } }),
    ]
    for (const crls of [
      [base(), older, newer],
      [newer, older, base()],
    ])
      expect(statusOf(leaf, { crls }).status).toBe('good')
  })

  test('it has the scope of its list; OpenSSL asks for a list that covers the root, too', async () => {
    const crls = [base([], stale, usersOnly), delta([], { more: [usersOnly] })]
    expect(statusOf(await newListed(), { crls }).status).toBe('good')
  })

  test('it lifts holds alone: what else it removes has expired (RFC 5280 5.3.1)', async () => {
    const leaf = await newListed()
    expect(statusOf(leaf, { crls: [base([compromised]), delta([removed])] })).toEqual({
      status: 'revoked',
      entry: { revokedAt: valid.notBefore, reason: 'keyCompromise' },
    })
  })

  test('it does not speak of a time before the list that it changes', async () => {
    const leaf = await newListed()
    const later = base([], { thisUpdate: new Date('2025-06-02'), nextUpdate: valid.notAfter })
    expect(statusOf(leaf, { crls: [later, delta()] }).status).toBe('unknown')
  })
})
