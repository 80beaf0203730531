import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { sortedEntries } from './folder-entries.ts'
import { isMaildir, maildirFiles } from './maildir.ts'

const folder = mkdtempSync(join(tmpdir(), 'smimelab-maildir-'))
afterAll(() => rmSync(folder, { recursive: true }))

for (const part of ['cur', 'new', 'tmp', 'cur/5.folder']) mkdirSync(join(folder, part))
for (const file of ['cur/1.a:2,S', 'new/2.b', 'cur/3.c:2,', 'cur/.hidden', 'tmp/4.d'])
  writeFileSync(join(folder, file), '')

test('what was delivered, in that order; nothing of what is not', async () => {
  expect(isMaildir(await sortedEntries(folder))).toBe(true)
  expect(await maildirFiles(folder)).toEqual([join('cur', '1.a:2,S'), join('new', '2.b'), join('cur', '3.c:2,')])
})

test('a folder that has not all three is none', async () => {
  expect(isMaildir(await sortedEntries(join(folder, 'cur')))).toBe(false)
})

test('a folder of too many entries is refused, not held in memory', async () => {
  await expect(sortedEntries(join(folder, 'cur'), 2)).rejects.toMatchObject({ code: 'folder-too-large' })
})
