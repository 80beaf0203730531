import { spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Oid } from '../asn1/oid.ts'
import * as write from '../asn1/write.ts'
import { type Certificate, certificateToPem, parseCertificate } from './certificate.ts'
import { CertificationAuthority, createRoot, type IssueRequest } from './certification-authority.ts'
import type { CertificateRevocationList } from './crl.ts'
import { nameFromText } from './name-text.ts'
import { maxChainLength, maxSignatureChecks } from './path-building.ts'
import { type PathOptions, validatePath } from './path-validation.ts'
import { writePem } from './pem.ts'

const at = new Date('2025-06-01T00:00:00Z')
const valid = { notBefore: new Date('2025-01-01T00:00:00Z'), notAfter: new Date('2026-01-01T00:00:00Z') }
const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
const leafKeys = newKeys()

let serials = 0
const nextSerial = () => Buffer.from([0x10, ++serials >> 8, serials & 0xff])

type Extra = NonNullable<IssueRequest['extensions']>[number]
const extension = (oid: string, value: Buffer, critical = true): Extra => ({ oid, critical, value })

async function newRoot(request: Partial<IssueRequest> = {}): Promise<CertificationAuthority> {
  const keys = newKeys()
  const certificate = await createRoot(
    {
      subject: 'CN=Root,O=Example',
      keyUsage: ['keyCertSign', 'cRLSign'],
      ...valid,
      serial: nextSerial(),
      ca: {},
      ...request,
    },
    keys,
  )
  return new CertificationAuthority({ certificate, privateKey: keys.privateKey }, [certificate])
}

async function newAuthority(
  parent: CertificationAuthority,
  request: Partial<IssueRequest> = {},
): Promise<CertificationAuthority> {
  const keys = newKeys()
  const certificate = await parent.issue({
    subject: 'CN=Issuing CA,O=Example',
    publicKey: keys.publicKey,
    emails: [],
    keyUsage: ['keyCertSign', 'cRLSign'],
    extendedKeyUsage: [],
    ...valid,
    serial: nextSerial(),
    ca: {},
    ...request,
  })
  return new CertificationAuthority({ certificate, privateKey: keys.privateKey }, [certificate, ...parent.chain])
}

function newLeaf(parent: CertificationAuthority, request: Partial<IssueRequest> = {}): Promise<Certificate> {
  return parent.issue({
    subject: 'CN=Alva Example,O=Example',
    publicKey: leafKeys.publicKey,
    emails: ['alva@example.com'],
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: [Oid.emailProtection],
    ...valid,
    serial: nextSerial(),
    ...request,
  })
}

/** The same certificate with the last octet of its signature changed. */
function forge(certificate: Certificate): Certificate {
  const der = Buffer.from(certificate.der)
  der[der.length - 1] = (der.at(-1) ?? 0) ^ 1
  return parseCertificate(der)
}

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
const policies = (...oids: string[]): Extra =>
  extension(Oid.certificatePolicies, write.sequence(...oids.map((each) => write.sequence(write.oid(each)))), false)
const requireExplicitPolicy = (skip: number): Extra =>
  extension(Oid.policyConstraints, write.sequence(write.contextPrimitive(0, Buffer.of(skip))))
const inhibitAnyPolicy = (skip: number): Extra => extension(Oid.inhibitAnyPolicy, write.integer(skip))
const policyMapping = (issuer: string, subject: string): Extra =>
  extension(Oid.policyMappings, write.sequence(write.sequence(write.oid(issuer), write.oid(subject))))

interface Case {
  leaf: Certificate
  anchors: Certificate[]
  intermediates?: Certificate[]
  crls?: CertificateRevocationList[]
  purpose?: 'smime-sign' | 'smime-encrypt'
  at?: Date
}

/** A leaf under root and issuing authority, each of the three as asked for. */
async function threeLevels(
  requests: { root?: Partial<IssueRequest>; issuing?: Partial<IssueRequest>; leaf?: Partial<IssueRequest> } = {},
): Promise<Case & { root: CertificationAuthority; issuing: CertificationAuthority }> {
  const root = await newRoot(requests.root)
  const issuing = await newAuthority(root, requests.issuing)
  const leaf = await newLeaf(issuing, requests.leaf)
  return { root, issuing, leaf, anchors: [root.certificate], intermediates: [issuing.certificate] }
}

const underConstraints = (constraints: Extra, leaf: Partial<IssueRequest> = {}) =>
  threeLevels({ issuing: { extensions: [constraints] }, leaf })

const policyA = '1.2.3.4.1'
const policyB = '1.2.3.4.2'

/** 'ok' or the code that must be among the reasons; OpenSSL must agree whether the chain holds. */
const cases: [name: string, expected: string, build: () => Promise<Case>][] = [
  ['a good chain', 'ok', () => threeLevels()],
  [
    'a leaf right under the root',
    'ok',
    async () => {
      const root = await newRoot()
      return { leaf: await newLeaf(root), anchors: [root.certificate] }
    },
  ],
  ['nothing that leads to the anchor', 'untrusted', async () => ({ ...(await threeLevels()), intermediates: [] })],
  [
    'a self-signed root that is not the anchor',
    'untrusted',
    async () => {
      const good = await threeLevels()
      return {
        ...good,
        anchors: [(await newRoot()).certificate],
        intermediates: [good.issuing.certificate, good.root.certificate],
      }
    },
  ],
  [
    'an expired leaf',
    'expired',
    async () => ({ ...(await threeLevels({ leaf: { notAfter: new Date('2025-03-01') } })) }),
  ],
  ['an expired issuing authority', 'expired', () => threeLevels({ issuing: { notAfter: new Date('2025-03-01') } })],
  ['an expired root', 'expired', () => threeLevels({ root: { notAfter: new Date('2025-03-01') } })],
  ['a leaf of tomorrow', 'not-yet-valid', () => threeLevels({ leaf: { notBefore: new Date('2025-06-02') } })],
  [
    'a forged leaf',
    'bad-signature',
    async () => {
      const good = await threeLevels()
      return { ...good, leaf: forge(good.leaf) }
    },
  ],
  [
    'a forged issuing authority',
    'bad-signature',
    async () => {
      const good = await threeLevels()
      return { ...good, intermediates: [forge(good.issuing.certificate)] }
    },
  ],
  [
    'an issuer that is a user',
    'not-a-ca',
    async () => {
      const root = await newRoot()
      const { ca: _, ...user } = { ca: undefined, keyUsage: ['digitalSignature', 'keyCertSign'] as const }
      const keys = newKeys()
      const certificate = await newLeaf(root, { ...user, publicKey: keys.publicKey, subject: 'CN=User' })
      const impostor = new CertificationAuthority({ certificate, privateKey: keys.privateKey }, [certificate])
      return { leaf: await newLeaf(impostor), anchors: [root.certificate], intermediates: [certificate] }
    },
  ],
  ['an authority that may sign lists only', 'key-usage', () => threeLevels({ issuing: { keyUsage: ['cRLSign'] } })],
  ['an authority without key usage', 'ok', () => threeLevels({ issuing: { keyUsage: [] } })],
  ['a path length of 0 kept', 'ok', () => threeLevels({ issuing: { ca: { pathLength: 0 } } })],
  ['a path length of 0 broken', 'path-too-long', () => threeLevels({ root: { ca: { pathLength: 0 } } })],
  [
    'a path length that a self-issued certificate does not use up',
    'ok',
    async () => {
      const root = await newRoot({ ca: { pathLength: 1 } })
      const first = await newAuthority(root)
      const second = await newAuthority(first)
      return {
        leaf: await newLeaf(second),
        anchors: [root.certificate],
        intermediates: [first.certificate, second.certificate],
      }
    },
  ],
  [
    'an unknown critical extension in the leaf',
    'unknown-critical-extension',
    () => threeLevels({ leaf: { extensions: [extension('1.2.3.4', write.nullValue())] } }),
  ],
  [
    'an unknown critical extension in the authority',
    'unknown-critical-extension',
    () => threeLevels({ issuing: { extensions: [extension('1.2.3.4', write.nullValue())] } }),
  ],
  [
    'an unknown extension that is not critical',
    'ok',
    () => threeLevels({ leaf: { extensions: [extension('1.2.3.4', write.nullValue(), false)] } }),
  ],
  ['a leaf for servers', 'extended-key-usage', () => threeLevels({ leaf: { extendedKeyUsage: [Oid.serverAuth] } })],
  ['a leaf for all uses (no extension)', 'ok', () => threeLevels({ leaf: { extendedKeyUsage: [] } })],
  [
    'an authority for servers',
    'extended-key-usage',
    () => threeLevels({ issuing: { extendedKeyUsage: [Oid.serverAuth] } }),
  ],
  ['an authority for mail', 'ok', () => threeLevels({ issuing: { extendedKeyUsage: [Oid.emailProtection] } })],
  ['signing with nonRepudiation alone', 'ok', () => threeLevels({ leaf: { keyUsage: ['nonRepudiation'] } })],
  [
    'signing with an encryption certificate',
    'key-usage',
    () => threeLevels({ leaf: { keyUsage: ['keyEncipherment'] } }),
  ],
  [
    'encrypting to a signing certificate',
    'key-usage',
    async () => ({ ...(await threeLevels()), purpose: 'smime-encrypt' }),
  ],
  [
    'encrypting to an encryption certificate',
    'ok',
    async () => ({
      ...(await threeLevels({ leaf: { keyUsage: ['keyEncipherment'] } })),
      purpose: 'smime-encrypt',
    }),
  ],

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

  [
    'a required policy that is there',
    'ok',
    () =>
      threeLevels({
        issuing: { extensions: [requireExplicitPolicy(0), policies(policyA)] },
        leaf: { extensions: [policies(policyA)] },
      }),
  ],
  [
    'a required policy that the leaf lacks',
    'policy',
    () => threeLevels({ issuing: { extensions: [requireExplicitPolicy(0), policies(policyA)] } }),
  ],
  [
    'a required policy, and another one in the leaf',
    'policy',
    () =>
      threeLevels({
        issuing: { extensions: [requireExplicitPolicy(0), policies(policyA)] },
        leaf: { extensions: [policies(policyB)] },
      }),
  ],
  [
    'any policy in the authority',
    'ok',
    () =>
      threeLevels({
        issuing: { extensions: [requireExplicitPolicy(0), policies(Oid.anyPolicy)] },
        leaf: { extensions: [policies(policyB)] },
      }),
  ],
  [
    'any policy in the leaf, inhibited',
    'policy',
    () =>
      threeLevels({
        issuing: { extensions: [requireExplicitPolicy(0), inhibitAnyPolicy(0), policies(policyA)] },
        leaf: { extensions: [policies(Oid.anyPolicy)] },
      }),
  ],
  [
    'a mapped policy',
    'ok',
    () =>
      threeLevels({
        issuing: { extensions: [requireExplicitPolicy(0), policies(policyA), policyMapping(policyA, policyB)] },
        leaf: { extensions: [policies(policyB)] },
      }),
  ],
  [
    'the policy that was mapped away',
    'policy',
    () =>
      threeLevels({
        issuing: { extensions: [requireExplicitPolicy(0), policies(policyA), policyMapping(policyA, policyB)] },
        leaf: { extensions: [policies(policyA)] },
      }),
  ],
  ['no policies and none required', 'ok', () => threeLevels({ issuing: { extensions: [policies(policyA)] } })],

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

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'smimelab-path-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const inFolder = (name: string) => join(folder, name)

function opensslAccepts({ leaf, anchors, intermediates = [], crls = [], ...rest }: Case): boolean {
  writeFileSync(inFolder('leaf.pem'), certificateToPem(leaf))
  writeFileSync(inFolder('anchors.pem'), anchors.map(certificateToPem).join(''))
  writeFileSync(inFolder('untrusted.pem'), intermediates.map(certificateToPem).join(''))
  writeFileSync(inFolder('crls.pem'), crls.map((each) => writePem('X509 CRL', each.der)).join(''))
  const purpose = rest.purpose === 'smime-encrypt' ? 'smimeencrypt' : 'smimesign'
  const time = String((rest.at ?? at).getTime() / 1000)
  const options = [
    '-policy_check',
    '-policy',
    Oid.anyPolicy,
    '-purpose',
    purpose,
    '-attime',
    time,
    '-CAfile',
    inFolder('anchors.pem'),
  ]
  if (intermediates.length > 0) options.push('-untrusted', inFolder('untrusted.pem'))
  if (crls.length > 0) options.push('-crl_check_all', '-CRLfile', inFolder('crls.pem'))
  const run = spawnSync('openssl', ['verify', ...options, inFolder('leaf.pem')], { encoding: 'utf8' })
  if (run.status !== 0 && !/error \d+ at \d+ depth lookup/.test(run.stderr)) throw new Error(run.stderr)
  return run.status === 0
}

function validateCase({ leaf, anchors, intermediates = [], crls, purpose = 'smime-sign', at: when = at }: Case) {
  const options: PathOptions = { anchors, intermediates, at: when, purpose }
  return validatePath(leaf, crls === undefined ? options : { ...options, crls, requireRevocation: true })
}

describe('the same verdict as openssl verify', () => {
  test.each(cases)('%s: %s', async (_, expected, build) => {
    const subject = await build()
    const result = validateCase(subject)
    const codes = result.reasons.map(({ code }) => code)
    expect(codes).toEqual(expected === 'ok' ? [] : expect.arrayContaining([expected]))
    expect(result.ok).toBe(expected === 'ok')
    expect(opensslAccepts(subject)).toBe(result.ok)
  })
})

describe('where RFC 5280 and RFC 8550 say otherwise than OpenSSL 3.0', () => {
  test('a certificate is valid up to and including notAfter', async () => {
    expect(validateCase({ ...(await threeLevels()), at: valid.notAfter }).ok).toBe(true)
    const late = { ...(await threeLevels()), at: new Date(valid.notAfter.getTime() + 1) }
    expect(validateCase(late).reasons.map(({ code }) => code)).toContain('expired')
  })

  test('anyExtendedKeyUsage allows mail (RFC 8550 4.4.4)', async () => {
    expect(validateCase(await threeLevels({ leaf: { extendedKeyUsage: [Oid.anyExtendedKeyUsage] } })).ok).toBe(true)
  })

  test('keyAgreement is enough to encrypt (RFC 8550 4.4.2)', async () => {
    const good = await threeLevels({ leaf: { keyUsage: ['keyAgreement'] } })
    expect(validateCase({ ...good, purpose: 'smime-encrypt' }).ok).toBe(true)
    expect(validateCase(good).reasons.map(({ code }) => code)).toEqual(['key-usage'])
  })

  test('rfc822Name constraints bind SmtpUTF8Mailboxes (RFC 9598 6)', async () => {
    const address = { emails: ['ålva@exämple.com'] }
    const permitted = nameConstraints([mailbox('xn--exmple-cua.com')])
    expect(validateCase(await underConstraints(permitted, address)).ok).toBe(true)
    const elsewhere = await underConstraints(nameConstraints([mailbox('example.com')]), address)
    expect(validateCase(elsewhere).reasons.map(({ code }) => code)).toEqual(['name-constraints'])
  })
})

describe('reasons', () => {
  test('are all told, each with the subject at fault', async () => {
    const wrong = await threeLevels({
      issuing: { notAfter: new Date('2025-02-01T00:00:00Z') },
      leaf: { extendedKeyUsage: [Oid.serverAuth], keyUsage: ['keyEncipherment'] },
    })
    expect(validateCase(wrong).reasons).toEqual([
      {
        code: 'expired',
        message: "'CN=Issuing CA,O=Example' expired 2025-02-01T00:00:00Z, asked for 2025-06-01T00:00:00Z",
      },
      {
        code: 'key-usage',
        message: "'CN=Alva Example,O=Example' has key usage keyEncipherment; digitalSignature or nonRepudiation wanted",
      },
      {
        code: 'extended-key-usage',
        message: "'CN=Alva Example,O=Example' may not be used for mail: only for serverAuth",
      },
    ])
  })

  test('name what else is wrong where no anchor was reached', async () => {
    const { leaf } = await threeLevels({ leaf: { notAfter: new Date('2025-02-01') } })
    const result = validatePath(leaf, { anchors: [], intermediates: [], at })
    expect(result.reasons.map(({ code }) => code)).toEqual(['untrusted', 'expired'])
    expect(result.reasons[0]?.message).toBe(
      "'CN=Alva Example,O=Example' was issued by 'CN=Issuing CA,O=Example', which is not known here",
    )
    expect(result.chain).toEqual([leaf])
  })

  test('a constraint that cannot be read refuses the chain', async () => {
    for (const type of [Oid.nameConstraints, Oid.certificatePolicies]) {
      const broken = await threeLevels({ issuing: { extensions: [extension(type, write.nullValue())] } })
      expect(validateCase(broken).reasons.map(({ code }) => code)).toEqual(['extension-malformed'])
    }
  })

  test('a subtree with a distance, which nobody may use, refuses the chain', async () => {
    const base = write.sequence(mailbox('example.com'), write.contextPrimitive(0, Buffer.of(1)))
    const odd = extension(Oid.nameConstraints, write.sequence(write.context(0, base)))
    expect(validateCase(await underConstraints(odd)).reasons.map(({ code }) => code)).toEqual(['extension-malformed'])
  })
})

describe('several ways up', () => {
  test('a chain that holds is found behind one that does not', async () => {
    const root = await newRoot()
    const oldRoot = await newRoot({ subject: 'CN=Old root', notAfter: new Date('2025-02-01') })
    const keys = newKeys()
    const cross = { subject: 'CN=Cross', publicKey: keys.publicKey }
    const viaOld = await newAuthority(oldRoot, { ...cross, notBefore: new Date('2025-01-02') })
    const viaNew = await newAuthority(root, cross)
    const crossed = new CertificationAuthority({ certificate: viaNew.certificate, privateKey: keys.privateKey }, [])
    const leaf = await newLeaf(crossed)
    for (const intermediates of [
      [viaOld.certificate, viaNew.certificate],
      [viaNew.certificate, viaOld.certificate],
    ]) {
      const anchors = [oldRoot.certificate, root.certificate]
      const result = validatePath(leaf, { anchors, intermediates, at })
      expect(result.ok).toBe(true)
      expect(result.chain).toEqual([leaf, viaNew.certificate, root.certificate])
    }
  })

  test('another authority of the same name does not make a signature bad', async () => {
    const { leaf } = await threeLevels()
    const namesake = await threeLevels()
    const { anchors, intermediates = [] } = namesake
    const result = validatePath(leaf, { anchors, intermediates, at })
    expect(result.reasons.map(({ code }) => code)).toEqual(['untrusted'])
  })

  test('authorities that certify each other end the search', async () => {
    const a = newKeys()
    const b = newKeys()
    const asRoot = async (subject: string, keys: typeof a) =>
      new CertificationAuthority(
        {
          certificate: await createRoot(
            { subject, keyUsage: ['keyCertSign'], ...valid, serial: nextSerial(), ca: {} },
            keys,
          ),
          privateKey: keys.privateKey,
        },
        [],
      )
    const first = await asRoot('CN=A', a)
    const second = await asRoot('CN=B', b)
    const aByB = await newAuthority(second, { subject: 'CN=A', publicKey: a.publicKey })
    const bByA = await newAuthority(first, { subject: 'CN=B', publicKey: b.publicKey })
    const leaf = await newLeaf(first)
    const result = validatePath(leaf, {
      anchors: [(await newRoot()).certificate],
      intermediates: [aByB.certificate, bByA.certificate],
      at,
    })
    expect(result.reasons.map(({ code }) => code)).toEqual(['untrusted'])
    expect(result.chain.length).toBeLessThanOrEqual(3)
  })

  test(`a chain of more than ${maxChainLength} certificates is refused`, async () => {
    let authority = await newRoot()
    const anchors = [authority.certificate]
    const intermediates: Certificate[] = []
    const verdicts: boolean[] = []
    for (let level = 1; level < maxChainLength; level++) {
      const leaf = await newLeaf(authority)
      verdicts.push(validatePath(leaf, { anchors, intermediates, at }).ok)
      authority = await newAuthority(authority, { subject: `CN=Level ${level}` })
      intermediates.push(authority.certificate)
    }
    expect(verdicts).toEqual(verdicts.map(() => true))
    const tooLong = validatePath(await newLeaf(authority), { anchors, intermediates, at })
    expect(tooLong.reasons.map(({ code }) => code)).toContain('path-too-long')
  })

  test('a mesh of look-alike authorities costs a bounded number of signature checks', async () => {
    const keys = Array.from({ length: 5 }, newKeys)
    const roots = await Promise.all(
      keys.map(async (pair, index) => {
        const subject = `CN=Mesh ${index}`
        const certificate = await createRoot(
          { subject, keyUsage: ['keyCertSign'], ...valid, serial: nextSerial(), ca: {} },
          pair,
        )
        return new CertificationAuthority({ certificate, privateKey: pair.privateKey }, [certificate])
      }),
    )
    const mesh = await Promise.all(
      roots.flatMap((root) =>
        keys.map(({ publicKey }, index) => newAuthority(root, { subject: `CN=Mesh ${index}`, publicKey })),
      ),
    )
    const [first] = roots
    if (first === undefined) throw new Error('no roots')
    const leaf = await newLeaf(first)
    const result = validatePath(leaf, {
      anchors: [(await newRoot()).certificate],
      intermediates: mesh.map(({ certificate }) => certificate),
      at,
    })
    expect(result.ok).toBe(false)
    expect(result.reasons[0]?.code).toBe('untrusted')
    expect(result.reasons[0]?.message).toContain(`no trust anchor within ${maxSignatureChecks} signature checks`)
  })
})

describe('anchors', () => {
  test('an issuing authority given as anchor ends the chain', async () => {
    const { leaf, issuing } = await threeLevels()
    const result = validatePath(leaf, { anchors: [issuing.certificate], intermediates: [], at, purpose: 'smime-sign' })
    expect(result).toEqual({ ok: true, chain: [leaf, issuing.certificate], reasons: [] })
  })

  test('a certificate given as its own anchor is still checked for its purpose', async () => {
    const { leaf } = await threeLevels()
    const options = { anchors: [leaf], intermediates: [], at }
    expect(validatePath(leaf, { ...options, purpose: 'smime-sign' }).ok).toBe(true)
    const encrypt = validatePath(leaf, { ...options, purpose: 'smime-encrypt' })
    expect(encrypt.reasons.map(({ code }) => code)).toEqual(['key-usage'])
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
    expect(required.reasons.map(({ code }) => code)).toEqual(['revocation-unknown', 'revocation-unknown'])
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

function optionsOf({ anchors, intermediates = [] }: Case) {
  return { anchors, intermediates, at }
}
