import { describe, expect, it } from 'vitest'
import {
  bodyBytes,
  canonicalise,
  type Entity,
  entityBytes,
  fileName,
  headerValue,
  headerValues,
  multipartParts,
  parseEntity,
  rawBody,
} from './entity.ts'
import { headerLimits } from './header-fields.ts'
import { maxParts } from './multipart.ts'

const parse = (text: string): Entity => parseEntity(Buffer.from(text, 'utf8'))
const code = (expected: string) => expect.objectContaining({ code: expected })

describe('parseEntity', () => {
  it('reads folded fields with either line end', () => {
    for (const eol of ['\r\n', '\n']) {
      const entity = parse(`Content-Type: text/plain;${eol}\tcharset=utf-8${eol}X:${eol} a${eol}  b${eol}${eol}body`)
      expect(entity.mediaType).toBe('text/plain')
      expect(entity.parameters).toEqual({ charset: 'utf-8' })
      expect(headerValue(entity, 'x')).toBe('a  b')
      expect(rawBody(entity).toString()).toBe('body')
    }
  })

  it('keeps every field, raw as it was', () => {
    const entity = parse('From: a\r\nFROM : b\r\n\r\n')
    expect(headerValues(entity, 'From')).toEqual(['a', 'b'])
    expect(entity.headers.map((each) => each.raw)).toEqual(['From: a\r\n', 'FROM : b\r\n'])
  })

  it('reads UTF-8 values as such, others as latin1', () => {
    expect(headerValue(parse('Subject: Grüße\r\n\r\n'), 'subject')).toBe('Grüße')
    const latin1 = Buffer.from('Subject: Gr\xfc\xdfe\r\n\r\n', 'latin1')
    expect(headerValue(parseEntity(latin1), 'subject')).toBe('Grüße')
  })

  it('knows an entity without a header, and one without a body', () => {
    expect(parse('\r\nbody')).toMatchObject({ headers: [], mediaType: 'text/plain', bodyStart: 2 })
    const entity = parse('X: 1\r\nY: 2')
    expect(rawBody(entity)).toHaveLength(0)
    expect(headerValue(entity, 'y')).toBe('2')
  })

  it.each([
    ['no field at all', 'just text\r\n\r\n'],
    ['a continuation first', ' x\r\n\r\n'],
    ['an empty name', ': x\r\n\r\n'],
    ['a bare CR', 'X: 1\rY: 2\r\n\r\n'],
    ['a CR too many', 'X: 1\r\r\n\r\n'],
    ['octets above ASCII in a name', 'Fröm: x\r\n\r\n'],
    ['two content types', 'Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\n'],
    ['two transfer encodings', 'Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64\r\n\r\n'],
  ])('refuses %s', (_, text) => {
    expect(() => parse(text)).toThrow(code('mime-malformed'))
  })

  it('is bounded in fields and octets', () => {
    expect(() => parse('X: 1\r\n'.repeat(headerLimits.fields + 1))).toThrow(code('mime-too-large'))
    expect(() => parse(`X: ${'x'.repeat(headerLimits.octets)}`)).toThrow(code('mime-too-large'))
    expect(() => parse(`X: 1\r\n${' x\r\n'.repeat(headerLimits.octets)}`)).toThrow(code('mime-too-large'))
    expect(() => parse(`Content-Type: a/b${';x=1'.repeat(1000)}\r\n\r\n`)).toThrow(code('mime-too-large'))
    expect(parse('X: 1\r\n'.repeat(headerLimits.fields)).headers).toHaveLength(headerLimits.fields)
  })
})

describe('parameters', () => {
  it.each([
    ['multipart/signed; micalg=sha-256; boundary="a b"', { micalg: 'sha-256', boundary: 'a b' }],
    ['text/plain; name="a\\"b;c"', { name: 'a"b;c' }],
    ['text/plain (a; comment="x"); charset=utf-8 (yes (nested))', { charset: 'utf-8' }],
    ['text/plain; CHARSET = UTF-8 ;', { charset: 'UTF-8' }],
    ['multipart/signed; protocol=application/pkcs7-signature', { protocol: 'application/pkcs7-signature' }],
    ['a/b; x=1; x=2', { x: '1' }],
    ["a/b; name*=utf-8'de'Gr%C3%BC%C3%9Fe", { name: 'Grüße' }],
    ['a/b; name*0*=utf-8\'\'Gr%C3; name*1*=%BC; name*2="%C3"', { name: 'Grü%C3' }],
    ['a/b; name*0=a; name*2=c', { name: 'a' }],
    ["a/b; name=plain; name*=utf-8''extended", { name: 'plain' }],
    ['a/b; __proto__=x; constructor=y', { ['__proto__']: 'x', constructor: 'y' }],
    ['a/b; broken; =x; y=', { y: '' }],
    ['a/b; name="never closed', { name: 'never closed' }],
  ])('%s', (value, expected) => {
    expect(Object.entries(parse(`Content-Type: ${value}\r\n\r\n`).parameters)).toEqual(Object.entries(expected))
  })

  it('takes the file name of the disposition before that of the type', () => {
    const type = 'Content-Type: application/octet-stream; name=a\r\n'
    expect(fileName(parse(`${type}Content-Disposition: attachment; filename="smime.p7m"\r\n\r\n`))).toBe('smime.p7m')
    expect(fileName(parse(`${type}\r\n`))).toBe('a')
  })
})

describe('bodyBytes', () => {
  const decode = (encoding: string, body: string): string =>
    bodyBytes(parse(`Content-Transfer-Encoding: ${encoding}\r\n\r\n${body}`)).toString('latin1')

  it.each([
    ['BASE64', 'aGVs\r\nbG8=\r\n', 'hello'],
    ['base64 (really)', 'aG!VsbG8=', 'hello'],
    ['quoted-printable', 'a=3Db=\r\nc =\r\n=C3=BC  \r\nend', 'a=bc \xc3\xbc\r\nend'],
    ['quoted-printable', '=zz =', '=zz '],
    ['7bit', 'a=3D', 'a=3D'],
    ['binary', '\r\n\r\n', '\r\n\r\n'],
  ])('%s', (encoding, body, expected) => {
    expect(decode(encoding, body)).toBe(expected)
  })

  it('refuses an encoding that it does not know', () => {
    expect(() => decode('x-uuencode', '')).toThrow(code('mime-malformed'))
  })
})

describe('multipartParts', () => {
  const parts = (body: string, boundary = 'b'): string[] =>
    multipartParts(parse(`Content-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n${body}`)).map((part) =>
      entityBytes(part).toString(),
    )

  it('leaves the line break before a delimiter to the delimiter (RFC 2046 5.1.1)', () => {
    expect(parts('--b\r\n\r\none\r\n\r\n--b\r\nX: 1\r\n\r\ntwo\r\n--b--\r\n')).toEqual([
      '\r\none\r\n',
      'X: 1\r\n\r\ntwo',
    ])
    expect(parts('--b\n\none\n\n--b\nX: 1\n\ntwo\n--b--\n')).toEqual(['\none\n', 'X: 1\n\ntwo'])
  })

  it('leaves out what stands before and after', () => {
    expect(parts('before\r\n--b \t\r\n\r\nin\r\n--b--\r\nafter\r\n--b\r\n\r\nout')).toEqual(['\r\nin'])
  })

  it('takes no longer line for a delimiter', () => {
    expect(parts('--b\r\n\r\n--bb\r\n --b\r\nx--b\r\n--b-\r\n--b--')).toEqual(['\r\n--bb\r\n --b\r\nx--b\r\n--b-'])
  })

  it('knows an empty part, and a body that ends too early', () => {
    expect(parts('--b\r\n--b\r\n\r\nend')).toEqual(['', '\r\nend'])
  })

  it('is bounded, and refuses what has no boundary', () => {
    expect(() => parts('--b\r\n\r\n'.repeat(maxParts + 1))).toThrow(code('mime-too-large'))
    expect(() => parts('no delimiter')).toThrow(code('mime-malformed'))
    expect(() => parts('', 'x'.repeat(201))).toThrow(code('mime-malformed'))
    expect(() => multipartParts(parse('Content-Type: multipart/mixed\r\n\r\n--b\r\n'))).toThrow(code('mime-malformed'))
  })

  it('takes time in proportion to the length', () => {
    const started = performance.now()
    const boundary = '-'.repeat(150)
    expect(parts(`--${boundary}\r\n\r\n${'\n---'.repeat(500_000)}`, boundary)).toHaveLength(1)
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

describe('canonicalise', () => {
  it.each([
    ['a\nb\rc\r\nd', 'a\r\nb\r\nc\r\nd'],
    ['\n', '\r\n'],
    ['\r', '\r\n'],
    ['\r\r\n', '\r\n\r\n'],
    ['\n\r', '\r\n\r\n'],
  ])('%o', (text, expected) => {
    expect(canonicalise(Buffer.from(text)).toString()).toBe(expected)
  })

  it('copies nothing that is canonical', () => {
    const bytes = Buffer.from('a\r\nb\r\n')
    expect(canonicalise(bytes)).toBe(bytes)
  })
})
