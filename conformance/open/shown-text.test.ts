import { expect, test } from 'vitest'
import { shownText } from './shown-text.ts'

const entity = (text: string, type = 'text/plain; charset=utf-8'): Buffer =>
  Buffer.from(`Content-Type: ${type}\r\n\r\n${text}`)

test('the first lines, each within the screen and inert', async () => {
  expect(await shownText(entity(`Grüße\r\n\x1b[2Jgone\r\n${'x'.repeat(200)}\r\n`))).toEqual([
    'Grüße',
    '<U+001B>[2Jgone',
    `${'x'.repeat(63)}…`,
  ])
  expect((await shownText(entity('a\r\n'.repeat(40)))).at(-1)).toBe('(and 28 more lines)')
})

test('attachments by name and size', async () => {
  const parts =
    '--b\r\nContent-Type: text/plain\r\n\r\nsee there\r\n--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename="a.pdf"\r\n\r\n1234\r\n--b--\r\n'
  expect(await shownText(entity(parts, 'multipart/mixed; boundary=b'))).toEqual(['see there', '[a.pdf, 4 bytes]'])
})

test('what is too long, or cannot be parsed, says so', async () => {
  expect(await shownText(Buffer.alloc(5 * 1024 * 1024))).toEqual(['(too long to show: write it with --out)'])
})
