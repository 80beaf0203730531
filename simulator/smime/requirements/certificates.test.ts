/** Certificates of people who write (RFC 8550): addresses, usages, paths, revocation, by whole messages where they matter. */
import { sign as signBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { Oid } from '../../asn1/oid.ts'
import * as der from '../../asn1/write.ts'
import {
  type Certificate,
  CertificationAuthority,
  createRoot,
  type Identity,
  type IssueRequest,
  parseCrl,
  validatePath,
} from '../../pki/index.ts'
import { extension, threeLevels, validateCase } from '../../pki/testing/hierarchy.ts'
import { agreed, judge, type Verdict } from '../../pki/testing/openssl-verify.ts'
import { toMessage } from '../compose.ts'
import { type OpenedMessage, openMessage } from '../open-message.ts'
import {
  type Correspondence,
  createCorrespondence,
  encrypted,
  headers,
  reasonCodes,
  signed,
  text,
} from '../testing/correspondence.ts'
import { now } from '../testing/people.ts'
import { algorithm } from './testing/hand-made-signature.ts'
import { certify, newKeys } from './testing/key-kinds.ts'

let world: Correspondence
let alva: Identity

beforeAll(async () => {
  world = await createCorrespondence('requirements on certificates')
  alva = world.alva
})

const from = (address: string, identity: Identity, more = ''): OpenedMessage =>
  world.open(Buffer.concat([Buffer.from(more), toMessage({ ...headers, from: address }, signed(identity))]))

const keys = newKeys('p-256')
const enrolled = (request: Partial<IssueRequest>): Promise<Identity> => certify(world.people, 'alva', keys, request)

describe('CRT-01 revocation', () => {
  const validity = { notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2049-01-01T00:00:00Z') }
  const revokedAt = new Date('2026-10-01T00:00:00Z')
  let authority: CertificationAuthority
  let revoked: Certificate

  beforeAll(async () => {
    const root = await createRoot(
      { subject: 'CN=Own Root', serial: Buffer.of(1), keyUsage: ['keyCertSign', 'cRLSign'], ca: {}, ...validity },
      keys,
    )
    authority = new CertificationAuthority({ certificate: root, privateKey: keys.privateKey }, [root])
    revoked = await authority.issue({
      ...{ subject: 'CN=alva', publicKey: keys.publicKey, emails: ['alva@example.test'], serial: Buffer.of(2) },
      ...{ keyUsage: ['digitalSignature', 'keyAgreement'], extendedKeyUsage: [Oid.emailProtection], ...validity },
    })
  })

  /** A list without extensions, by hand: no program writes it any more. */
  function versionOne(): Buffer {
    const signatureAlgorithm = algorithm(Oid.ecdsaWithSha256)
    const entry = der.sequence(der.integer(2), der.time(revokedAt))
    const tbs = der.sequence(
      ...[signatureAlgorithm, authority.certificate.subject],
      ...[der.time(revokedAt), der.time(new Date('2027-01-01T00:00:00Z')), der.sequence(entry)],
    )
    return der.sequence(tbs, signatureAlgorithm, der.bitString(signBytes('sha256', tbs, keys.privateKey)))
  }

  async function versionTwo(): Promise<Buffer> {
    authority.revoke(revoked, revokedAt)
    return (await authority.crl(now)).der
  }

  it.each([
    ['1', versionOne],
    ['2', versionTwo],
  ])('CRT-01 by a list of version %s refuses signing and encrypting', async (_, make) => {
    const anchors = [authority.certificate]
    const crls = [parseCrl(await make())]
    for (const purpose of ['smime-sign', 'smime-encrypt'] as const) {
      const options = { anchors, intermediates: [], at: now, purpose }
      expect(validatePath(revoked, options).ok).toBe(true)
      expect(validatePath(revoked, { ...options, crls }).reasons.map(({ code }) => code)).toEqual(['revoked'])
    }
    const message = toMessage(headers, signed({ certificate: revoked, privateKey: keys.privateKey }))
    expect(openMessage(message, { keys: [], trust: { anchors, at: now } }).signature.status).toBe('valid')
    const opened = openMessage(message, { keys: [], trust: { anchors, at: now, crls } })
    expect(opened.signature.status).toBe('invalid')
    expect(reasonCodes(opened)).toEqual(['revoked'])
  })
})

describe('CRT-02 certificates that come with the message', () => {
  it('CRT-02 close the gap to the root; without them the signer is untrusted, not invalid', () => {
    const { authority, root } = world.people
    const trust = { anchors: [root], at: now }
    const status = (certificates: readonly Certificate[]): string =>
      openMessage(toMessage(headers, signed(alva, { certificates })), { keys: [], trust }).signature.status
    expect(status([authority.certificate])).toBe('valid')
    expect(status([world.eve.certificate, authority.certificate, root])).toBe('valid')
    expect(status([])).toBe('untrusted')
    expect(status([world.stranger.certificate])).toBe('untrusted')
  })
})

describe('CRT-03 addresses', () => {
  it('CRT-03 from the subjectAltName or the subject; a certificate without one is accepted', async () => {
    const inSubject = await enrolled({ emails: [], subject: 'CN=alva,emailAddress=alva@example.test' })
    const inNeither = await enrolled({ emails: [] })
    expect(inSubject.certificate.emails).toEqual(['alva@example.test'])
    expect(from('alva@example.test', alva).signature.status).toBe('valid')
    expect(from('alva@example.test', inSubject).signature.status).toBe('valid')
    expect(from('eve@example.test', inSubject).signature.status).toBe('invalid')
    expect(from('alva@example.test', inNeither).signature.status).toBe('valid')
    expect(reasonCodes(from('alva@example.test', inNeither))).toEqual(['no-certificate-address'])
  })
})

describe('CRT-04 author and certificate', () => {
  it.each([
    ['the address itself', 'alva@example.test', 'valid'],
    ['a domain in other letters', 'alva@EXAMPLE.Test', 'valid'],
    ['a local part in other letters', 'ALVA@example.test', 'valid'],
    ['another local part', 'alvar@example.test', 'invalid'],
    ['another domain', 'alva@example.test.evil', 'invalid'],
    ['a display name that looks right', '"alva@example.test" <eve@example.test>', 'invalid'],
  ])('CRT-04 %s', (_, address, status) => {
    const opened = from(address, alva)
    expect(opened.signature.status).toBe(status)
    expect(reasonCodes(opened)).toEqual(status === 'valid' ? [] : ['address-mismatch'])
  })

  it('CRT-04 the Sender may have signed, and is told', () => {
    const opened = from('chief@example.test', alva, 'Sender: alva@example.test\r\n')
    expect(opened.signature.status).toBe('untrusted')
    expect(reasonCodes(opened)).toEqual(['signed-by-sender'])
    expect(from('chief@example.test', alva, 'Sender: eve@example.test\r\n').signature.status).toBe('invalid')
  })

  it('CRT-04 any of several addresses of the certificate does', async () => {
    const both = await enrolled({ emails: ['first@example.test', 'alva@example.test'] })
    expect(from('alva@example.test', both).signature.status).toBe('valid')
    expect(from('third@example.test', both).signature.status).toBe('invalid')
  })
})

describe('CRT-05 the whole path, as OpenSSL judges it too', () => {
  const explicitPolicy = extension(Oid.policyConstraints, der.sequence(der.contextPrimitive(0, Buffer.of(0))))
  const verdicts: readonly Verdict[] = [
    ['a good chain', 'ok', () => threeLevels()],
    ['an issuer that may not issue', 'key-usage', () => threeLevels({ issuing: { keyUsage: ['cRLSign'] } })],
    ['a path length', 'path-too-long', () => threeLevels({ root: { ca: { pathLength: 0 } } })],
    [
      'an issuer that has expired',
      'expired',
      () => threeLevels({ issuing: { notAfter: new Date('2025-02-01T00:00:00Z') } }),
    ],
    ['a missing issuer', 'untrusted', async () => ({ ...(await threeLevels()), intermediates: [] })],
    [
      'a policy that is required and not there',
      'policy',
      () => threeLevels({ issuing: { extensions: [explicitPolicy] } }),
    ],
    [
      'a name outside the permitted ones',
      'name-constraints',
      () => threeLevels({ issuing: { extensions: [permitted('example.org')] } }),
    ],
  ]

  it.each(verdicts)('CRT-05 %s: %s', async (_, expected, build) => {
    expect(await judge(build)).toEqual(agreed(expected))
  })
})

function permitted(...hosts: readonly string[]) {
  const subtrees = hosts.map((each) => der.sequence(der.contextPrimitive(1, Buffer.from(each))))
  return extension(Oid.nameConstraints, der.sequence(der.context(0, ...subtrees)))
}

function excluded(...hosts: readonly string[]) {
  const subtrees = hosts.map((each) => der.sequence(der.contextPrimitive(1, Buffer.from(each))))
  return extension(Oid.nameConstraints, der.sequence(der.context(1, ...subtrees)))
}

/** Why a message by a certificate of this kind is no good. */
const against = async (request: Partial<IssueRequest>): Promise<string[]> =>
  reasonCodes(from('alva@example.test', await enrolled(request)))

it('CRT-06 key usage, if stated, allows to sign: digitalSignature or nonRepudiation, each alone', async () => {
  expect(await against({ keyUsage: [] })).toEqual([])
  for (const usage of ['digitalSignature', 'nonRepudiation'] as const)
    expect(await against({ keyUsage: [usage] })).toEqual([])
  for (const usage of ['keyEncipherment', 'dataEncipherment', 'keyAgreement', 'cRLSign'] as const)
    expect(await against({ keyUsage: [usage] })).toEqual(['key-usage'])
})

it('CRT-07 extended key usage, if stated, holds emailProtection or any', async () => {
  for (const extendedKeyUsage of [
    [],
    [Oid.emailProtection],
    [Oid.clientAuth, Oid.emailProtection],
    [Oid.anyExtendedKeyUsage],
  ])
    expect(await against({ extendedKeyUsage })).toEqual([])
  for (const extendedKeyUsage of [[Oid.clientAuth], [Oid.serverAuth, Oid.codeSigning]])
    expect(await against({ extendedKeyUsage })).toEqual(['extended-key-usage'])
})

it('CRT-08 both usages must allow it', async () => {
  expect(await against({ keyUsage: ['digitalSignature'], extendedKeyUsage: [Oid.clientAuth] })).toEqual([
    'extended-key-usage',
  ])
  expect(await against({ keyUsage: ['keyAgreement'], extendedKeyUsage: [Oid.emailProtection] })).toEqual(['key-usage'])
  expect(await against({ keyUsage: ['keyAgreement'], extendedKeyUsage: [Oid.clientAuth] })).toEqual([
    'key-usage',
    'extended-key-usage',
  ])
})

it('CRT-08 an unknown extension refuses the signer where it is critical, and only there', async () => {
  const value = der.utf8String('?')
  for (const critical of [true, false]) {
    const opened = from(
      'alva@example.test',
      await enrolled({ extensions: [{ oid: '1.3.6.1.4.1.99999.5', critical, value }] }),
    )
    expect(reasonCodes(opened)).toEqual(critical ? ['unknown-critical-extension'] : [])
  }
  const inIssuer = await threeLevels({ issuing: { extensions: [extension('1.3.6.1.4.1.99999.5', value)] } })
  expect(validateCase(inIssuer).reasons.map(({ code }) => code)).toEqual(['unknown-critical-extension'])
})

describe('CRT-09 addresses beyond ASCII', () => {
  it('CRT-09 are written as SmtpUTF8Mailbox with A-labels, ASCII ones as rfc822Name', async () => {
    const { certificate } = await enrolled({ emails: ['älva@bücher.example', 'alva@bücher.example'] })
    const utf8 = der.context(
      0,
      der.oid(Oid.smtpUtf8Mailbox),
      der.context(0, der.utf8String('älva@xn--bcher-kva.example')),
    )
    const ascii = der.contextPrimitive(1, Buffer.from('alva@xn--bcher-kva.example'))
    const san = certificate.extensions.find(({ oid }) => oid === Oid.subjectAltName)
    expect(san?.value).toEqual(der.sequence(utf8, ascii))
    expect(certificate.emails).toEqual(['alva@xn--bcher-kva.example', 'älva@xn--bcher-kva.example'])
  })

  it.each(['älva@bücher.example', 'älva@xn--bcher-kva.example', 'a\u0308lva@BÜCHER.example'])(
    'CRT-09 From %s is the address, whatever the form of its domain',
    async (address) => {
      const identity = await enrolled({ emails: ['älva@bücher.example'] })
      expect(reasonCodes(from(address, identity))).toEqual([])
      expect(reasonCodes(from(address.replace('lva', 'lvo'), identity))).toEqual(['address-mismatch'])
    },
  )
})

describe('CRT-10 name constraints on addresses', () => {
  const codes = async (issuing: Partial<IssueRequest>, leaf: Partial<IssueRequest>): Promise<string[]> =>
    validateCase(await threeLevels({ issuing, leaf })).reasons.map(({ code }) => code)

  it.each<[string, ReturnType<typeof permitted>, Partial<IssueRequest>, boolean]>([
    ['a permitted host', permitted('example.com'), { emails: ['alva@example.com'] }, true],
    ['another host', permitted('example.com'), { emails: ['alva@mail.example.com'] }, false],
    ['a host of a permitted domain', permitted('.example.com'), { emails: ['alva@mail.example.com'] }, true],
    ['a permitted mailbox', permitted('alva@example.com'), { emails: ['alva@example.com'] }, true],
    ['another mailbox', permitted('alva@example.com'), { emails: ['bo@example.com'] }, false],
    ['an excluded host', excluded('example.com'), { emails: ['alva@example.com'] }, false],
    ['one of two', permitted('example.com'), { emails: ['alva@example.com', 'alva@example.org'] }, false],
    [
      'the subject, outside',
      permitted('example.com'),
      { emails: [], subject: 'CN=Alva,emailAddress=a@example.org' },
      false,
    ],
    [
      'the subject, inside',
      permitted('example.com'),
      { emails: [], subject: 'CN=Alva,emailAddress=a@example.com' },
      true,
    ],
    ['SmtpUTF8Mailbox outside', permitted('example.com'), { emails: ['älva@example.org'] }, false],
    ['SmtpUTF8Mailbox inside', permitted('example.com'), { emails: ['älva@example.com'] }, true],
    ['SmtpUTF8Mailbox excluded', excluded('xn--bcher-kva.example'), { emails: ['älva@bücher.example'] }, false],
  ])('CRT-10 %s', async (_, constraints, leaf, allowed) => {
    expect(await codes({ extensions: [constraints] }, leaf)).toEqual(allowed ? [] : ['name-constraints'])
  })
})

describe('CRT-12 time that ran out', () => {
  const past = { notBefore: new Date('2019-01-01T00:00:00Z'), notAfter: new Date('2022-01-01T00:00:00Z') }

  it('CRT-12 since it signed has a status of its own; before it signed is invalid', async () => {
    const former = await enrolled(past)
    const then = signed(former, { signingTime: new Date('2021-06-01T00:00:00Z') })
    const opened = world.open(toMessage(headers, then))
    expect(opened.signature.status).toBe('valid')
    expect(reasonCodes(opened)).toEqual(['expired-since'])
    const late = world.open(toMessage(headers, signed(former, { signingTime: now })))
    expect(late.signature.status).toBe('invalid')
    expect(reasonCodes(late)).toEqual(['expired'])
  })

  it('CRT-12 keeps no old mail closed', async () => {
    const former = await certify(world.people, 'bo', keys, { ...past, keyUsage: ['keyAgreement'] })
    const message = toMessage(headers, encrypted(text, former))
    expect(world.open(message, [former])).toMatchObject({ outcome: 'opened', content: { bytes: text } })
  })
})
