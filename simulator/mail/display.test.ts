import { describe, expect, it } from 'vitest'
import { textEntity } from '../smime/compose.ts'
import { displayEntity } from './display.ts'

describe('displayEntity', () => {
  it('shows the text', async () => {
    expect(await displayEntity(textEntity('Grüße\nBo'))).toEqual({ text: 'Grüße\nBo', attachments: [] })
  })

  it('names the attachments', async () => {
    const mixed = [
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'see there',
      '--b',
      'Content-Type: application/pdf; name="plan.pdf"',
      'Content-Disposition: attachment; filename="plan.pdf"',
      'Content-Transfer-Encoding: base64',
      '',
      'AAAA',
      '--b--',
      '',
    ]
    const shown = await displayEntity(Buffer.from(mixed.join('\r\n')))
    expect(shown.text.trim()).toBe('see there')
    expect(shown.attachments).toEqual([{ name: 'plan.pdf', bytes: 3 }])
  })

  it('does not render HTML', async () => {
    const html = Buffer.from('Content-Type: text/html\r\n\r\n<img src="http://evil.test/?leak">')
    expect((await displayEntity(html)).text).toBe('<img src="http://evil.test/?leak">')
  })

  it('refuses what nests too deep', async () => {
    const level = (each: number): string => `Content-Type: multipart/mixed; boundary=b${each}\r\n\r\n--b${each}\r\n`
    const deep = Array.from({ length: 2000 }, (_, each) => level(each)).join('')
    const shown = displayEntity(Buffer.from(`${deep}Content-Type: text/plain\r\n\r\nx`))
    await expect(shown).rejects.toMatchObject({ code: 'display-failed' })
  })
})
