/** Where mail is kept: folders, Maildirs, mbox files, standard input. Every message is OpenSSL's. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { openDocumentSchema } from '../../reports/open-document.ts'
import { openJson } from './testing/open-command.ts'
import { createOpensslWorld } from './testing/openssl-world.ts'

const world = createOpensslWorld()
afterAll(() => rmSync(world.folder, { recursive: true }))
const alva = ['--identity', 'alva.pem', '--trust', 'root.pem']

const read = (file: string) => readFileSync(join(world.folder, file))
const mail = { signed: read('signed.eml'), encrypted: read('encrypted.eml'), foreign: read('foreign.eml') }

/** The rows, short. */
async function rows(...argv: string[]) {
  const { messages, problems, status, stderr } = await openJson(world.folder, [...argv, ...alva])
  return {
    status,
    stderr,
    rows: messages.map(({ file, outcome, signature, cause }) => [file, outcome, cause ?? signature.status]),
    problems: problems.map(({ file, code }) => [file, code]),
  }
}

function folder(name: string, files: Readonly<Record<string, string | Buffer>>): string {
  for (const [file, bytes] of Object.entries(files)) {
    const path = join(world.folder, name, file)
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, bytes)
  }
  return name
}

describe('an mbox', () => {
  const line = 'From alva@contoso.example Fri Jul  8 12:08:34 2011'

  /** Clear-signed as it stands: no careful sender leaves such lines in a text, others do. */
  function signedText(name: string, lines: readonly string[]): string {
    world.write(name, ['Content-Type: text/plain', '', 'Dear Alva', ...lines, 'Bo', ''].join('\r\n'))
    const signer = ['-signer', 'alva.crt', '-inkey', 'alva.key', '-from', 'alva@contoso.example']
    world.openssl('cms', '-sign', '-in', name, '-crlfeol', ...signer, '-out', `${name}.eml`)
    return read(`${name}.eml`).toString('latin1')
  }

  function mbox(messages: readonly string[], quote: (text: string) => string, eol: string): string {
    const file = messages.map((each) => `${line}\n${quote(each.replaceAll('\r\n', '\n'))}\n`).join('')
    return file.replaceAll('\n', eol)
  }

  const mboxrd = (text: string) => text.replace(/^>*From /gm, '>$&')
  const mboxo = (text: string) => text.replace(/^From /gm, '>From ')
  const unquoted = (text: string) => text

  const styles: [string, (text: string) => string, string[]][] = [
    ['mboxrd', mboxrd, ['From here', '>From there', '', line, '>>From everywhere', '']],
    ['mboxo', mboxo, ['From here', '>>From everywhere', '', line]],
    ['RFC 4155, which quotes nothing,', unquoted, ['', 'From here', '>From there']],
  ]
  const cases = styles.flatMap(([name, quote, lines]) => [
    { name, quote, lines, eol: '\n', ends: 'LF' },
    { name, quote, lines, eol: '\r\n', ends: 'CRLF' },
  ])

  test.each(cases)('of the kind $name with $ends: every signature stays valid', async ({ quote, lines, eol }) => {
    const tricky = signedText('tricky', lines)
    const all = [mail.encrypted.toString('latin1'), tricky, mail.foreign.toString('latin1'), tricky]
    world.write('a.mbox', mbox(all, quote, eol))
    expect(await rows('a.mbox')).toEqual({
      status: 1,
      stderr: '',
      rows: [
        ['a.mbox#1', 'opened', 'valid'],
        ['a.mbox#2', 'clear', 'valid'],
        ['a.mbox#3', 'closed', 'never-recipient'],
        ['a.mbox#4', 'clear', 'valid'],
      ],
      problems: [],
    })
  })

  test('no reading makes a changed text valid', async () => {
    const tricky = signedText('tricky', ['From here', '>From there'])
    const forged = mbox([tricky, tricky], mboxrd, '\n').replace('From here', 'From hero')
    world.write('forged.mbox', forged)
    expect((await rows('forged.mbox')).rows).toEqual([
      ['forged.mbox#1', 'clear', 'invalid'],
      ['forged.mbox#2', 'clear', 'valid'],
    ])
  })

  test('is known by what is in it, not by its name; --out numbers what it writes', async () => {
    world.write('Sent', mbox([mail.encrypted.toString('latin1'), mail.signed.toString('latin1')], mboxrd, '\n'))
    expect((await rows('Sent', '--out', 'sent')).status).toBe(0)
    expect(readdirSync(join(world.folder, 'sent'))).toEqual(['Sent_1.opened.eml', 'Sent_2.opened.eml'])
  })

  test('without a message is no error', async () => {
    world.write('empty.mbox', '')
    expect(await rows('empty.mbox', 'encrypted.eml')).toMatchObject({
      status: 0,
      rows: [['encrypted.eml', 'opened', 'valid']],
    })
  })
})

describe('a folder', () => {
  test('is read at any depth, in the order of names; what is no mail is passed over', async () => {
    folder('tidy', {
      '2/b.EML': mail.signed,
      '2/a.eml': mail.encrypted,
      '1/c.mbox': `From a Fri Jul  8 12:08:34 2011\n${mail.signed}\n`,
      '10/d.p7m': mail.encrypted,
      'README.md': 'no message',
      '.trash/e.eml': mail.signed,
      '2/._a.eml': 'what macOS leaves on other file systems',
    })
    expect(await rows('tidy')).toEqual({
      status: 0,
      stderr: '',
      rows: [
        ['tidy/1/c.mbox#1', 'clear', 'valid'],
        ['tidy/10/d.p7m', 'opened', 'valid'],
        ['tidy/2/a.eml', 'opened', 'valid'],
        ['tidy/2/b.EML', 'clear', 'valid'],
      ],
      problems: [],
    })
  })

  test('with garbage and what cannot be read: each is told, and stops nothing', async () => {
    folder('mixed', {
      'a-noise.eml': Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919) % 256)),
      'b-empty.eml': '',
      'c-blank.eml': '\n\nno header\n',
      'd-text.p7m': 'no CMS at all',
      'e-cut.p7m': '-----BEGIN CMS-----\nMIIB',
      'z-good.eml': mail.encrypted,
    })
    symlinkSync('nowhere', join(world.folder, 'mixed/f-broken-link.eml'))
    symlinkSync('g-loop.eml', join(world.folder, 'mixed/g-loop.eml'))
    execFileSync('mkfifo', [join(world.folder, 'mixed/h-pipe.eml')])
    writeFileSync(join(world.folder, 'mixed/i-huge.eml'), 'From: alva@contoso.example\r\n\r\n')
    truncateSync(join(world.folder, 'mixed/i-huge.eml'), 8 * 1024 ** 3)
    const { problems, rows: results, status, stderr } = await rows('mixed')
    expect(status).toBe(2)
    expect(results).toEqual([
      ...['a-noise.eml', 'b-empty.eml', 'c-blank.eml', 'd-text.p7m', 'e-cut.p7m'].map((name) => [
        `mixed/${name}`,
        'closed',
        'malformed',
      ]),
      ['mixed/z-good.eml', 'opened', 'valid'],
    ])
    expect(problems).toEqual([
      ['mixed/f-broken-link.eml', 'file-unusable'],
      ['mixed/g-loop.eml', 'file-unusable'],
      ['mixed/h-pipe.eml', 'file-unusable'],
      ['mixed/i-huge.eml', 'file-too-large'],
    ])
    expect(stderr).toContain('mixed/g-loop.eml: message: too many symbolic links')
  })

  test('with links that lead round in circles: every message once', async () => {
    folder('round', { 'a/b/c.eml': mail.signed, 'real.txt': mail.encrypted })
    symlinkSync('..', join(world.folder, 'round/a/up'))
    symlinkSync('../../a', join(world.folder, 'round/a/b/again'))
    symlinkSync('self', join(world.folder, 'round/self'))
    symlinkSync('real.txt', join(world.folder, 'round/link.eml'))
    expect(await rows('round')).toMatchObject({
      status: 0,
      rows: [
        ['round/a/b/c.eml', 'clear', 'valid'],
        ['round/link.eml', 'opened', 'valid'],
      ],
      problems: [],
    })
  })

  test('with links that lead out: told, not followed', async () => {
    folder('out-of-it', { 'a.eml': mail.signed })
    symlinkSync('../tidy', join(world.folder, 'out-of-it/folder'))
    symlinkSync('../signed.eml', join(world.folder, 'out-of-it/file.eml'))
    symlinkSync('../text', join(world.folder, 'out-of-it/no-mail'))
    expect(await rows('out-of-it')).toMatchObject({
      status: 2,
      rows: [['out-of-it/a.eml', 'clear', 'valid']],
      problems: [
        ['out-of-it/file.eml', 'link-leads-out'],
        ['out-of-it/folder', 'link-leads-out'],
      ],
    })
  })

  test('that is a link itself is read: it was named', async () => {
    folder('behind', { 'a.eml': mail.signed })
    symlinkSync('behind', join(world.folder, 'in-front'))
    expect((await rows('in-front')).rows).toEqual([['in-front/a.eml', 'clear', 'valid']])
  })

  test('nested without end is left at some depth', async () => {
    folder('deep', { [`${'d/'.repeat(70)}a.eml`]: mail.signed, 'a.eml': mail.signed })
    const { problems, rows: results } = await rows('deep')
    expect(results).toEqual([['deep/a.eml', 'clear', 'valid']])
    expect(problems.map(([, code]) => code)).toEqual(['folder-too-deep'])
  })

  test('of 2,000 messages: told one by one, none of them kept', async () => {
    folder('many', Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`${index}.eml`, mail.signed])))
    const { messages, status, summary, writes } = await openJson(world.folder, ['many', ...alva])
    expect([status, messages.length, summary.signatures.valid]).toEqual([0, 2000, 2000])
    expect(Math.max(...writes.map((each) => each.length))).toBeLessThan(2000)
  })
})

test('a Maildir, and the folders in it: all that was delivered, by time', async () => {
  folder('Maildir', {
    'cur/1.a.host:2,S': mail.encrypted,
    'new/2.b.host': mail.signed,
    'cur/3.c.host:2,': mail.foreign,
    'tmp/4.d.host': mail.signed,
    'dovecot.index.log': 'no message',
    '.Archive.2021/cur/5.e.host:2,S': mail.signed,
    '.Archive.2021/new/.keep': '',
    '.Archive.2021/tmp/.keep': '',
  })
  expect((await rows('Maildir')).rows).toEqual([
    ['Maildir/cur/1.a.host:2,S', 'opened', 'valid'],
    ['Maildir/new/2.b.host', 'clear', 'valid'],
    ['Maildir/cur/3.c.host:2,', 'closed', 'never-recipient'],
    ['Maildir/.Archive.2021/cur/5.e.host:2,S', 'clear', 'valid'],
  ])
})

describe('standard input', () => {
  const main = fileURLToPath(new URL('../cli/main.ts', import.meta.url))
  const open = (input: Buffer) => {
    const argv = [main, 'open', '-', ...alva, '--json']
    const { status, stdout } = spawnSync(process.execPath, argv, { cwd: world.folder, input, encoding: 'utf8' })
    return {
      status,
      files: openDocumentSchema.parse(JSON.parse(stdout)).messages.map(({ file, outcome }) => [file, outcome]),
    }
  }

  test('holds a message', () => {
    expect(open(mail.encrypted)).toEqual({ status: 0, files: [['-', 'opened']] })
  })

  test('or an mbox', () => {
    const line = 'From a Fri Jul  8 12:08:34 2011\n'
    const input = Buffer.concat([line, mail.encrypted, '\n', line, mail.signed, '\n'].map((each) => Buffer.from(each)))
    expect(open(input)).toEqual({
      status: 0,
      files: [
        ['-#1', 'opened'],
        ['-#2', 'clear'],
      ],
    })
  })
})
