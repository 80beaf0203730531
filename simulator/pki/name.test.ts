import { describe, expect, test } from 'vitest'
import { Oid } from '../asn1/oid.ts'
import * as write from '../asn1/write.ts'
import { namesEqual, nameWithin } from './name.ts'
import { nameFromText, showName } from './name-text.ts'

const attribute = (type: string, value: Buffer) => write.sequence(write.oid(type), value)
const commonName = (value: Buffer) => write.sequence(write.setOf(attribute(Oid.commonName, value)))
const printable = (text: string) => write.tlv(19, Buffer.from(text))

describe('names are the same', () => {
  test.each([
    ['the string type', commonName(printable('Example')), commonName(write.utf8String('Example')), true],
    ['BMPString', commonName(write.bmpString('Ålva')), commonName(write.utf8String('Ålva')), true],
    ['letters', nameFromText('CN=EXAMPLE ca'), nameFromText('CN=Example CA'), true],
    ['letters beyond ASCII', nameFromText('CN=ÅLVA'), nameFromText('CN=ålva'), true],
    ['composed and decomposed letters', nameFromText('CN=A\u030alva'), nameFromText('CN=\u00c5lva'), true],
    ['runs of spaces', commonName(write.utf8String(' Example   CA ')), nameFromText('CN=Example CA'), true],
    ['a soft hyphen', nameFromText('CN=Exam\u00adple'), nameFromText('CN=Example'), true],
    ['a word more', nameFromText('CN=Example CA'), nameFromText('CN=Example'), false],
    ['joined words', nameFromText('CN=ExampleCA'), nameFromText('CN=Example CA'), false],
    ['the type', nameFromText('CN=Example'), nameFromText('O=Example'), false],
    ['the order of the parts', nameFromText('CN=A,O=B'), nameFromText('O=B,CN=A'), false],
    ['the order in one part', nameFromText('CN=A+O=B'), nameFromText('O=B+CN=A'), true],
    ['one part or two', nameFromText('CN=A+O=B'), nameFromText('CN=A,O=B'), false],
    [
      'a value that imitates two',
      nameFromText('CN=A"+2.5.4.10="B'.replaceAll('+', '\\+')),
      nameFromText('CN=A+O=B'),
      false,
    ],
    ['a BMPString of odd length', commonName(write.tlv(30, Buffer.of(0, 65, 0))), nameFromText('CN=A'), false],
    ['values that are no text', commonName(write.nullValue()), commonName(write.nullValue()), true],
  ])('or not, whatever %s', (_, a, b, same) => {
    expect(namesEqual(a, b)).toBe(same)
    expect(namesEqual(b, a)).toBe(same)
  })

  test('a subtree holds what begins with its base', () => {
    const base = nameFromText('O=Example,C=SE')
    expect(nameWithin(nameFromText('CN=Alva,O=EXAMPLE,C=SE'), base)).toBe(true)
    expect(nameWithin(base, base)).toBe(true)
    expect(nameWithin(nameFromText('C=SE'), base)).toBe(false)
    expect(nameWithin(nameFromText('CN=Alva,O=Other,C=SE'), base)).toBe(false)
  })
})

describe('text (RFC 4514)', () => {
  test('the last part of the encoding comes first', () => {
    const encoded = write.sequence(
      write.setOf(attribute(Oid.country, printable('SE'))),
      write.setOf(attribute(Oid.commonName, write.utf8String('Alva'))),
    )
    expect(showName(encoded)).toBe('CN=Alva,C=SE')
    expect(nameFromText('CN=Alva,C=SE')).toEqual(encoded)
    expect(nameFromText('cn = Alva, C=SE')).toEqual(encoded)
  })

  test.each([
    ['Sue, Grabbit and Runn', 'Sue\\, Grabbit and Runn'],
    [' leading and trailing ', '\\ leading and trailing\\ '],
    ['#hash', '\\#hash'],
    ['backslash and space\\ ', 'backslash and space\\\\\\ '],
    ['\u2000 ', '\u2000\\ '],
    ['back\\slash', 'back\\\\slash'],
    ['"a" + <b> ; c', '\\"a\\" \\+ \\<b\\> \\; c'],
    ['zero\0octet', 'zero\\00octet'],
    ['\u202eevil', '\\e2\\80\\aeevil'],
    ['Ålva 😀', 'Ålva 😀'],
  ])('%j is shown escaped, and read again', (value, shown) => {
    const encoded = commonName(write.utf8String(value))
    expect(showName(encoded)).toBe(`CN=${shown}`)
    expect(nameFromText(`CN=${shown}`)).toEqual(encoded)
  })

  test('addresses and domain components are IA5String, unknown types are dotted', () => {
    expect(nameFromText('emailAddress=alva@example.com')).toEqual(
      write.sequence(write.setOf(attribute(Oid.emailAddress, write.ia5String('alva@example.com')))),
    )
    expect(nameFromText('DC=example')).toEqual(
      write.sequence(write.setOf(attribute(Oid.domainComponent, write.ia5String('example')))),
    )
    expect(showName(nameFromText('1.2.3.4=x,CN=y'))).toBe('1.2.3.4=x,CN=y')
    expect(showName(nameFromText(''))).toBe('')
  })

  test.each(['Alva', 'X=1', '=Alva', 'CN=Alva,', '3.1=x', 'CN=a+'])('%j is no name', (source) => {
    expect(() => nameFromText(source)).toThrow(expect.objectContaining({ code: 'name-malformed' }))
  })
})
