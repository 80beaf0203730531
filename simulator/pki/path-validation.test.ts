import { describe, expect, test } from 'vitest'
import { Oid } from '../asn1/oid.ts'
import * as write from '../asn1/write.ts'
import type { Certificate } from './certificate.ts'
import { CertificationAuthority, createRoot } from './certification-authority.ts'
import { maxChainLength, maxSignatureChecks } from './path-building.ts'
import { validatePath } from './path-validation.ts'
import {
  at,
  codesOf,
  extension,
  forge,
  newAuthority,
  newKeys,
  newLeaf,
  newRoot,
  nextSerial,
  threeLevels,
  valid,
  validateCase,
} from './testing/hierarchy.ts'
import { agreed, judge, type Verdict } from './testing/openssl-verify.ts'

const verdicts: Verdict[] = [
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
      const keys = newKeys()
      const user = await newLeaf(root, {
        subject: 'CN=User',
        publicKey: keys.publicKey,
        keyUsage: ['digitalSignature', 'keyCertSign'],
      })
      const impostor = new CertificationAuthority({ certificate: user, privateKey: keys.privateKey }, [user])
      return { leaf: await newLeaf(impostor), anchors: [root.certificate], intermediates: [user] }
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
]

describe('the same verdict as openssl verify', () => {
  test.each(verdicts)('%s: %s', async (_, expected, build) => {
    expect(await judge(build)).toEqual(agreed(expected))
  })
})

describe('where RFC 5280 and RFC 8550 say otherwise than OpenSSL 3.0', () => {
  test('a certificate is valid up to and including notAfter', async () => {
    expect(validateCase({ ...(await threeLevels()), at: valid.notAfter }).ok).toBe(true)
    const late = { ...(await threeLevels()), at: new Date(valid.notAfter.getTime() + 1) }
    expect(codesOf(validateCase(late))).toContain('expired')
  })

  test('anyExtendedKeyUsage allows mail (RFC 8550 4.4.4)', async () => {
    expect(validateCase(await threeLevels({ leaf: { extendedKeyUsage: [Oid.anyExtendedKeyUsage] } })).ok).toBe(true)
  })

  test('keyAgreement is enough to encrypt (RFC 8550 4.4.2)', async () => {
    const good = await threeLevels({ leaf: { keyUsage: ['keyAgreement'] } })
    expect(validateCase({ ...good, purpose: 'smime-encrypt' }).ok).toBe(true)
    expect(codesOf(validateCase(good))).toEqual(['key-usage'])
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
    expect(codesOf(result)).toEqual(['untrusted', 'expired'])
    expect(result.reasons[0]?.message).toBe(
      "'CN=Alva Example,O=Example' was issued by 'CN=Issuing CA,O=Example', which is not known here",
    )
    expect(result.chain).toEqual([leaf])
  })

  test('an extension that cannot be read refuses the chain', async () => {
    for (const type of [Oid.nameConstraints, Oid.certificatePolicies]) {
      const broken = await threeLevels({ issuing: { extensions: [extension(type, write.nullValue())] } })
      expect(codesOf(validateCase(broken))).toEqual(['extension-malformed'])
    }
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
    expect(codesOf(result)).toEqual(['untrusted'])
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
    expect(codesOf(result)).toEqual(['untrusted'])
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
    expect(codesOf(tooLong)).toContain('path-too-long')
  })

  test('a bag of hundreds of certificates, in any order, does not hide the chain', async () => {
    const good = await threeLevels()
    const others = await Promise.all(Array.from({ length: 20 }, () => threeLevels()))
    // Namesakes each and all: every one has its own key under the same two names.
    const bag = others.flatMap(({ root, issuing, leaf }) => [leaf, issuing.certificate, root.certificate])
    const intermediates = [...bag, good.issuing.certificate, ...bag, good.leaf, good.root.certificate]
    const result = validatePath(good.leaf, { anchors: good.anchors, intermediates, at })
    expect(result.ok).toBe(true)
    expect(result.chain).toEqual([good.leaf, good.issuing.certificate, good.root.certificate])
  })

  test('cross-certificates lead to the anchor that is there; OpenSSL is shown one, as it tries no second', async () => {
    const [old, next] = [await newRoot({ subject: 'CN=Old' }), await newRoot({ subject: 'CN=New' })]
    const keys = newKeys()
    const request = { subject: 'CN=Cross', publicKey: keys.publicKey }
    const [byOld, byNew] = [await newAuthority(old, request), await newAuthority(next, request)]
    const crossed = new CertificationAuthority({ certificate: byNew.certificate, privateKey: keys.privateKey }, [])
    const leaf = await newLeaf(crossed)
    for (const [root, cross] of [
      [old, byOld],
      [next, byNew],
    ] as const) {
      const one = { leaf, anchors: [root.certificate], intermediates: [cross.certificate] }
      expect(await judge(async () => one)).toEqual(agreed('ok'))
      const both = { ...one, intermediates: [byOld.certificate, byNew.certificate] }
      expect(validateCase(both).chain).toEqual([leaf, cross.certificate, root.certificate])
    }
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
    expect(result).toEqual({
      ok: true,
      chain: [leaf, issuing.certificate],
      reasons: [],
      notices: [],
      policies: [],
    })
  })

  test('a certificate given as its own anchor is still checked for its purpose', async () => {
    const { leaf } = await threeLevels()
    const options = { anchors: [leaf], intermediates: [], at }
    expect(validatePath(leaf, { ...options, purpose: 'smime-sign' }).ok).toBe(true)
    const encrypt = validatePath(leaf, { ...options, purpose: 'smime-encrypt' })
    expect(codesOf(encrypt)).toEqual(['key-usage'])
  })
})
