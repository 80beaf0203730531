import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readArchive } from './archive.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'smimelab-archive-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('readArchive', () => {
  it('reads the messages by name, and reports what it cannot read', async () => {
    writeFileSync(join(folder, 'b.eml'), 'B: 1\r\n\r\n')
    writeFileSync(join(folder, 'a.EML'), 'A: \xff\r\n\r\n', 'latin1')
    writeFileSync(join(folder, 'c.eml'), 'x'.repeat(101))
    writeFileSync(join(folder, 'd.eml'), '')
    mkdirSync(join(folder, 'e.eml'))
    writeFileSync(join(folder, 'README.md'), 'no message')
    const { messages, problems } = await readArchive(folder, { maxMessageSize: 100 })
    expect(messages).toEqual([
      { id: 'a', file: join(folder, 'a.EML'), bytes: Buffer.from('A: \xff\r\n\r\n', 'latin1') },
      { id: 'b', file: join(folder, 'b.eml'), bytes: Buffer.from('B: 1\r\n\r\n') },
    ])
    expect(problems.map(({ file, code }) => [file, code])).toEqual([
      [join(folder, 'c.eml'), 'archive-too-large'],
      [join(folder, 'd.eml'), 'archive-empty'],
      [join(folder, 'e.eml'), 'archive-not-a-file'],
    ])
    expect(problems[0]?.message).toBe('at most 100 octets wanted, got 101')
  })

  it('says which folder is missing, and what to do', async () => {
    const missing = join(folder, 'nowhere')
    await expect(readArchive(missing)).rejects.toMatchObject({
      code: 'archive-missing',
      message: expect.stringContaining(missing),
      hint: expect.stringContaining('.eml'),
    })
    await expect(readArchive(join(folder, 'b.eml'))).rejects.toMatchObject({ code: 'archive-missing' })
  })
})
