/** A real peer for the tests: the openssl command line in a folder of its own, and identities that it certified. */
import { spawnSync } from 'node:child_process'
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Identity, readCertificates } from '../../../pki/certificate.ts'

export type KeyKind = 'rsa' | 'p256' | 'p384' | 'p521' | 'x25519' | 'x448' | 'ed25519'

export interface IssuedIdentity extends Identity {
  /** Files in the peer's folder, as openssl wants them. */
  readonly certificateFile: string
  readonly keyFile: string
}

export interface OpensslPeer {
  /** Runs openssl, which must succeed; `input` goes to its standard input, the answer is its standard output. */
  run(parameters: readonly string[], input?: Uint8Array): Buffer
  /** The same, but a refusal is an answer too. */
  attempt(parameters: readonly string[], input?: Uint8Array): { ok: boolean; output: Buffer; errors: string }
  file(name: string, bytes: Uint8Array): string
  /** A fresh key and a certificate for it with the extensions given, 'keyUsage=keyEncipherment' and so on. */
  issue(name: string, kind: KeyKind, extensions?: readonly string[]): IssuedIdentity
  remove(): void
}

export function startOpensslPeer(): OpensslPeer {
  const folder = mkdtempSync(join(tmpdir(), 'smimelab-cms-'))
  const file = (name: string, bytes: Uint8Array): string => {
    const path = join(folder, name)
    writeFileSync(path, bytes)
    return path
  }
  const attempt: OpensslPeer['attempt'] = (parameters, input) => {
    const done = spawnSync('openssl', [...parameters], { cwd: folder, input: input ?? '', maxBuffer: 1 << 28 })
    return { ok: done.status === 0, output: done.stdout, errors: done.stderr.toString() }
  }
  const run: OpensslPeer['run'] = (parameters, input) => {
    const done = attempt(parameters, input)
    if (!done.ok) throw new Error(`openssl ${parameters.join(' ')}: ${done.errors}`)
    return done.output
  }
  const pem = (key: KeyObject): string =>
    key.export({ format: 'pem', type: key.type === 'private' ? 'pkcs8' : 'spki' }).toString()

  // X25519 and X448 keys can't sign a request for themselves: an authority certifies every key alike.
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const authorityKey = file('authority.key', Buffer.from(pem(authority.privateKey)))
  const authorityFile = file(
    'authority.pem',
    run(['req', '-new', '-x509', '-key', authorityKey, '-subj', '/C=SE/O=Example/CN=Test Authority', '-days', '30']),
  )
  const request = file('request.csr', run(['req', '-new', '-key', authorityKey, '-subj', '/CN=request']))

  const issue: OpensslPeer['issue'] = (name, kind, extensions = []) => {
    const { publicKey, privateKey } = generate(kind)
    const keyFile = file(`${name}.key`, Buffer.from(pem(privateKey)))
    const publicFile = file(`${name}.pub`, Buffer.from(pem(publicKey)))
    const lines = ['subjectKeyIdentifier=hash', `subjectAltName=email:${name}@lab.example`, ...extensions]
    const extensionsFile = file(`${name}.cnf`, Buffer.from(lines.join('\n')))
    const serial = `0x${Buffer.from(name).toString('hex').slice(0, 30)}`
    const certificate = run([
      ...['x509', '-req', '-in', request, '-CA', authorityFile, '-CAkey', authorityKey, '-set_serial', serial],
      ...['-force_pubkey', publicFile, '-extfile', extensionsFile, '-days', '30', '-subj', `/O=Example/CN=${name}`],
    ])
    const certificateFile = file(`${name}.pem`, certificate)
    const [parsed] = readCertificates(certificate)
    if (parsed === undefined) throw new Error(`no certificate for ${name}`)
    const own = createPrivateKey(readFileSync(keyFile))
    return { certificate: parsed, privateKey: own, certificateFile, keyFile }
  }
  return { run, attempt, file, issue, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

function generate(kind: KeyKind): { publicKey: KeyObject; privateKey: KeyObject } {
  switch (kind) {
    case 'rsa':
      return generateKeyPairSync('rsa', { modulusLength: 2048 })
    case 'p256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' })
    case 'p384':
      return generateKeyPairSync('ec', { namedCurve: 'P-384' })
    case 'p521':
      return generateKeyPairSync('ec', { namedCurve: 'P-521' })
    case 'x25519':
      return generateKeyPairSync('x25519')
    case 'x448':
      return generateKeyPairSync('x448')
    case 'ed25519':
      return generateKeyPairSync('ed25519')
  }
}
