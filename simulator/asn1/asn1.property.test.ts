import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LabError } from '../error.ts'
import {
  type Asn1Node,
  asBuffer,
  children,
  integerBytes,
  octets,
  oid,
  readOnly,
  sequence,
  smallInteger,
  time,
} from './read.ts'
import * as write from './write.ts'

test('any bytes end in a node or a typed error', () => {
  const walk = (node: Asn1Node): void => {
    if (node.constructed) for (const child of children(node)) walk(child)
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        walk(readOnly(bytes))
      } catch (error) {
        expect(error).toBeInstanceOf(LabError)
      }
    }),
    { numRuns: 2000 },
  )
})

test('what is written is read back', () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 40 }), fc.uint8Array({ maxLength: 70_000 }), (number, bytes) => {
      const [first, second] = sequence(readOnly(write.sequence(write.integer(number), write.octetString(bytes))), 'it')
      expect(smallInteger(first, 'number')).toBe(number)
      expect(octets(second, 'bytes').equals(asBuffer(bytes))).toBe(true)
    }),
    { numRuns: 200 },
  )
})

test('integers keep their value and are never negative', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
      const written = integerBytes(readOnly(write.integer(bytes)), 'it')
      expect((written[0] as number) & 0x80).toBe(0)
      expect(BigInt(`0x${written.toString('hex')}`)).toBe(BigInt(`0x${Buffer.from(bytes).toString('hex')}`))
    }),
  )
})

test('object identifiers survive', () => {
  const arc = fc.bigInt({ min: 0n, max: 2n ** 80n }).map(String)
  fc.assert(
    fc.property(
      fc.constantFrom('0', '1', '2'),
      fc.integer({ min: 0, max: 39 }).map(String),
      fc.array(arc, { maxLength: 8 }),
      (first, second, rest) => {
        const dotted = [first, second, ...rest].join('.')
        expect(oid(readOnly(write.oid(dotted)), 'it')).toBe(dotted)
      },
    ),
  )
})

test('times survive to the second', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('1950-01-01T00:00:00Z'), max: new Date('2199-12-31T23:59:59Z'), noInvalidDate: true }),
      (date) => {
        const seconds = Math.floor(date.getTime() / 1000) * 1000
        expect(time(readOnly(write.time(date)), 'it').getTime()).toBe(seconds)
      },
    ),
  )
})

test('a SET OF is sorted as DER asks (X.690 11.6)', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 6 }), (values) => {
      const parts = values.map(write.octetString)
      const written = children(readOnly(write.setOf(...parts))).map((node) =>
        node.source.subarray(node.start, node.end),
      )
      expect(written).toEqual([...parts].sort(Buffer.compare))
    }),
  )
})
