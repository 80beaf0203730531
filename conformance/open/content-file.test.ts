import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { ContentFolder, safeName } from './content-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'smimelab-out-'))
afterAll(() => rmSync(folder, { recursive: true }))

test.each([
  ['mail/2021-12-01.eml', '2021-12-01'],
  ['../../etc/passwd', 'passwd'],
  ['..\\..\\boot.ini.eml', 'boot.ini'],
  ['..', 'message'],
  ['.eml', 'message'],
  ['.bashrc', 'bashrc'],
  ['-rf.eml', 'rf'],
  ['CON.eml', '_CON'],
  ['a\u0000b\u202ec\n.eml', 'a_b_c_'],
  ['Grüße.eml', 'Grüße'],
  [`${'x'.repeat(300)}.eml`, 'x'.repeat(100)],
])('%j is kept as %j', (file, name) => {
  expect(safeName(file)).toBe(name)
})

test('no name leads out of its folder', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('.', '/', '\\', '\0', 'a', '-', ':') }), (file) => {
      const name = safeName(file)
      expect(name).toMatch(/^[\p{L}\p{N}\p{M}_][\p{L}\p{N}\p{M}._-]*$/u)
      expect(relative('/out', join('/out', name))).toBe(name)
    }),
  )
})

test('two messages of one name get two files', async () => {
  const out = new ContentFolder(folder, 'two')
  expect(await out.write('a/Same.eml', Buffer.from('1'))).toBe(join('two', 'Same.opened.eml'))
  expect(await out.write('b/same.eml', Buffer.from('2'))).toBe(join('two', 'same-2.opened.eml'))
  expect(readdirSync(join(folder, 'two')).sort()).toEqual(['Same.opened.eml', 'same-2.opened.eml'])
})

test('a symbolic link that waits in the folder is not followed', async () => {
  mkdirSync(join(folder, 'trap'))
  writeFileSync(join(folder, 'precious'), 'precious')
  symlinkSync(join(folder, 'precious'), join(folder, 'trap', 'a.opened.eml'))
  await expect(new ContentFolder(folder, 'trap').write('a.eml', Buffer.from('x'))).rejects.toMatchObject({
    code: 'would-overwrite',
  })
  expect(readFileSync(join(folder, 'precious'), 'utf8')).toBe('precious')
})

test('a folder that cannot be made is told by its name', async () => {
  writeFileSync(join(folder, 'file'), '')
  await expect(new ContentFolder(folder, 'file/below').write('a.eml', Buffer.from('x'))).rejects.toMatchObject({
    code: 'file-unusable',
    message: expect.stringContaining('below'),
  })
})
