import { describe, expect, test } from 'vitest'
import { Oid } from '../asn1/oid.ts'
import * as write from '../asn1/write.ts'
import type { IssueRequest } from './certification-authority.ts'
import type { GeneralName } from './general-name.ts'
import { violation } from './name-constraints.ts'
import { nameFromText } from './name-text.ts'
import {
  codesOf,
  type Extra,
  extension,
  newAuthority,
  newLeaf,
  newRoot,
  threeLevels,
  validateCase,
} from './testing/hierarchy.ts'
import { agreed, judge, type Verdict } from './testing/openssl-verify.ts'

const subtree = (base: Buffer) => write.sequence(base)
const mailbox = (text: string) => write.contextPrimitive(1, Buffer.from(text))
const directory = (text: string) => write.context(4, nameFromText(text))
const nameConstraints = (permitted: Buffer[], excluded: Buffer[] = []): Extra =>
  extension(
    Oid.nameConstraints,
    write.sequence(
      ...(permitted.length === 0 ? [] : [write.context(0, ...permitted.map(subtree))]),
      ...(excluded.length === 0 ? [] : [write.context(1, ...excluded.map(subtree))]),
    ),
  )
const underConstraints = (constraints: Extra, leaf: Partial<IssueRequest> = {}) =>
  threeLevels({ issuing: { extensions: [constraints] }, leaf })

const verdicts: Verdict[] = [
  ['a permitted host', 'ok', () => underConstraints(nameConstraints([mailbox('example.com')]))],
  ['a permitted host in other letters', 'ok', () => underConstraints(nameConstraints([mailbox('EXAMPLE.com')]))],
  [
    'another host than the permitted one',
    'name-constraints',
    () => underConstraints(nameConstraints([mailbox('example.org')])),
  ],
  [
    'a host below the permitted one',
    'name-constraints',
    () => underConstraints(nameConstraints([mailbox('example.com')]), { emails: ['alva@mail.example.com'] }),
  ],
  [
    'a host in the permitted domain',
    'ok',
    () => underConstraints(nameConstraints([mailbox('.example.com')]), { emails: ['alva@mail.example.com'] }),
  ],
  [
    'the permitted domain itself',
    'name-constraints',
    () => underConstraints(nameConstraints([mailbox('.example.com')])),
  ],
  ['the permitted mailbox', 'ok', () => underConstraints(nameConstraints([mailbox('alva@example.com')]))],
  ['another mailbox', 'name-constraints', () => underConstraints(nameConstraints([mailbox('Alva@example.com')]))],
  [
    'one of two addresses not permitted',
    'name-constraints',
    () =>
      underConstraints(nameConstraints([mailbox('example.com')]), { emails: ['alva@example.com', 'x@example.org'] }),
  ],
  ['an excluded host', 'name-constraints', () => underConstraints(nameConstraints([], [mailbox('example.com')]))],
  [
    'an excluded host in the subject only',
    'name-constraints',
    () =>
      underConstraints(nameConstraints([], [mailbox('evil.example')]), {
        subject: 'CN=Alva,emailAddress=alva@evil.example',
      }),
  ],
  [
    'an address that is none, under constraints',
    'name-constraints',
    () => underConstraints(nameConstraints([mailbox('example.com')]), { subject: 'CN=Alva,emailAddress=alva' }),
  ],
  ['a permitted organization', 'ok', () => underConstraints(nameConstraints([directory('O=Example')]))],
  [
    'a permitted organization in other letters',
    'ok',
    () => underConstraints(nameConstraints([directory('O= EXAMPLE ')])),
  ],
  ['another organization', 'name-constraints', () => underConstraints(nameConstraints([directory('O=Other')]))],
  [
    'an excluded organization',
    'name-constraints',
    () => underConstraints(nameConstraints([], [directory('O=Example')])),
  ],
  [
    'constraints on names of another kind',
    'ok',
    () => underConstraints(nameConstraints([write.contextPrimitive(2, Buffer.from('example.org'))])),
  ],
  [
    'constraints of two authorities, the lower one wider',
    'name-constraints',
    async () => {
      const root = await newRoot()
      const upper = await newAuthority(root, { extensions: [nameConstraints([mailbox('.mail.example.com')])] })
      const lower = await newAuthority(upper, {
        subject: 'CN=Lower',
        extensions: [nameConstraints([mailbox('.example.com')])],
      })
      return {
        leaf: await newLeaf(lower, { emails: ['alva@x.example.com'] }),
        anchors: [root.certificate],
        intermediates: [upper.certificate, lower.certificate],
      }
    },
  ],
  [
    'constraints in the root',
    'name-constraints',
    () => threeLevels({ root: { extensions: [nameConstraints([mailbox('example.org')])] } }),
  ],
]

describe('name constraints, as openssl verify sees them', () => {
  test.each(verdicts)('%s: %s', async (_, expected, build) => {
    expect(await judge(build)).toEqual(agreed(expected))
  })
})

describe('name constraints', () => {
  test('rfc822Name constraints bind SmtpUTF8Mailboxes (RFC 9598 6)', async () => {
    const address = { emails: ['ålva@exämple.com'] }
    const permitted = nameConstraints([mailbox('xn--exmple-cua.com')])
    expect(validateCase(await underConstraints(permitted, address)).ok).toBe(true)
    const elsewhere = await underConstraints(nameConstraints([mailbox('example.com')]), address)
    expect(codesOf(validateCase(elsewhere))).toEqual(['name-constraints'])
  })

  test('a subtree with a distance, which nobody may use, refuses the chain', async () => {
    const base = write.sequence(mailbox('example.com'), write.contextPrimitive(0, Buffer.of(1)))
    const odd = extension(Oid.nameConstraints, write.sequence(write.context(0, base)))
    expect(codesOf(validateCase(await underConstraints(odd)))).toEqual(['extension-malformed'])
  })
})

describe('forms of names', () => {
  const ip = (...octets: number[]): GeneralName => ({ kind: 'iPAddress', octets: Buffer.from(octets) })
  const dns = (text: string): GeneralName => ({ kind: 'dNSName', text })
  const uri = (text: string): GeneralName => ({ kind: 'uniformResourceIdentifier', text })
  const email = (text: string): GeneralName => ({ kind: 'rfc822Name', text })
  const registered: GeneralName = { kind: 'registeredID', value: Buffer.of(42) }
  const other = (type: string): GeneralName => ({ kind: 'otherName', type, value: Buffer.of(5, 0) })

  test.each<[base: GeneralName, name: GeneralName, inside: boolean]>([
    [dns('example.com'), dns('example.com'), true],
    [dns('example.com'), dns('a.b.EXAMPLE.com'), true],
    [dns('example.com'), dns('notexample.com'), false],
    [dns('.example.com'), dns('example.com'), false],
    [dns(''), dns('anything'), true],
    [uri('example.com'), uri('https://alva@example.com:8443/path'), true],
    [uri('example.com'), uri('https://example.com.evil.example/'), false],
    [uri('example.com'), uri('https://evil.example/@example.com'), false],
    [uri('.example.com'), uri('ldap://a.example.com'), true],
    [ip(192, 0, 2, 0, 255, 255, 255, 0), ip(192, 0, 2, 77), true],
    [ip(192, 0, 2, 0, 255, 255, 255, 0), ip(192, 0, 3, 77), false],
    [email('0x7f.1'), email('alva@127.0.0.1'), false],
  ])('%j holds %j: %s', (base, name, inside) => {
    expect(violation([name], [{ permitted: [base], excluded: [] }]) === undefined).toBe(inside)
    expect(violation([name], [{ permitted: [], excluded: [base] }]) === undefined).toBe(!inside)
  })

  test.each<[base: GeneralName, name: GeneralName]>([
    [uri('example.com'), uri('mailto:alva@example.com')],
    [uri('127.0.0.1'), uri('http://127.0.0.1/')],
    [ip(1, 2, 3), ip(1, 2, 3, 4)],
    [email('example.com'), email('alva')],
    [registered, registered],
    [other('1.2.3'), other('1.2.3')],
  ])('%j neither permits nor lets pass %j, which nobody can judge', (base, name) => {
    expect(violation([name], [{ permitted: [base], excluded: [] }])).toContain('is in no permitted subtree')
    expect(violation([name], [{ permitted: [], excluded: [base] }])).toContain('is excluded')
  })

  test('of another kind are free', () => {
    const constraints = [{ permitted: [other('1.2.3'), dns('example.com')], excluded: [registered] }]
    expect(violation([other('1.2.4'), email('alva@example.org')], constraints)).toBeUndefined()
  })

  test('too many to compare are refused, not compared', () => {
    const names = Array.from({ length: 1000 }, (_, index) => dns(`host-${index}.example.com`))
    const permitted = Array.from({ length: 1000 }, (_, index) => dns(`x-${index}.example.com`))
    expect(violation(names, [{ permitted, excluded: [] }])).toContain('too many to compare')
  })
})
