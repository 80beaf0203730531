import { spawnSync } from 'node:child_process'
import { createConnection } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PostOffice } from './mailbox.ts'
import { smtpTransport } from './smtp.ts'
import type { Transport } from './transport.ts'

const envelope = { from: 'alva@example.test', to: ['bo@example.test'] }
const head = 'From: alva@example.test\r\nSubject: x\r\n\r\n'

describe('smtpTransport', () => {
  let office: PostOffice
  let transport: Transport

  beforeAll(async () => {
    office = new PostOffice()
    transport = await smtpTransport(office)
  })
  afterAll(() => transport.close())

  const carry = async (message: Buffer): Promise<Buffer | undefined> => {
    await transport.send(envelope, message)
    return office.fetch('bo@example.test').at(-1)
  }

  it.each([
    ['dots at line starts', `${head}.\r\n..\r\n.x\r\n\r\n.\r\n`],
    ['a long line', `${head}${'x'.repeat(5000)}\r\n`],
    ['8-bit octets', `${head}Gr\xfc\xdfe \x80\xff\r\n`],
    ['NUL octets', `${head}a\0b\r\n`],
    ['a header only', 'Subject: x\r\n\r\n'],
    ['empty lines at the end', `${head}x\r\n\r\n\r\n`],
    ['two megabytes', `${head}${`${'y'.repeat(998)}\r\n`.repeat(2000)}`],
  ])('carries %s octet for octet', async (_, text) => {
    const message = Buffer.from(text, 'latin1')
    expect(await carry(message)).toEqual(message)
  })

  it('makes line ends CRLF, and ends the last line, as SMTP asks', async () => {
    expect(String(await carry(Buffer.from('Subject: x\n\na\nb\rc')))).toBe('Subject: x\r\n\r\na\r\nb\r\nc\r\n')
  })

  it('goes by the envelope, not by the header', async () => {
    await transport.send({ from: 'alva@example.test', to: ['eve@example.test', 'x@example.test'] }, Buffer.from(head))
    expect(office.fetch('eve@example.test')).toHaveLength(1)
    expect(office.fetch('x@example.test')).toHaveLength(1)
  })

  it('keeps the order, and greets once, not for each message', async () => {
    const started = performance.now()
    const numbers = Array.from({ length: 50 }, (_, index) => index)
    const to = ['order@example.test']
    await Promise.all(
      numbers.map((each) => transport.send({ from: 'a@example.test', to }, Buffer.from(`X: ${each}\r\n\r\n`))),
    )
    expect(office.fetch('order@example.test').map(String)).toEqual(numbers.map((each) => `X: ${each}\r\n\r\n`))
    // 50 connections would wait for 5 s in all.
    expect(performance.now() - started).toBeLessThan(2500)
  })

  it('says what the server said when it refuses', async () => {
    const refused = transport.send({ from: 'alva@example.test', to: [] }, Buffer.from(head))
    await expect(refused).rejects.toMatchObject({ code: 'smtp-refused' })
  })
})

describe('close', () => {
  it('leaves nothing open: a process that has no more to do ends', () => {
    const script = `
      import { PostOffice } from './mailbox.ts'
      import { smtpTransport } from './smtp.ts'
      const office = new PostOffice()
      const transport = await smtpTransport(office)
      await transport.send({ from: 'a@example.test', to: ['b@example.test'] }, Buffer.from('X: 1\\r\\n\\r\\n'))
      await transport.close()
      console.log(office.fetch('b@example.test').length)
    `
    // Any handle left open would keep it until the idle time of the client, minutes.
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      timeout: 15_000,
    })
    expect(run).toMatchObject({ status: 0, stdout: '1\n', stderr: '' })
  })

  it('takes no more messages', async () => {
    const transport = await smtpTransport(new PostOffice())
    await transport.close()
    await expect(transport.send(envelope, Buffer.from(head))).rejects.toMatchObject({ code: 'smtp-refused' })
  })

  it('does not wait for a stranger who stays connected', async () => {
    const transport = await smtpTransport(new PostOffice())
    const refused = await transport.send({ from: 'x', to: [] }, Buffer.from(head)).catch(String)
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(String(refused))?.[1])
    const stranger = createConnection({ host: '127.0.0.1', port })
    stranger.on('error', () => {})
    await new Promise((resolve) => stranger.once('connect', resolve))
    const started = performance.now()
    await transport.close()
    expect(performance.now() - started).toBeLessThan(5000)
    stranger.destroy()
  })
})
