import { execFileSync, spawnSync } from 'node:child_process'
import { createHash, createPrivateKey } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Certificate, type Identity, readCertificates } from '../certificate.ts'
import { inspectPkcs12, openPkcs12, type WriteInput, writePkcs12 } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'pkcs12-'))
const at = (name: string) => join(folder, name)
const protections = ['pbe-sha1-3des', 'pbes2-aes-256'] as const

let signing: Identity
let encryption: Identity
let ed25519: Identity
let chain: Certificate

function makeIdentity(commonName: string, ...newKey: string[]): Identity {
  const args = ['req', '-x509', '-nodes', '-newkey', ...newKey, '-keyout', '-', '-subj', `/CN=${commonName}`]
  const pem = execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] })
  return {
    certificate: readCertificates(pem)[0] as Certificate,
    privateKey: createPrivateKey(pem),
    friendlyName: commonName,
  }
}

beforeAll(() => {
  signing = makeIdentity('Alva signing 2026', 'rsa:2048')
  encryption = makeIdentity('Alva Verschlüsselung', 'rsa:2048')
  ed25519 = makeIdentity('Alva Ed25519', 'ed25519')
  chain = makeIdentity('Example Issuing CA', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256').certificate
})

afterAll(() => rmSync(folder, { recursive: true }))

function write(input: Partial<WriteInput>): Buffer {
  return writePkcs12({ identities: [signing], password: 'secret', protection: 'pbes2-aes-256', ...input })
}

/** A stand-in for a seeded source: SHA-256 in counter mode. */
function seeded(seed: string): (octets: number) => Buffer {
  let counter = 0
  return (octets) => createHash('sha256').update(`${seed} ${counter++}`).digest().subarray(0, octets)
}

describe.each(protections)('%s', (protection) => {
  it('opens again: identities in order, names, labels, chain', () => {
    const bytes = write({
      protection,
      identities: [signing, encryption, ed25519],
      certificates: [chain, signing.certificate],
    })
    const { identities, certificates } = openPkcs12(bytes, 'secret')
    expect(identities.map(({ friendlyName }) => friendlyName)).toEqual([
      'Alva signing 2026',
      'Alva Verschlüsselung',
      'Alva Ed25519',
    ])
    for (const [index, wanted] of [signing, encryption, ed25519].entries()) {
      expect(identities[index]?.certificate.der).toEqual(wanted.certificate.der)
      expect(identities[index]?.privateKey.equals(wanted.privateKey)).toBe(true)
      expect(identities[index]?.localKeyId?.toString('hex')).toBe(wanted.certificate.sha1)
    }
    expect(certificates.map(({ sha256 }) => sha256)).toEqual([chain.sha256])
  })

  it('is the same file from the same random source', () => {
    const once = write({ protection, random: seeded('a') })
    expect(write({ protection, random: seeded('a') })).toEqual(once)
    expect(write({ protection, random: seeded('b') })).not.toEqual(once)
    expect(write({ protection })).not.toEqual(write({ protection }))
  })

  it('is read by OpenSSL, from its default provider alone', () => {
    writeFileSync(
      at('out.p12'),
      write({ protection, identities: [encryption, signing], certificates: [chain], password: 'größe' }),
    )
    const args = ['pkcs12', '-in', 'out.p12', '-passin', 'pass:größe', '-nodes']
    const text = execFileSync('openssl', args, { cwd: folder, encoding: 'utf8' })
    expect(text.match(/BEGIN CERTIFICATE/g)).toHaveLength(3)
    expect(text.match(/BEGIN PRIVATE KEY/g)).toHaveLength(2)
    expect(text).toContain('friendlyName: Alva signing 2026')
    const first = /-----BEGIN PRIVATE KEY[\s\S]*?END PRIVATE KEY-----/.exec(text)?.[0] ?? ''
    expect(createPrivateKey(first).equals(encryption.privateKey)).toBe(true)
  })

  it('is read by NSS, both identities of it', () => {
    const database = at(`nss-${protection}`)
    mkdirSync(database)
    writeFileSync(at('pin'), 'pin')
    writeFileSync(at('out.p12'), write({ protection, identities: [encryption, signing], certificates: [chain] }))
    const run = (command: string, ...args: string[]) =>
      execFileSync(command, [...args, '-d', `sql:${database}`], { cwd: folder, encoding: 'utf8', stdio: 'pipe' })
    run('certutil', '-N', '-f', 'pin')
    run('pk12util', '-i', 'out.p12', '-k', 'pin', '-W', 'secret')
    const keys = run('certutil', '-K', '-f', 'pin')
    expect(keys).toContain('Alva signing 2026')
    expect(keys).toContain('Alva Verschlüsselung')
    expect(run('certutil', '-L', '-n', 'Example Issuing CA')).toContain('Example Issuing CA')
  })

  it('with the absent password opens with it, not with the empty one', () => {
    const bytes = write({ protection, password: null })
    expect(openPkcs12(bytes, null).identities).toHaveLength(1)
    expect(() => openPkcs12(bytes, '')).toThrow(expect.objectContaining({ code: 'pkcs12-wrong-password' }))
    const empty = write({ protection, password: '' })
    expect(openPkcs12(empty, '').identities).toHaveLength(1)
    expect(() => openPkcs12(empty, null)).toThrow(expect.objectContaining({ code: 'pkcs12-wrong-password' }))
  })

  it('of certificates alone, and of nothing', () => {
    expect(
      openPkcs12(write({ protection, identities: [], certificates: [chain] }), 'secret').certificates,
    ).toHaveLength(1)
    expect(openPkcs12(write({ protection, identities: [] }), 'secret')).toMatchObject({
      identities: [],
      certificates: [],
    })
  })
})

describe('3DES', () => {
  it('is read by gpgsm', () => {
    const home = at('gnupg')
    mkdirSync(home, { mode: 0o700 })
    writeFileSync(join(home, 'gpg-agent.conf'), 'allow-loopback-pinentry\n')
    writeFileSync(join(home, 'gpgsm.conf'), 'disable-crl-checks\nno-common-certs-import\ndisable-dirmngr\n')
    writeFileSync(at('out.p12'), write({ protection: 'pbe-sha1-3des' }))
    const options = { cwd: folder, encoding: 'utf8', stdio: 'pipe', env: { ...process.env, GNUPGHOME: home } } as const
    try {
      const args = ['--batch', '--no-tty', '--pinentry-mode=loopback', '--passphrase-fd', '0', '--import', 'out.p12']
      // gpgsm 2.2 fails on one import in eight, at random: the same file is read the next time.
      const imported = [1, 2, 3, 4, 5].some(
        () => spawnSync('gpgsm', args, { ...options, input: 'secret' }).status === 0,
      )
      expect(imported).toBe(true)
      expect(execFileSync('gpgsm', ['--batch', '-K'], options)).toContain('CN=Alva signing 2026')
    } finally {
      execFileSync('gpgconf', ['--kill', 'gpg-agent'], options)
    }
  })
})

describe('protection as it is told', () => {
  it.each([
    ['pbe-sha1-3des', 'pbe-sha1-3des', 'hmac-sha1'],
    ['pbes2-aes-256', 'pbes2-aes-256-cbc-hmac-sha256', 'hmac-sha256'],
  ] as const)('%s', (protection, scheme, mac) => {
    const bytes = write({ protection, iterations: 10_000 })
    expect(inspectPkcs12(bytes)).toEqual({ key: scheme, certificates: scheme, mac, iterations: 10_000 })
    expect(openPkcs12(bytes, 'secret').protection).toEqual(inspectPkcs12(bytes))
  })

  it('of the key cannot be seen where the whole file is one encrypted safe of certificates', () => {
    expect(inspectPkcs12(write({ identities: [], certificates: [chain] })).key).toBe('not-visible')
  })
})

it('wants an iteration or more', () => {
  for (const iterations of [0, -1, 1.5]) expect(() => write({ iterations })).toThrow(RangeError)
})

it('writes a file that Node itself reads', async () => {
  const { createSecureContext } = await import('node:tls')
  for (const protection of protections) {
    writeFileSync(at('out.p12'), write({ protection }))
    expect(() => createSecureContext({ pfx: readFileSync(at('out.p12')), passphrase: 'secret' })).not.toThrow()
    expect(() => createSecureContext({ pfx: readFileSync(at('out.p12')), passphrase: 'other' })).toThrow()
  }
})
