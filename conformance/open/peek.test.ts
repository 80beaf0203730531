import { describe, expect, it } from 'vitest'
import { collect, fileChunks } from './bounded-file.ts'
import { peek } from './peek.ts'

const limits = { file: 'x', what: 'text', limit: 100 }

async function* words(...each: string[]) {
  for (const word of each) yield Buffer.from(word)
}

describe('peek', () => {
  it.each([
    ['short pieces', ['a', 'bc', 'def', 'ghi'], 'abcdef'],
    ['one long piece', ['abcdefghi'], 'abcdefghi'],
    ['too little', ['a', 'b'], 'ab'],
    ['nothing', [], ''],
  ])('%s: the beginning first, then all of it', async (_what, pieces, beginning) => {
    const { head, all } = await peek(words(...pieces), 5)
    expect(head.toString()).toBe(beginning)
    expect((await collect(all, limits)).toString()).toBe(pieces.join(''))
  })

  it('lets go of the file where reading stops early', async () => {
    const chunks = fileChunks('/', '/dev/zero', 'text')
    const { all } = await peek(chunks, 5)
    await expect(collect(all, limits)).rejects.toMatchObject({ code: 'file-too-large' })
    expect(await chunks.next()).toEqual({ done: true, value: undefined })
  })
})
