import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { columnsOf } from '../../reports/inert.ts'
import { lintDocumentSchema } from '../../reports/lint-document.ts'
import { dispatch } from './dispatch.ts'
import { verbTable } from './verb-table.ts'

const folder = mkdtempSync(join(tmpdir(), 'smimelab-lint-'))
afterAll(() => rmSync(folder, { recursive: true }))

const leaf = {
  basicConstraints: 'CA:FALSE',
  keyUsage: 'critical, digitalSignature, keyEncipherment',
  extendedKeyUsage: 'emailProtection',
  subjectAltName: 'email:alva@contoso.com',
  subjectKeyIdentifier: 'hash',
  authorityKeyIdentifier: 'keyid',
  crlDistributionPoints: 'URI:http://crl.contoso.com/issuing.crl',
}
const claimed = {
  ...leaf,
  certificatePolicies: '2.23.140.1.5.1.2',
  authorityInfoAccess: 'caIssuers;URI:http://crl.contoso.com/issuing.cer',
}

function openssl(...argv: string[]): void {
  execFileSync('openssl', argv, { cwd: folder, stdio: 'pipe' })
}

const write = (name: string, text: string | Buffer): void => writeFileSync(join(folder, name), text)

write(
  'req.cnf',
  '[req]\ndistinguished_name = dn\n[dn]\n[ca]\nbasicConstraints = critical, CA:TRUE\nkeyUsage = critical, keyCertSign, cRLSign\nsubjectKeyIdentifier = hash\n',
)
const request = ['req', '-config', 'req.cnf', '-nodes', '-newkey', 'rsa:2048']
openssl(...request, '-x509', '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Contoso CA', '-extensions', 'ca')
openssl(...request, '-keyout', 'alva.key', '-out', 'alva.csr', '-subj', '/CN=alva@contoso.com')

function issue(name: string, extensions: Readonly<Record<string, string>>, days = 365): void {
  write(
    'ext.cnf',
    Object.entries(extensions)
      .map(([key, value]) => `${key} = ${value}\n`)
      .join(''),
  )
  openssl(
    ...['x509', '-req', '-in', 'alva.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-extfile', 'ext.cnf'],
    ...['-set_serial', '0x5f18908f433eaa412631d192', '-days', String(days), '-out', name],
  )
}

issue('good.pem', claimed)
issue('private.pem', leaf)
issue('bad.pem', {
  ...claimed,
  keyUsage: 'digitalSignature, keyCertSign',
  extendedKeyUsage: 'emailProtection, serverAuth',
})
issue('long.pem', claimed, 825)
openssl('x509', '-in', 'good.pem', '-outform', 'DER', '-out', 'good.der')
write('both.pem', readFileSync(join(folder, 'good.pem'), 'latin1') + readFileSync(join(folder, 'ca.pem'), 'latin1'))

async function lint(...argv: string[]) {
  const stdout: string[] = []
  const stderr: string[] = []
  const status = await dispatch(['lint-cert', ...argv], verbTable, {
    stdout: { write: (text) => stdout.push(text) },
    stderr: { write: (text) => stderr.push(text) },
    isTerminal: { stdout: false, stderr: false },
    colour: { stdout: false, stderr: false },
    env: {},
    cwd: folder,
    now: new Date(0),
    version: '1.2.3',
  })
  return { status, stdout: stdout.join(''), stderr: stderr.join('') }
}

async function lintJson(...argv: string[]) {
  const { status, stdout, stderr } = await lint(...argv, '--json')
  return { status, stderr, ...lintDocumentSchema.parse(JSON.parse(stdout)) }
}

describe('certificates that OpenSSL issued', () => {
  test('a good one, claimed to be public: nothing found, and exit code 0', async () => {
    const { status, certificates, stderr } = await lintJson('good.pem')
    expect([status, stderr]).toEqual([0, ''])
    expect(certificates).toMatchObject([
      {
        file: 'good.pem',
        subject: 'CN=alva@contoso.com',
        serial: '5f18908f433eaa412631d192',
        type: 'mailbox-validated',
        generation: 'multipurpose',
        baseline: 'applies',
        findings: [],
        counts: { error: 0, warn: 0, notice: 0 },
      },
    ])
    expect(certificates[0]?.counts.pass).toBeGreaterThan(25)
  })

  test('a bad one: what, by which clause, what was found; exit code 1', async () => {
    const { status, certificates } = await lintJson('bad.pem')
    expect(status).toBe(1)
    expect(certificates[0]?.findings.map(({ level, id, message }) => [level, id, message])).toEqual([
      ['error', 'br/key-usage-rsa', 'keyCertSign'],
      ['error', 'br/eku-foreign', 'serverAuth'],
      ['error', 'x509/cert-sign-authority-only', 'keyCertSign without cA'],
      ['warn', 'br/key-usage-critical', 'it is not critical'],
    ])
    expect(certificates[0]?.findings[0]?.clause).toBe('SMIME BR 7.1.2.3 e')
    expect(certificates[0]?.counts).toMatchObject({ error: 3, warn: 1, notice: 0 })
  })

  test('both ends of the validity count: 825 days of OpenSSL are a second too long', async () => {
    const { certificates } = await lintJson('long.pem')
    expect(certificates[0]?.findings.map(({ id, message }) => [id, message])).toEqual([['br/validity', '826 days']])
  })

  test('one of a private authority is not asked for what it never promised, unless told to be public', async () => {
    expect(await lintJson('private.pem')).toMatchObject({
      status: 0,
      certificates: [{ baseline: 'not-claimed', type: null, generation: null, findings: [] }],
    })
    expect(await lintJson('private.pem', '--public')).toMatchObject({
      status: 1,
      certificates: [{ baseline: 'applies', findings: [{ id: 'br/policy-exactly-one', message: 'no policy' }] }],
    })
  })

  test('DER, and several in one PEM file', async () => {
    const { status, certificates } = await lintJson('good.der', 'both.pem')
    expect(status).toBe(0)
    expect(certificates.map(({ file, baseline }) => [file, baseline])).toEqual([
      ['good.der', 'applies'],
      ['both.pem', 'applies'],
      ['both.pem', 'authority'],
    ])
  })
})

describe('usage and files end in 2', () => {
  test('no file', async () => {
    const { status, stdout, stderr } = await lint()
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/a FILE wanted.*\n {2}hint: /)
  })

  test('what can not be read is a problem, and the others are checked', async () => {
    write('text.pem', 'no certificate')
    const { status, certificates, problems, stderr } = await lintJson('gone.pem', 'text.pem', 'ca.key', 'bad.pem')
    expect(status).toBe(2)
    expect(problems.map(({ file, code }) => [file, code])).toEqual([
      ['gone.pem', 'file-unusable'],
      ['text.pem', 'certificate-missing'],
      ['ca.key', 'certificate-missing'],
    ])
    expect(stderr).toMatch(/^smimelab: gone\.pem: certificate: no such file$/m)
    expect(certificates.map(({ file }) => file)).toEqual(['bad.pem'])
  })
})

describe('for people', () => {
  test('a few lines per finding, within 80 columns', async () => {
    const { stdout } = await lint('bad.pem', 'private.pem', 'ca.pem')
    expect(stdout).toContain(
      [
        'bad.pem',
        '  subject     CN=alva@contoso.com, serial 5f18908f433eaa412631d192',
        '  judged as   mailbox-validated, multipurpose',
        '  error       br/key-usage-rsa, SMIME BR 7.1.2.3 e',
        '              Wanted: ',
      ].join('\n'),
    )
    expect(stdout).toContain('\n              Found: keyCertSign\n')
    expect(stdout).toContain('not a public S/MIME certificate')
    expect(stdout).toContain("an authority's certificate")
    expect(stdout).toMatch(/\n3 certificates: 3 errors, 1 warning\n$/)
    for (const line of stdout.split('\n')) expect(columnsOf(line)).toBeLessThanOrEqual(80)
  })

  test('an escape sequence in a certificate reaches the terminal inert', async () => {
    openssl(...request, '-utf8', '-keyout', 'x.key', '-out', 'alva.csr', '-subj', '/CN=x\u001b[2Jy\u202e@contoso.com')
    issue('hostile.pem', claimed)
    const { stdout } = await lint('hostile.pem')
    expect(stdout).toContain('br/common-name-mailbox')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(stdout).not.toMatch(/[\u001b\u202e]/)
  })

  test('the process itself: results on stdout, exit code', () => {
    const main = fileURLToPath(new URL('main.ts', import.meta.url))
    const run = spawnSync(process.execPath, [main, 'lint-cert', 'bad.pem'], { cwd: folder, encoding: 'utf8', env: {} })
    expect(run).toMatchObject({ status: 1, stderr: '', stdout: expect.stringContaining('3 errors') })
  })
})

test('the document is as lint.schema.json says', async () => {
  const file = new URL('../../reports/schema/lint.schema.json', import.meta.url)
  const schema = z.fromJSONSchema(JSON.parse(readFileSync(file, 'utf8')))
  const { stdout } = await lint('bad.pem', 'gone.pem', '--json')
  expect(schema.safeParse(JSON.parse(stdout)).error).toBeUndefined()
})
