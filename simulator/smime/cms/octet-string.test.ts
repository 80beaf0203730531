import { expect, test } from 'vitest'
import { readOnly } from '../../asn1/read.ts'
import * as der from '../../asn1/write.ts'
import { joinOctets } from './octet-string.ts'

const join = (encoded: Buffer): Buffer => joinOctets(readOnly(encoded), 'test')
const constructed = (...parts: Buffer[]): Buffer => der.tlv(0x24, ...parts)
const indefinite = (...parts: Buffer[]): Buffer => Buffer.concat([Buffer.of(0x24, 0x80), ...parts, Buffer.of(0, 0)])
const piece = (text: string): Buffer => der.octetString(Buffer.from(text))

test('one piece is shared with its source, not copied', () => {
  const source = piece('whole')
  expect(join(source)).toEqual(Buffer.from('whole'))
  expect(join(source).buffer).toBe(source.buffer)
})

test('segments of either length form, nested and empty, are joined in order', () => {
  expect(join(constructed())).toHaveLength(0)
  expect(join(constructed(piece('a'), piece(''), piece('bc'))).toString()).toBe('abc')
  expect(join(indefinite(piece('a'), constructed(piece('b'), indefinite(piece('c'))), piece('d'))).toString()).toBe(
    'abcd',
  )
})

test('only OCTET STRINGs are segments', () => {
  const malformed = expect.objectContaining({ code: 'cms-malformed' })
  expect(() => join(constructed(piece('a'), der.utf8String('b')))).toThrow(malformed)
  expect(() => join(constructed(der.contextPrimitive(0, Buffer.from('a'))))).toThrow(malformed)
  expect(() => join(der.utf8String('a'))).toThrow(malformed)
})

test('nesting and the count of segments are bounded', () => {
  const excessive = expect.objectContaining({ code: 'cms-excessive' })
  let nested = piece('x')
  for (let level = 0; level < 4; level++) nested = indefinite(nested)
  expect(join(nested).toString()).toBe('x')
  expect(() => join(indefinite(nested))).toThrow(excessive)
  expect(() => join(indefinite(Buffer.alloc(2 * 1_000_001).fill(Buffer.of(4, 0))))).toThrow(excessive)
})
