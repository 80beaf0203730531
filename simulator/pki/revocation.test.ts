import { describe, expect, test } from 'vitest'
import { Oid } from '../asn1/oid.ts'
import * as write from '../asn1/write.ts'
import { validatePath } from './path-validation.ts'
import {
  at,
  codesOf,
  type Extra,
  extension,
  newAuthority,
  newRoot,
  optionsOf,
  threeLevels,
  valid,
} from './testing/hierarchy.ts'
import { agreed, judge, type Verdict } from './testing/openssl-verify.ts'
import { listEntry, listReason, newList, newListed, statusOf } from './testing/revocation-lists.ts'

const verdicts: Verdict[] = [
  [
    'a clean list',
    'ok',
    async () => {
      const good = await threeLevels()
      return { ...good, crls: [await good.issuing.crl(at), await good.root.crl(at)] }
    },
  ],
  [
    'a revoked leaf',
    'revoked',
    async () => {
      const good = await threeLevels()
      good.issuing.revoke(good.leaf, new Date('2025-05-01'), 'keyCompromise')
      return { ...good, crls: [await good.issuing.crl(at), await good.root.crl(at)] }
    },
  ],
  [
    'a revoked authority',
    'revoked',
    async () => {
      const good = await threeLevels()
      good.root.revoke(good.issuing.certificate, new Date('2025-05-01'))
      return { ...good, crls: [await good.issuing.crl(at), await good.root.crl(at)] }
    },
  ],
  [
    'a list that is out of date',
    'revocation-unknown',
    async () => {
      const good = await threeLevels()
      return { ...good, crls: [await good.issuing.crl(new Date('2025-03-01')), await good.root.crl(at)] }
    },
  ],
  [
    'a list of tomorrow',
    'revocation-unknown',
    async () => {
      const good = await threeLevels()
      return { ...good, crls: [await good.issuing.crl(new Date('2025-06-02')), await good.root.crl(at)] }
    },
  ],
  [
    'a list by another authority of the same name',
    'revocation-unknown',
    async () => {
      const good = await threeLevels()
      const other = await newAuthority(await newRoot())
      return { ...good, crls: [await other.crl(at), await good.root.crl(at)] }
    },
  ],
  [
    'a list by a key that may not sign lists',
    'revocation-unknown',
    async () => {
      const good = await threeLevels({ issuing: { keyUsage: ['keyCertSign'] } })
      return { ...good, crls: [await good.issuing.crl(at), await good.root.crl(at)] }
    },
  ],
]

describe('revocation lists, as openssl verify sees them', () => {
  test.each(verdicts)('%s: %s', async (_, expected, build) => {
    expect(await judge(build)).toEqual(agreed(expected))
  })
})

describe('revocation', () => {
  test('counts from its date on, and a later list tells of it', async () => {
    const good = await threeLevels()
    good.issuing.revoke(good.leaf, new Date('2025-06-10'), 'superseded')
    const crls = [await good.issuing.crl(new Date('2025-07-01'))]
    const ask = (when: string) => validatePath(good.leaf, { ...optionsOf(good), crls, at: new Date(when) })
    expect(ask('2025-06-09').ok).toBe(true)
    expect(ask('2025-06-10').reasons).toEqual([
      { code: 'revoked', message: "'CN=Alva Example,O=Example' was revoked 2025-06-10T00:00:00.000Z (superseded)" },
    ])
  })

  test('outlives the list that told of it, a hold does not', async () => {
    for (const [reason, ok] of [
      ['keyCompromise', false],
      ['certificateHold', true],
    ] as const) {
      const good = await threeLevels()
      good.issuing.revoke(good.leaf, new Date('2025-02-01'), reason)
      const crls = [await good.issuing.crl(new Date('2025-02-02'))]
      expect(validatePath(good.leaf, { ...optionsOf(good), crls }).ok).toBe(ok)
    }
  })

  test('is unknown without a list only where it is required', async () => {
    const good = await threeLevels()
    expect(validatePath(good.leaf, optionsOf(good)).ok).toBe(true)
    const required = validatePath(good.leaf, { ...optionsOf(good), revocation: 'required' })
    expect(codesOf(required)).toEqual(['revocation-unknown', 'revocation-unknown'])
    expect(required.reasons[0]?.message).toContain('no list or response of the issuer is there')
  })

  test('is not asked for in mode none', async () => {
    const good = await threeLevels()
    good.issuing.revoke(good.leaf, new Date('2025-05-01'))
    const options = { ...optionsOf(good), crls: [await good.issuing.crl(at)], ocsp: [] }
    expect(codesOf(validatePath(good.leaf, options))).toEqual(['revoked'])
    expect(validatePath(good.leaf, { ...options, revocation: 'none' }).ok).toBe(true)
  })

  test('of a key in other hands counts from its date of invalidity, or else from the start', async () => {
    const listed = await newListed()
    const before = new Date(valid.notBefore.getTime() - 1000)
    const since = (date: string) => extension('2.5.29.24', write.tlv(24, Buffer.from(`${date}000000Z`)), false)
    const ask = (...extensions: Extra[]) =>
      statusOf(listed, { crls: [newList([], [listEntry(9, ...extensions)])], at: before }).status
    expect(ask(listReason('superseded'))).toBe('unknown')
    expect(ask(listReason('keyCompromise'))).toBe('revoked')
    expect(ask(listReason('keyCompromise'), since('20241201'))).toBe('revoked')
    expect(ask(listReason('keyCompromise'), since('20241231'))).toBe('revoked')
    expect(ask(listReason('superseded'), since('20241201'))).toBe('revoked')
    const later = extension('2.5.29.24', write.tlv(24, Buffer.from('20250101000000Z')), false)
    expect(ask(listReason('keyCompromise'), later)).toBe('unknown')
  })

  test('a second key of the same authority may sign the list, a namesake under another root may not', async () => {
    const good = await threeLevels()
    const second = await newAuthority(good.root, { keyUsage: ['cRLSign'] })
    const stranger = await newAuthority(await newRoot(), { keyUsage: ['cRLSign'] })
    for (const [signer, code] of [
      [second, ['revoked']],
      [stranger, []],
    ] as const) {
      signer.revoke(good.leaf, new Date('2025-05-01'))
      const options = optionsOf(good)
      const intermediates = [...options.intermediates, signer.certificate]
      const result = validatePath(good.leaf, { ...options, intermediates, crls: [await signer.crl(at)] })
      expect(result.reasons.map((each) => each.code)).toEqual(code)
    }
  })
})

describe('what a list speaks of', () => {
  const point = (...fields: Buffer[]) => extension(Oid.issuingDistributionPoint, write.sequence(...fields))
  const flag = (tag: number) => write.contextPrimitive(tag, Buffer.of(0xff))
  const url = (text: string) => write.context(0, write.context(0, write.contextPrimitive(6, Buffer.from(text))))
  const relative = (text: string) =>
    write.context(0, write.context(1, write.sequence(write.oid(Oid.commonName), write.utf8String(text))))

  const someReasons = point(write.contextPrimitive(3, Buffer.of(6, 0x40)))
  const delta = extension(Oid.deltaCrlIndicator, write.integer(1))
  const unknown = extension('1.2.3.4', write.nullValue())

  test.each<[about: string, extensions: Extra[], status: string]>([
    ['every certificate', [], 'good'],
    ['users', [point(flag(1))], 'good'],
    ['authorities', [point(flag(2))], 'unknown'],
    ['attribute certificates', [point(flag(5))], 'unknown'],
    ['this point', [point(url('http://crl.example.com/a'))], 'good'],
    ['another point', [point(url('http://crl.example.com/b'))], 'unknown'],
    ['a point named under its issuer', [point(relative('a'))], 'unknown'],
    ['some reasons', [someReasons], 'unknown'],
    ['changes since another list', [delta], 'unknown'],
    ['the certificates of others', [point(flag(4))], 'unknown'],
    ['something nobody knows', [unknown], 'unknown'],
  ])('%s', async (_, extensions, status) => {
    const request = { crlUrl: 'http://crl.example.com/a' }
    expect(statusOf(await newListed(request), { crls: [newList(extensions)] }).status).toBe(status)
  })

  test('of a point named under its issuer (RFC 5280 5.2.5)', async () => {
    const points = extension(Oid.crlDistributionPoints, write.sequence(write.sequence(relative('a'))), false)
    const listed = await newListed({ extensions: [points] })
    expect(statusOf(listed, { crls: [newList([point(relative('a'))])] }).status).toBe('good')
    expect(statusOf(listed, { crls: [newList([point(relative('b'))])] }).status).toBe('unknown')
  })

  test('partial lists revoke, though they cannot clear', async () => {
    const listed = await newListed()
    const removed = listEntry(9, listReason('removeFromCRL'))
    for (const each of [someReasons, delta])
      expect(statusOf(listed, { crls: [newList([each], [listEntry(9)])] }).status).toBe('revoked')
    expect(statusOf(listed, { crls: [newList([delta], [removed])] }).status).toBe('unknown')
  })

  test('a list with a critical extension that nobody knows is left out', async () => {
    expect(statusOf(await newListed(), { crls: [newList([], [listEntry(8, unknown)])] })).toEqual({
      status: 'unknown',
      why: ["the list of 2025-06-01T00:00:00.000Z can't be used: an entry has the critical extension 1.2.3.4"],
    })
  })

  test('the serial numbers 00ff and ff are two (PKITS 4.1.14)', async () => {
    const list = newList([], [write.sequence(write.tlv(2, Buffer.of(0xff)), write.time(valid.notBefore))])
    expect(statusOf(await newListed({ serial: Buffer.of(0xff) }), { crls: [list] }).status).toBe('good')
  })
})

describe('lists that are of no use to the leaf are told, in mode if-available', () => {
  const notices = async (lists: 'stale' | 'current' | 'none'): Promise<string[]> => {
    const good = await threeLevels()
    const day = 24 * 3600 * 1000
    const crls = {
      stale: [await good.issuing.crl(new Date(at.getTime() - 30 * day), new Date(at.getTime() - 20 * day))],
      current: [await good.issuing.crl(at)],
      none: [],
    }[lists]
    const { ok, notices } = validatePath(good.leaf, { ...optionsOf(good), crls })
    expect(ok).toBe(true)
    return notices.map(({ code }) => code)
  }

  test('a stale one is', async () => expect(await notices('stale')).toEqual(['revocation-unknown']))
  test('a current one is not, whatever is unknown above the leaf', async () =>
    expect(await notices('current')).toEqual([]))
  test('none given is nothing to tell', async () => expect(await notices('none')).toEqual([]))
})
