import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { looksLikeMbox, type MboxMessage, type MboxOptions, readMbox } from './mbox.ts'

const date = 'Fri Jul  8 12:08:34 2011'

async function* pieces(text: string, size: number) {
  const bytes = Buffer.from(text, 'latin1')
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(text: string, options: MboxOptions & { size?: number } = {}): Promise<MboxMessage[]> {
  const found: MboxMessage[] = []
  for await (const each of readMbox(pieces(text, options.size ?? 65536), options)) found.push(each)
  return found
}

async function texts(text: string, size?: number): Promise<string[]> {
  const found = await read(text, size === undefined ? {} : { size })
  return found.map((each) => ('bytes' in each ? each.bytes.toString('latin1') : each.problem.code))
}

describe('readMbox', () => {
  it.each([['\n'], ['\r\n']])('keeps every octet between From_ line and empty line; line ends %j', async (eol) => {
    const messages = [
      ['Subject: 1', '', 'one', ''],
      ['Subject: 2', '', 'From\there', ' From there', '>From quoted', '', 'last', ''],
      ['Subject: 3', '', '', '', ''],
    ].map((lines) => lines.join(eol))
    const file = messages.map((each) => `From alva@example.test ${date}${eol}${each}${eol}`).join('')
    for (const size of [65536, 61, 7, 1]) expect(await texts(file, size)).toEqual(messages)
  })

  it('numbers the messages from 1', async () => {
    const file = `From a ${date}\nS: 1\n\n1\n\nFrom b ${date}\nS: 2\n\n2\n`
    expect((await read(file)).map((each) => each.index)).toEqual([1, 2])
  })

  it('takes no line of text for a From_ line, though nothing quotes it (RFC 4155)', async () => {
    const text = 'S: 1\n\nFrom my point of view\nFrom a full line without an empty one before\n\nFrom 2011 on.\n'
    expect(await texts(`From a@b ${date}\n${text}\nFrom a@b ${date}\nS: 2\n`)).toEqual([text, 'S: 2\n'])
  })

  it.each([
    ['Thunderbird', `From - ${date}`],
    ['Gmail', 'From 1699@xxx Fri Jul 08 12:08:34 +0000 2011'],
    ['mailman', `From alva at example.test  ${date}`],
    ['UUCP', `From alva ${date} remote from host`],
    ['a zone', 'From alva Fri Jul  8 12:08:34 CEST 2011'],
    ['no seconds', 'From alva Fri Jul  8 12:08 2011'],
  ])('knows the From_ line of %s', async (_who, line) => {
    expect(looksLikeMbox(Buffer.from(`${line}\nno field\n`))).toBe(true)
    expect(await texts(`${line}\nA: 1\n\n${line}\nA: 2\n\n`)).toEqual(['A: 1\n', 'A: 2\n'])
  })

  it('where the first From_ line has no date, needs none in the others', async () => {
    expect(await texts('From \r\nA: 1\r\n\r\nFrom \r\nA: 2\r\n\r\n')).toEqual(['A: 1\r\n', 'A: 2\r\n'])
  })

  it('knows messages without text, and without anything', async () => {
    const line = `From a ${date}\n`
    expect(await texts(`${line}\n${line}A: 1\n\n${line}`)).toEqual(['', 'A: 1\n', ''])
    expect(await texts(line.trimEnd())).toEqual([''])
  })

  it('passes over what is too large, with bounded memory, and reads on', async () => {
    const line = `From a ${date}\n`
    const file = `${line}${'x'.repeat(100)}\n\n${line}${'y'.repeat(99)}\n\n${line}small\n`
    const found = await read(file, { maxMessageSize: 100, size: 16 })
    expect(found).toMatchObject([
      { index: 1, problem: { code: 'message-too-large', message: 'a message of at most 100 octets wanted, got 101' } },
      { index: 2, bytes: Buffer.from(`${'y'.repeat(99)}\n`) },
      { index: 3, bytes: Buffer.from('small\n') },
    ])
  })

  it('does not take a line without an end for a From_ line, nor wait for it', async () => {
    const endless = `\n\nFrom ${'x'.repeat(5000)} ${date}`
    expect(await texts(`From a ${date}\nA: 1\n${endless}`, 100)).toEqual([`A: 1\n${endless}`])
  })

  it('is fast on what looks like From_ lines all over', async () => {
    const many = '\n\nFrom x\n'.repeat(200_000)
    const started = performance.now()
    expect(await texts(`From a ${date}\nA: 1\n${many}`)).toHaveLength(1)
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

test('what was put in comes out, in whatever pieces it is read', async () => {
  const line = fc.constantFrom('', '', 'From me', `>From x ${date}`, 'text', '>', 'From', 'A: b', '\r')
  const message = fc.array(line, { maxLength: 6 }).map((lines) => lines.map((each) => `${each}\n`).join(''))
  await fc.assert(
    fc.asyncProperty(
      fc.array(message, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 40 }),
      async (all, size) => {
        const file = all.map((each) => `From a@b ${date}\n${each}\n`).join('')
        expect(await texts(file, size)).toEqual(all)
      },
    ),
  )
})

test('any octets end in messages, each once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 40 }), async (bytes, size) => {
      const noise = Buffer.from(bytes).toString('latin1')
      const found = await texts(`From a@b ${date}\n${noise}\n\nFrom a@b ${date}\nlast\n`, size)
      expect(found.at(-1)).toBe('last\n')
      expect(found.join('').length).toBeLessThanOrEqual(noise.length + 6)
    }),
  )
})

describe('looksLikeMbox', () => {
  it.each([
    ['From: alva@example.test\nSubject: x\n\n', false],
    ['From the desk of Alva\nDear Bo,\n', false],
    ['From \nSubject: x\n', true],
    [`From a ${date}`, false],
    [`From a ${date}\n`, true],
    ['', false],
  ])('%j: %s', (head, expected) => {
    expect(looksLikeMbox(Buffer.from(head))).toBe(expected)
  })
})
