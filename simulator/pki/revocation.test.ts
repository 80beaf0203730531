import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Oid } from '../asn1/oid.ts'
import * as write from '../asn1/write.ts'
import { CertificationAuthority, createRoot, type IssueRequest } from './certification-authority.ts'
import { type CertificateRevocationList, parseCrl } from './crl.ts'
import { nameFromText } from './name-text.ts'
import { validatePath } from './path-validation.ts'
import { revocationStatus } from './revocation.ts'
import {
  at,
  codesOf,
  type Extra,
  extension,
  newAuthority,
  newLeaf,
  newRoot,
  optionsOf,
  threeLevels,
  valid,
} from './testing/hierarchy.ts'
import { agreed, judge, type Verdict } from './testing/openssl-verify.ts'

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
    const required = validatePath(good.leaf, { ...optionsOf(good), requireRevocation: true })
    expect(codesOf(required)).toEqual(['revocation-unknown', 'revocation-unknown'])
    expect(required.reasons[0]?.message).toContain('no list of the issuer is there')
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
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const issuer = nameFromText('CN=Lists')
  const newCertificate = async (request: Partial<IssueRequest> = {}) => {
    const certificate = await createRoot(
      { subject: 'CN=Lists', keyUsage: ['keyCertSign', 'cRLSign'], serial: Buffer.of(1), ca: {}, ...valid },
      keys,
    )
    const authority = new CertificationAuthority({ certificate, privateKey: keys.privateKey }, [certificate])
    return { certificate: await newLeaf(authority, { serial: Buffer.of(9), ...request }), signer: certificate }
  }
  /** A list with extensions that the builder does not make. */
  const newList = (listExtensions: Extra[], revoked: Buffer[] = []): CertificateRevocationList => {
    const algorithm = write.sequence(write.oid(Oid.ecdsaWithSha256))
    const tbs = write.sequence(
      write.integer(1),
      algorithm,
      issuer,
      write.time(at),
      write.time(valid.notAfter),
      ...(revoked.length === 0 ? [] : [write.sequence(...revoked)]),
      write.context(0, write.sequence(...listExtensions.map(encode))),
    )
    return parseCrl(write.sequence(tbs, algorithm, write.bitString(sign('sha256', tbs, keys.privateKey))))
  }
  const encode = ({ oid, critical, value }: Extra) =>
    write.sequence(write.oid(oid), ...(critical ? [write.boolean(true)] : []), write.octetString(value))
  const entry = (serial: number, ...more: Extra[]) =>
    write.sequence(
      write.integer(serial),
      write.time(valid.notBefore),
      ...(more.length === 0 ? [] : [write.sequence(...more.map(encode))]),
    )
  const point = (...fields: Buffer[]) => extension(Oid.issuingDistributionPoint, write.sequence(...fields))
  const flag = (tag: number) => write.contextPrimitive(tag, Buffer.of(0xff))
  const url = (text: string) => write.context(0, write.context(0, write.contextPrimitive(6, Buffer.from(text))))
  const relative = (text: string) =>
    write.context(0, write.context(1, write.sequence(write.oid(Oid.commonName), write.utf8String(text))))

  const statusOf = async (list: CertificateRevocationList, request: Partial<IssueRequest> = {}) => {
    const { certificate, signer } = await newCertificate(request)
    return revocationStatus({ certificate, at, crls: [list], signers: () => [signer] })
  }
  const someReasons = point(write.contextPrimitive(3, Buffer.of(6, 0x40)))
  const delta = extension(Oid.deltaCrlIndicator, write.integer(1))
  const unknown = extension('1.2.3.4', write.nullValue())
  const removed = extension(Oid.reasonCode, write.tlv(10, Buffer.of(8)), false)

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
    expect((await statusOf(newList(extensions), request)).status).toBe(status)
  })

  test('of a point named under its issuer (RFC 5280 5.2.5)', async () => {
    const points = extension(Oid.crlDistributionPoints, write.sequence(write.sequence(relative('a'))), false)
    expect((await statusOf(newList([point(relative('a'))]), { extensions: [points] })).status).toBe('good')
    expect((await statusOf(newList([point(relative('b'))]), { extensions: [points] })).status).toBe('unknown')
  })

  test('partial lists revoke, though they cannot clear', async () => {
    for (const each of [someReasons, delta])
      expect((await statusOf(newList([each], [entry(9)]))).status).toBe('revoked')
    expect((await statusOf(newList([delta], [entry(9, removed)]))).status).toBe('unknown')
  })

  test('a list with a critical extension that nobody knows is left out', async () => {
    expect(await statusOf(newList([], [entry(8, unknown)]))).toEqual({
      status: 'unknown',
      why: ["the list of 2025-06-01T00:00:00.000Z can't be used: an entry has the critical extension 1.2.3.4"],
    })
  })

  test('the serial numbers 00ff and ff are two (PKITS 4.1.14)', async () => {
    const list = newList([], [write.sequence(write.tlv(2, Buffer.of(0xff)), write.time(valid.notBefore))])
    expect((await statusOf(list, { serial: Buffer.of(0xff) })).status).toBe('good')
  })
})
