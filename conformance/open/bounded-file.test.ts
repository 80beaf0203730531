import { expect, test } from 'vitest'
import { readBounded } from './bounded-file.ts'

test('a file without an end is not read to it', async () => {
  await expect(readBounded('/', '/dev/zero', 'message', 100_000)).rejects.toMatchObject({
    code: 'file-too-large',
    message: '/dev/zero: message of at most 100000 octets wanted, the file has more',
  })
})

test('a file of exactly the limit is read', async () => {
  const here = new URL('.', import.meta.url).pathname
  const { length } = await readBounded(here, 'bounded-file.ts', 'source', 1_000_000)
  expect(await readBounded(here, 'bounded-file.ts', 'source', length)).toHaveLength(length)
  await expect(readBounded(here, 'bounded-file.ts', 'source', length - 1)).rejects.toMatchObject({
    code: 'file-too-large',
  })
})
