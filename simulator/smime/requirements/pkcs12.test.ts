/** PKCS#12 files (RFC 7292, RFC 9579): how keys come to a device, and stay on it. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LabError } from '../../error.ts'
import { certificateToPem, type Identity } from '../../pki/index.ts'
import { inspectPkcs12, openPkcs12, writePkcs12 } from '../../pki/pkcs12/index.ts'
import { toMessage } from '../compose.ts'
import { type Correspondence, createCorrespondence, encrypted, headers, text } from '../testing/correspondence.ts'
import { pemFiles } from '../testing/people.ts'
import { withIterations, withPbmac1 } from './testing/hand-made-mac.ts'
import { certify, newKeys } from './testing/key-kinds.ts'

const protections = ['pbe-sha1-3des', 'pbes2-aes-256'] as const
const folder = mkdtempSync(join(tmpdir(), 'smimelab-p12-'))
afterAll(() => rmSync(folder, { recursive: true }))

let world: Correspondence
let alva: Identity
let bo: Identity

beforeAll(async () => {
  world = await createCorrespondence('requirements on PKCS#12')
  alva = world.alva
  bo = world.boRsa
  const pem = pemFiles('alva', alva)
  for (const [name, octets] of Object.entries({
    ...pem,
    'chain.pem': certificateToPem(world.people.authority.certificate),
  }))
    writeFileSync(join(folder, name), octets)
})

function run(command: string, ...args: string[]): { ok: boolean; text: string } {
  const done = spawnSync(command, args, { cwd: folder, encoding: 'utf8' })
  return { ok: done.status === 0, text: done.stdout + done.stderr }
}

/** What OpenSSL exports of Alva's identity. */
function byOpenssl(password: string, ...options: string[]): Buffer {
  const args = ['pkcs12', '-export', '-in', 'alva.pem', '-inkey', 'alva.key', '-passout', `pass:${password}`]
  const made = run('openssl', ...args, ...options, '-out', 'theirs.p12')
  if (!made.ok) throw new Error(made.text)
  return readFileSync(join(folder, 'theirs.p12'))
}

function expectAlva(bytes: Buffer, password: string | null): void {
  const { identities } = openPkcs12(bytes, password)
  expect(identities.map(({ certificate }) => certificate.sha256)).toEqual([alva.certificate.sha256])
  expect(identities[0]?.privateKey.equals(alva.privateKey)).toBe(true)
}

/** Code, message and hint of a refusal: all that anyone can tell. */
function refusal(bytes: Buffer, password: string | null): unknown {
  try {
    openPkcs12(bytes, password)
  } catch (error) {
    if (error instanceof LabError) return { code: error.code, message: error.message, hint: error.hint }
    throw error
  }
  throw new Error('a refusal wanted')
}

describe('P12-01 passwords', () => {
  it.each(['secret', 'größe', 'μυστικό', '密码', 'pass 🔑 word', 'a'.repeat(200)])(
    'P12-01 %s fits ours at OpenSSL, and theirs here',
    (password) => {
      for (const protection of protections) {
        writeFileSync(join(folder, 'ours.p12'), writePkcs12({ identities: [alva], password, protection }))
        expect(run('openssl', 'pkcs12', '-in', 'ours.p12', '-passin', `pass:${password}`, '-noout').text).toBe('')
        expect(run('openssl', 'pkcs12', '-in', 'ours.p12', '-passin', `pass:${password}x`, '-noout').ok).toBe(false)
      }
      expectAlva(byOpenssl(password), password)
      expectAlva(byOpenssl(password, '-legacy'), password)
    },
  )

  it('P12-01 the empty and the absent one are two', () => {
    const write = (password: string | null) =>
      writePkcs12({ identities: [alva], password, protection: 'pbe-sha1-3des' })
    expectAlva(write(''), '')
    expectAlva(write(null), null)
    for (const [bytes, wrong] of [
      [write(''), null],
      [write(null), ''],
    ] as const)
      expect(refusal(bytes, wrong)).toMatchObject({ code: 'pkcs12-wrong-password' })
    expectAlva(byOpenssl(''), '')
  })
})

it('P12-02 the MAC comes first: a wrong password, a broken MAC and changed contents are one error', () => {
  for (const protection of protections) {
    const good = writePkcs12({ identities: [alva], password: 'secret', protection })
    const wrong = refusal(good, 'guess')
    expect(wrong).toMatchObject({ code: 'pkcs12-wrong-password' })
    for (const offset of [0.3, 0.6, 0.9].map((part) => Math.floor(good.length * part)).concat(good.length - 30)) {
      const changed = Buffer.from(good)
      changed.writeUInt8(changed.readUInt8(offset) ^ 1, offset)
      expect(refusal(changed, 'secret')).toEqual(wrong)
    }
  }
})

describe('P12-03 PBMAC1', () => {
  const plain = (): Buffer => writePkcs12({ identities: [alva], password: 'größe', protection: 'pbes2-aes-256' })

  it.each([20, 32, 64])('P12-03 with a key of %i octets is read, as Node itself reads it', (keyLength) => {
    const bytes = withPbmac1(plain(), 'größe', keyLength)
    expectAlva(bytes, 'größe')
    expect(inspectPkcs12(bytes).mac).toBe('pbmac1-hmac-sha256')
    expect(() => createSecureContext({ pfx: bytes, passphrase: 'größe' })).not.toThrow()
    expect(refusal(bytes, 'grösse')).toMatchObject({ code: 'pkcs12-wrong-password' })
  })

  it('P12-03 without its key length, or with a short one, is refused', () => {
    expect(refusal(withPbmac1(plain(), 'größe', undefined), 'größe')).toMatchObject({ code: 'pkcs12-malformed' })
    expect(refusal(withPbmac1(plain(), 'größe', 16), 'größe')).toMatchObject({
      code: expect.stringMatching(/^pkcs12-(malformed|unsupported)$/),
    })
  })
})

describe('P12-04 schemes', () => {
  it.each([
    ['RC2-40 and 3DES', ['-legacy']],
    ['RC2-128', ['-legacy', '-certpbe', 'PBE-SHA1-RC2-128', '-keypbe', 'PBE-SHA1-RC2-128']],
    ['3DES', ['-certpbe', 'PBE-SHA1-3DES', '-keypbe', 'PBE-SHA1-3DES', '-macalg', 'sha1']],
    ['PBES2 with AES-128', ['-certpbe', 'AES-128-CBC', '-keypbe', 'AES-128-CBC']],
    [
      'PBES2 with AES-256, MAC over SHA-512',
      ['-certpbe', 'AES-256-CBC', '-keypbe', 'AES-256-CBC', '-macalg', 'sha512'],
    ],
    ['certificates in the clear', ['-certpbe', 'NONE']],
    ['one iteration', ['-noiter', '-nomaciter']],
  ])('P12-04 %s of OpenSSL is read', (_, options) => {
    expectAlva(byOpenssl('secret', ...options), 'secret')
  })

  it.each([
    ['pbe-sha1-3des', /MAC: sha1,/, /pbeWithSHA1And3-KeyTripleDES-CBC/],
    ['pbes2-aes-256', /MAC: sha256,/, /PBES2, PBKDF2, AES-256-CBC, Iteration 2048, PRF hmacWithSHA256/],
  ] as const)('P12-04 %s is written for those that want it', (protection, mac, scheme) => {
    writeFileSync(join(folder, 'ours.p12'), writePkcs12({ identities: [alva], password: 'secret', protection }))
    const told = run('openssl', 'pkcs12', '-in', 'ours.p12', '-passin', 'pass:secret', '-info', '-noout').text
    expect(told).toMatch(mac)
    expect(told.match(new RegExp(scheme, 'g'))).toHaveLength(2)
  })
})

describe('P12-05 several identities', () => {
  it('P12-05 keep key, certificate, name and label together, the chain beside them in any order', () => {
    const chain = [world.people.root, world.people.authority.certificate]
    for (const certificates of [chain, [...chain].reverse()]) {
      const named = [
        { ...alva, friendlyName: 'Unterschrift' },
        { ...bo, friendlyName: 'Verschlüsselung' },
      ]
      const bytes = writePkcs12({ identities: named, certificates, password: 'secret', protection: 'pbes2-aes-256' })
      const opened = openPkcs12(bytes, 'secret')
      expect(opened.identities.map(({ friendlyName }) => friendlyName)).toEqual(['Unterschrift', 'Verschlüsselung'])
      for (const [at, { certificate, privateKey }] of named.entries()) {
        expect(opened.identities[at]?.certificate.sha256).toBe(certificate.sha256)
        expect(opened.identities[at]?.privateKey.equals(privateKey)).toBe(true)
        expect(opened.identities[at]?.localKeyId?.toString('hex')).toBe(certificate.sha1)
      }
      expect(opened.certificates.map(({ sha256 }) => sha256)).toEqual(certificates.map(({ sha256 }) => sha256))
    }
  })

  it('P12-05 of OpenSSL: name, label and chain', () => {
    const { identities, certificates } = openPkcs12(
      byOpenssl('secret', '-name', 'Älva', '-certfile', 'chain.pem'),
      'secret',
    )
    expect(identities).toMatchObject([{ friendlyName: 'Älva', localKeyId: Buffer.from(alva.certificate.sha1, 'hex') }])
    expect(certificates.map(({ sha256 }) => sha256)).toEqual([world.people.authority.certificate.sha256])
  })
})

describe('P12-06 forms and bounds', () => {
  it('P12-06 BER of NSS is read', () => {
    const database = `sql:${folder}`
    writeFileSync(join(folder, 'pin'), 'pin')
    writeFileSync(
      join(folder, 'ours.p12'),
      writePkcs12({ identities: [alva], password: 'secret', protection: 'pbes2-aes-256' }),
    )
    run('certutil', '-N', '-d', database, '-f', 'pin')
    run('pk12util', '-i', 'ours.p12', '-d', database, '-k', 'pin', '-W', 'secret')
    const name = /^(.+?)\s+u,u,u\s*$/m.exec(run('certutil', '-L', '-d', database).text)?.[1] ?? ''
    run('pk12util', '-o', 'nss.p12', '-n', name, '-d', database, '-k', 'pin', '-W', 'secret')
    const bytes = readFileSync(join(folder, 'nss.p12'))
    expect(bytes.subarray(0, 2)).toEqual(Buffer.of(0x30, 0x80))
    expectAlva(bytes, 'secret')
  })

  it('P12-06 iterations without end are refused before they are run', () => {
    const bomb = withIterations(byOpenssl('secret'), 600_000_000)
    const start = performance.now()
    expect(refusal(bomb, 'secret')).toMatchObject({ code: 'pkcs12-too-expensive' })
    expect(performance.now() - start).toBeLessThan(200)
    expect(() => openPkcs12(byOpenssl('secret'), 'secret', { maxIterations: 1000 })).toThrow(
      expect.objectContaining({ code: 'pkcs12-too-expensive' }),
    )
  })
})

describe('P12-07 renewal', () => {
  const years = ['2024', '2025', '2026']

  it('P12-07 a renewed identity comes beside the old ones: mail of each year opens', async () => {
    const held: Identity[] = []
    const letters: Buffer[] = []
    for (const year of years) {
      const validity = { notBefore: new Date(`${year}-01-01T00:00:00Z`), notAfter: new Date(`${year}-12-31T00:00:00Z`) }
      const current = await certify(world.people, 'bo', newKeys('p-256'), { keyUsage: ['keyAgreement'], ...validity })
      const file = writePkcs12({ identities: [current], password: year, protection: 'pbes2-aes-256' })
      held.push(...openPkcs12(file, year).identities)
      letters.push(toMessage(headers, encrypted(text, current)))
    }
    expect(letters.map((each) => world.open(each, held).outcome)).toEqual(['opened', 'opened', 'opened'])
    const newestOnly = held.slice(-1)
    expect(letters.map((each) => world.open(each, newestOnly).outcome)).toEqual(['closed', 'closed', 'opened'])
  })

  it('P12-07 so does a file that brings the whole history, and one key under two certificates', async () => {
    const keys = newKeys('p-256')
    const usage = { keyUsage: ['keyAgreement'] } as const
    const history = [
      await certify(world.people, 'bo', newKeys('p-256'), usage),
      await certify(world.people, 'bo', keys, usage),
      await certify(world.people, 'bo', keys, usage),
    ]
    const file = writePkcs12({ identities: history, password: 'secret', protection: 'pbe-sha1-3des' })
    const { identities } = openPkcs12(file, 'secret')
    for (const each of history)
      expect(world.open(toMessage(headers, encrypted(text, each)), identities)).toMatchObject({
        outcome: 'opened',
        openedBy: { certificate: { sha256: each.certificate.sha256 } },
      })
  })
})
