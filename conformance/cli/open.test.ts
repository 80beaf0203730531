import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { columnsOf } from '../../reports/inert.ts'
import { openDocumentSchema } from '../../reports/open-document.ts'
import { openJson as openJsonIn, runOpen } from '../open/testing/open-command.ts'
import { createOpensslWorld, password } from '../open/testing/openssl-world.ts'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const world = createOpensslWorld()
afterAll(() => rmSync(world.folder, { recursive: true }))

function smimelab(argv: string[], env: Record<string, string> = {}) {
  return spawnSync(process.execPath, [main, 'open', ...argv], { cwd: world.folder, encoding: 'utf8', env })
}

const dispatched = (argv: string[], env?: Record<string, string>) => runOpen(world.folder, argv, env)
const openJson = (argv: string[], env?: Record<string, string>) => openJsonIn(world.folder, argv, env)

const alva = ['--identity', 'alva.p12', '--password', `pass:${password}`, '--trust', 'root.pem']

describe('what OpenSSL made', () => {
  const { status, stdout, stderr } = smimelab(['encrypted.eml', 'signed.eml', 'plain.eml', ...alva, '--json'], {
    FORCE_COLOR: '1',
  })
  const { messages, problems } = openDocumentSchema.parse(JSON.parse(stdout))

  test('opens, verifies, and ends in 0', () => {
    expect(status).toBe(0)
    expect([problems, stderr]).toEqual([[], ''])
    expect(messages.map(({ outcome, signature }) => [outcome, signature.status])).toEqual([
      ['opened', 'valid'],
      ['clear', 'valid'],
      ['clear', 'unsigned'],
    ])
  })

  test('names the key, the layers, the signer and the content', () => {
    expect(messages[0]).toMatchObject({
      file: 'encrypted.eml',
      cause: null,
      openedBy: { subject: 'CN=Alva Example', issuer: 'CN=Lab Root', serial: '1a2b' },
      layers: [{ kind: 'enveloped' }, { kind: 'signed-clear', signature: 'valid' }],
      recipients: [{ issuer: 'CN=Lab Root', serial: '1a2b' }],
      signature: { signers: [{ emails: ['alva@contoso.example'], status: 'valid', reasons: [] }] },
      content: { mediaType: 'text/plain' },
    })
  })

  test('is written as OpenSSL itself would write it, for its reader alone', () => {
    const { status } = smimelab(['encrypted.eml', ...alva, '--out', 'new/folder'])
    expect(status).toBe(0)
    const written = join(world.folder, 'new/folder/encrypted.opened.eml')
    world.openssl('cms', '-decrypt', '-in', 'encrypted.eml', '-inkey', 'alva.key', '-out', 'layer')
    world.openssl('cms', '-verify', '-in', 'layer', '-CAfile', 'root.pem', '-out', 'theirs')
    expect(readFileSync(written)).toEqual(readFileSync(join(world.folder, 'theirs')))
    expect(statSync(written).mode & 0o777).toBe(0o600)
  })
})

describe('identities', () => {
  test.each([
    ['PKCS#12, password in the environment', ['alva.p12', '--password', 'env:PFX']],
    ['PKCS#12, password in a file', ['alva.p12', '--password', 'file:password.txt']],
    ['PKCS#12, the second password', ['alva.p12', '--password', 'pass:no', '--password', 'env:PFX']],
    ['PKCS#12, the empty password', ['alva-no-password.p12']],
    ['PEM', ['alva.pem']],
    ['PEM, encrypted key', ['alva-encrypted.pem', '--password', 'env:PFX']],
    ['two, one password for both', ['alva.p12', '--identity', 'alva-encrypted.pem', '--password', 'env:PFX']],
  ])('%s', async (_what, argv) => {
    world.write('password.txt', `${password}\nsecond line\n`)
    const { status, messages } = await openJson(['encrypted.eml', '--trust', 'root.pem', '--identity', ...argv], {
      PFX: password,
    })
    expect([status, messages[0]?.outcome]).toEqual([0, 'opened'])
  })
})

describe('what stays closed', () => {
  test('encrypted to somebody else: says to whom, and ends in 1', async () => {
    const { status, messages } = await openJson(['foreign.eml', ...alva])
    expect(status).toBe(1)
    expect(messages[0]).toMatchObject({ outcome: 'closed', cause: 'never-recipient', openedBy: null, content: null })
    expect(messages[0]?.recipients).toMatchObject([{ issuer: 'CN=Lab Root' }])
  })

  test('truncated: malformed, and the others are opened all the same', async () => {
    world.write('cut.eml', readFileSync(join(world.folder, 'encrypted.eml')).subarray(0, 900))
    const { status, messages } = await openJson(['cut.eml', 'encrypted.eml', ...alva])
    expect(status).toBe(1)
    expect(messages.map(({ outcome, cause }) => [outcome, cause])).toEqual([
      ['closed', 'malformed'],
      ['opened', null],
    ])
  })
})

describe('signatures', () => {
  test('a changed text is invalid, and ends in 1', async () => {
    world.write(
      'forged.eml',
      readFileSync(join(world.folder, 'signed.eml'), 'latin1').replace('Hello Alva', 'Hello Olav'),
    )
    const { status, messages } = await openJson(['forged.eml', ...alva])
    expect([status, messages[0]?.signature.status]).toEqual([1, 'invalid'])
  })

  test('without --trust nothing is trusted, and the hint says what is missing', async () => {
    const { status, messages, stderr } = await openJson(['signed.eml'])
    expect([status, messages[0]?.signature.status]).toEqual([1, 'untrusted'])
    expect(stderr).toContain('--trust FILE')
  })

  test('before the certificate was there, nobody could trust it', async () => {
    const { messages } = await openJson(['signed.eml', ...alva, '--at', '2020-01-01'])
    expect(messages[0]?.signature.status).not.toBe('valid')
  })

  test('a revoked certificate is told by the list', async () => {
    world.write('index.txt', 'R\t360101000000Z\t200101000000Z\t1A2B\tunknown\t/CN=Alva Example\n')
    world.write('ca.cnf', '[ca]\ndefault_ca=x\n[x]\ndatabase=index.txt\ndefault_md=sha256\ndefault_crl_days=30\n')
    world.openssl('ca', '-gencrl', '-config', 'ca.cnf', '-cert', 'root.pem', '-keyfile', 'root.key', '-out', 'root.crl')
    const { status, messages } = await openJson(['signed.eml', ...alva, '--crl', 'root.crl'])
    expect([status, messages[0]?.signature.status]).not.toEqual([0, 'valid'])
    expect(messages[0]?.signature.signers[0]?.reasons.map((each) => each.code)).toContain('revoked')
  })
})

describe('usage and configuration end in 2, name the file, and hold no secret', () => {
  test.each<[string, string[], RegExp]>([
    ['no message', [...alva], /a MESSAGE wanted/],
    [
      'a wrong password',
      ['plain.eml', '--identity', 'alva.p12', '--password', 'pass:s3cret'],
      /alva\.p12: the password does not open it/,
    ],
    [
      'wrong passwords',
      ['plain.eml', '--identity', 'alva-encrypted.pem', '--password', 'pass:s3cret', '--password', 'pass:s3cret2'],
      /alva-encrypted\.pem: the 2 passwords do not open it/,
    ],
    ['no password', ['plain.eml', '--identity', 'alva.p12'], /alva\.p12: it wants a password.*\n.*--password env:NAME/],
    [
      'a password without its source',
      ['plain.eml', '--identity', 'alva.p12', '--password', 's3cret'],
      /--password wants env:NAME/,
    ],
    ['a variable that is not there', ['plain.eml', '--password', 'env:NOT_THERE'], /no variable NOT_THERE/],
    [
      'a certificate without its key',
      ['plain.eml', '--identity', 'root.pem'],
      /root\.pem: a private key with its certificate wanted/,
    ],
    ['an identity that is none', ['plain.eml', '--identity', 'plain.eml'], /plain\.eml: /],
    ['an identity that is not there', ['plain.eml', '--identity', 'gone.p12'], /gone\.p12: identity: no such file/],
    ['a folder as trust', ['plain.eml', '--trust', '.'], /\.: certificates: it is a directory/],
    ['trust without a root', ['plain.eml', '--trust', 'alva.crt'], /alva\.crt: a root .*\n.*CN=Lab Root/],
    ['a CRL that is none', ['plain.eml', '--crl', 'root.pem'], /root\.pem: /],
    ['a date that is none', ['plain.eml', '--at', '2026-02-30'], /--at wants a date, got "2026-02-30"/],
    ['an OCSP response that is none', ['plain.eml', '--ocsp', 'root.pem'], /root\.pem: /],
    ['a policy that is none', ['plain.eml', '--policy', 'anyPolicy'], /--policy wants an object identifier/],
    [
      'one content for two messages',
      ['plain.eml', 'signed.eml', '--content', 'text'],
      /--content goes with one detached signature, got 2 messages/,
    ],
    ['a content that is not there', ['plain.eml', '--content', 'gone.pdf'], /gone\.pdf: content: no such file/],
    ['a slip of the fingers', ['plain.eml', '--idnetity', 'x'], /unknown option --idnetity\n.*did you mean --identity/],
  ])('%s', async (_what, argv, message) => {
    const { status, stdout, stderr } = await dispatched(argv)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/s3cret|^\s+at /m)
    expect(stdout).not.toMatch(/s3cret/)
    expect(status).toBe(2)
  })

  test('an identity that cannot be read is a problem, and the others open what they can', async () => {
    const { status, messages, problems } = await openJson(['encrypted.eml', '--identity', 'gone.p12', ...alva])
    expect(status).toBe(2)
    expect(problems.map((each) => each.file)).toEqual(['gone.p12'])
    expect(messages.map((each) => each.outcome)).toEqual(['opened'])
  })

  test('in the process too a wrong password is told on stderr, and leaves the message closed', () => {
    const wrong = ['encrypted.eml', '--identity', 'alva.p12', '--password', 'pass:s3cret', '--json']
    const { status, stdout, stderr } = smimelab(wrong)
    expect(status).toBe(2)
    expect(stderr).toMatch(/^smimelab: alva\.p12: the password does not open it\n {2}hint: /)
    expect(openDocumentSchema.parse(JSON.parse(stdout)).messages[0]).toMatchObject({
      outcome: 'closed',
      cause: 'never-recipient',
    })
  })

  test('the text is shown to people, inert and at most a screen of it', async () => {
    const { stdout } = await dispatched(['encrypted.eml', ...alva])
    expect(stdout).toMatch(/^ {2}text {8,}\S/m)
  })

  test('a message that is not there is a problem, and the others are opened', async () => {
    const { status, messages, problems, stderr } = await openJson(['gone.eml', 'encrypted.eml', ...alva])
    expect(status).toBe(2)
    expect(problems).toEqual([{ file: 'gone.eml', code: 'file-unusable', message: 'gone.eml: message: no such file' }])
    expect(stderr).toContain('gone.eml: message: no such file')
    expect(messages.map((each) => each.outcome)).toEqual(['opened'])
  })

  test('--out never overwrites, and says so', async () => {
    const twice = () => openJson(['plain.eml', '--out', 'once'])
    expect((await twice()).status).toBe(0)
    const { status, problems, messages } = await twice()
    expect(status).toBe(2)
    expect(problems[0]).toMatchObject({ file: 'plain.eml', code: 'would-overwrite' })
    expect(messages[0]?.written).toBeUndefined()
    expect(readdirSync(join(world.folder, 'once'))).toEqual(['plain.opened.eml'])
  })
})

describe('for people', () => {
  const argv = ['encrypted.eml', 'foreign.eml', 'plain.eml', ...alva]

  test('one message: a few lines, within 80 columns, no secret', () => {
    const { stdout } = smimelab(['encrypted.eml', ...alva])
    expect(stdout).toMatch(
      /^opened {2}encrypted\.eml\n(?: {2}(?:from|subject) +\S.*\n)* {2}key {9}CN=Alva Example, serial 1a2b of CN=Lab Root\n/,
    )
    expect(stdout).toMatch(
      /^ {2}signature {3}valid by alva@contoso\.example\n {2}text {8}\S.*\n(?: {14}.*\n)*\n1 message: 1 opened\n$/m,
    )
    for (const line of stdout.split('\n')) expect(columnsOf(line)).toBeLessThanOrEqual(80)
    expect(stdout).not.toContain(password)
  })

  test('several: a line each, and what they come to', async () => {
    const { stdout, stderr } = await dispatched(argv)
    expect(stdout.split('\n')).toEqual([
      'opened  signature valid        encrypted.eml',
      'closed  never-recipient        foreign.eml',
      'clear   unsigned               plain.eml',
      '',
      '3 messages: 1 opened, 1 clear, 1 closed',
      '  closed: 1 never-recipient',
      '  signatures: 1 valid',
      '',
    ])
    expect(stderr).toBe('  hint: --verbose tells why, message by message\n')
  })

  test('several with --verbose: each in detail', async () => {
    const { stdout, stderr } = await dispatched([...argv, '--verbose'])
    expect(stdout).toMatch(
      /^opened {2}encrypted\.eml\n(.*\n)* {2}key .*\n(.*\n)*\nclosed {2}foreign\.eml\n(.*\n)* {2}cause .*\n(.*\n)*\nclear /,
    )
    expect(stderr).toBe('')
  })

  test('nothing to open is no success', async () => {
    mkdirSync(join(world.folder, 'empty'))
    const { status, stdout, stderr } = await dispatched(['empty'])
    expect([status, stdout]).toEqual([3, '0 messages: none read\n'])
    expect(stderr).toMatch(/^smimelab: no message found\n {2}hint: in a folder, .*\.mbox/)
  })

  test('colour only where it is asked for: a pipe is no terminal', () => {
    expect(smimelab(argv).stdout).not.toContain('\u001b')
    expect(smimelab(argv, { NO_COLOR: '1' }).stdout).not.toContain('\u001b')
    expect(smimelab(argv, { FORCE_COLOR: '1' }).stdout).toContain('\u001b[32m')
  })

  test('a hostile file name reaches the terminal inert', () => {
    const name = world.write('\u001b[2Jplain\u202e.eml', 'From: a@b.example\r\n\r\n\r\n')
    const { stdout } = smimelab([name])
    expect(stdout).toContain('<U+001B>[2Jplain<U+202E>.eml')
  })
})
