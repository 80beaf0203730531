import { deflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { Oid } from '../../asn1/oid.ts'
import * as der from '../../asn1/write.ts'
import { contentKind, decompress } from './index.ts'

function compressed(stream: Buffer, algorithm: string = Oid.zlibCompress): Buffer {
  const encapsulated = der.sequence(der.oid(Oid.data), der.context(0, der.octetString(stream)))
  const body = der.sequence(der.integer(0), der.sequence(der.oid(algorithm)), encapsulated)
  return der.sequence(der.oid(Oid.compressedData), der.context(0, body))
}

const text = Buffer.from('Content-Type: text/plain\r\n\r\nAgain and again and again.\r\n')

test('the content comes out up to the limit', () => {
  const cms = compressed(deflateSync(text))
  expect(contentKind(cms)).toBe('compressed-data')
  expect(decompress(cms, text.length)).toEqual(text)
  expect(() => decompress(cms, text.length - 1)).toThrow(expect.objectContaining({ code: 'cms-excessive' }))
})

test('a bomb is stopped at the limit, not after it', () => {
  const bomb = compressed(deflateSync(Buffer.alloc(64 << 20)))
  expect(bomb.length).toBeLessThan(100_000)
  const before = process.memoryUsage().arrayBuffers
  expect(() => decompress(bomb, 1 << 16)).toThrow(expect.objectContaining({ code: 'cms-excessive' }))
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 << 20)
})

test('no zlib stream, a cut one, another algorithm', () => {
  const malformed = expect.objectContaining({ code: 'cms-malformed' })
  expect(() => decompress(compressed(Buffer.from('no zlib')), 1000)).toThrow(malformed)
  expect(() => decompress(compressed(deflateSync(text).subarray(0, 20)), 1000)).toThrow(malformed)
  expect(() => decompress(compressed(deflateSync(text), '1.2.3'), 1000)).toThrow(
    expect.objectContaining({ code: 'algorithm-unsupported' }),
  )
})
