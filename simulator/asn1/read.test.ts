import { describe, expect, test } from 'vitest'
import { LabError } from '../error.ts'
import {
  bits,
  children,
  content,
  decodeOid,
  integerBytes,
  maxDepth,
  octets,
  oid,
  readNode,
  readOnly,
  sequence,
  smallInteger,
  text,
  time,
} from './read.ts'

const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex')
const refusal = (digits: string, read: (node: ReturnType<typeof readOnly>) => unknown = () => {}): string => {
  try {
    read(readOnly(hex(digits)))
  } catch (error) {
    expect(error).toBeInstanceOf(LabError)
    return (error as LabError).message
  }
  throw new Error(`${digits} was not refused`)
}

describe('lengths (X.690 8.1.3)', () => {
  test.each([
    ['short form', '04 02 0102'],
    ['long form', '04 81 02 0102'],
    ['long form with leading zeros, which BER allows', '04 83 000002 0102'],
    ['constructed, indefinite', '24 80 04 01 01 04 01 02 0000'],
    ['constructed in constructed', '24 80 24 80 04 01 01 0000 04 01 02 0000'],
  ])('%s', (_, digits) => {
    expect(octets(readOnly(hex(digits)), 'it')).toEqual(hex('0102'))
  })

  test.each([
    ['nothing', '', 'data ends'],
    ['no length', '04', 'data ends'],
    ['more announced than there', '04 05 0102', '5 content octets announced, 2 there'],
    ['2^40 octets announced', '04 86 010000000000 01', '1099511627776 content octets announced'],
    ['a length of 126 octets', `04 fe ${'01'.repeat(126)}`, 'at most 6 octets'],
    ['indefinite and primitive', '04 80 0000', 'indefinite length on a primitive'],
    ['no end-of-contents', '24 80 04 01 01', 'end-of-contents'],
    ['octets behind the end', '04 00 00', '1 octets behind'],
    ['a tag without end', '1f ffffffffff 00', 'at most 28 bits'],
  ])('refuses %s', (_, digits, said) => {
    expect(refusal(digits)).toContain(said)
  })

  test('a child may not be longer than its parent', () => {
    expect(refusal('30 03 04 05 01', children)).toContain('5 content octets announced, 1 there')
  })
})

test('nesting is bounded, definite and indefinite', () => {
  const definite = (depth: number): Buffer => {
    let inner = Buffer.from([0x30, 0])
    for (let level = 1; level < depth; level++)
      inner = Buffer.concat([Buffer.from([0x30, 0x82, inner.length >> 8, inner.length & 0xff]), inner])
    return inner
  }
  const walk = (bytes: Buffer): void => {
    for (let nodes = [readOnly(bytes)]; nodes.length > 0; ) nodes = nodes.flatMap((node) => children(node))
  }
  expect(() => walk(definite(maxDepth))).not.toThrow()
  expect(() => walk(definite(1000))).toThrow(/levels deep/)
  const indefinite = Buffer.concat([Buffer.from('3080'.repeat(1000), 'hex'), Buffer.alloc(2000)])
  expect(() => readOnly(indefinite)).toThrow(/levels deep/)
})

test('20 000 segments of 1000 octets are honest mail, and quick to join', () => {
  const segment = Buffer.concat([hex('04 82 03e8'), Buffer.alloc(1000, 7)])
  const message = Buffer.concat([hex('24 80'), ...Array.from({ length: 20_000 }, () => segment), hex('0000')])
  expect(octets(readOnly(message), 'content').equals(Buffer.alloc(20_000_000, 7))).toBe(true)
})

test('floods of tiny elements are refused before they fill memory', () => {
  const flood = (first: number, element: string, count: number): Buffer => {
    const body = Buffer.from(element.repeat(count), 'hex')
    return Buffer.concat([
      Buffer.from([first, 0x83, body.length >> 16, (body.length >> 8) & 0xff, body.length & 0xff]),
      body,
    ])
  }
  expect(() => children(readOnly(flood(0x30, '0500', 1_000_000)))).toThrow(/more than 100000 elements/)
  expect(() => octets(readOnly(flood(0x24, '040101', 1_000_000)), 'content')).toThrow(/4097 segments for 4097 octets/)
  expect(children(readOnly(flood(0x30, '0500', 200_000)), 200_000)).toHaveLength(200_000)
})

describe('values', () => {
  test('object identifiers', () => {
    expect(oid(readOnly(hex('06 09 2a864886f70d010701')), 'it')).toBe('1.2.840.113549.1.7.1')
    expect(oid(readOnly(hex('06 03 883703')), 'it')).toBe('2.999.3')
    expect(() => decodeOid(hex('2a86'), 'it')).toThrow(/OBJECT IDENTIFIER/)
  })

  test('integers', () => {
    expect(smallInteger(readOnly(hex('02 02 0100')), 'version')).toBe(256)
    expect(() => smallInteger(readOnly(hex('02 01 ff')), 'version')).toThrow(/non-negative/)
    expect(() => smallInteger(readOnly(hex('02 00')), 'version')).toThrow(/1 to 6 octets/)
    expect(() => smallInteger(readOnly(hex('04 01 01')), 'version')).toThrow(/INTEGER wanted, got universal tag 4/)
    expect(integerBytes(readOnly(hex('02 02 00ff')), 'serial')).toEqual(hex('00ff'))
  })

  test('bit strings', () => {
    expect(bits(readOnly(hex('03 02 05a0')), 'usage')).toEqual({ bytes: hex('a0'), unused: 5 })
    expect(() => bits(readOnly(hex('03 02 08a0')), 'usage')).toThrow(/unused bits/)
    expect(() => bits(readOnly(hex('03 00')), 'usage')).toThrow(/count of unused bits/)
  })

  test('times turn over in 2050 (RFC 5280 4.1.2.5.1)', () => {
    const utc = (value: string): string =>
      time(readOnly(Buffer.concat([Buffer.from([0x17, value.length]), Buffer.from(value)])), 'it').toISOString()
    expect(utc('491231235959Z')).toBe('2049-12-31T23:59:59.000Z')
    expect(utc('500101000000Z')).toBe('1950-01-01T00:00:00.000Z')
    expect(() => utc('490231000000Z')).toThrow(/no such date/)
    expect(() => utc('4912312359')).toThrow(/in UTC wanted/)
  })

  test('character strings', () => {
    expect(text(readOnly(hex('1e 04 00e5 03a9')), 'name')).toBe('åΩ')
    expect(text(readOnly(hex('0c 02 c3a5')), 'name')).toBe('å')
    expect(text(readOnly(hex('1c 04 0001f600')), 'name')).toBe('😀')
    expect(() => text(readOnly(hex('1e 01 00')), 'name')).toThrow(/odd length/)
  })

  test('a missing field is named', () => {
    expect(() => sequence(undefined, 'RecipientInfo')).toThrow('RecipientInfo: missing')
  })
})

test('content is a slice, not a copy', () => {
  const source = hex('04 02 0102')
  source[2] = 9
  expect(content(readNode(source))).toEqual(hex('0902'))
})
