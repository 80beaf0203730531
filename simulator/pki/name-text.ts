/** Distinguished names as text (RFC 4514): most specific attribute first, as people read them. */
import { Oid } from '../asn1/oid.ts'
import { encoding, readOnly, Tag } from '../asn1/read.ts'
import * as write from '../asn1/write.ts'
import { LabError } from '../error.ts'
import { attributeText, type NameAttribute, nameAttributes } from './name.ts'

/** RFC 4514 3 fixes the upper-case ones; the others are the LDAP names that directories and OpenSSL show. */
const shortNames: ReadonlyMap<string, string> = new Map([
  [Oid.commonName, 'CN'],
  [Oid.locality, 'L'],
  [Oid.state, 'ST'],
  [Oid.organization, 'O'],
  [Oid.organizationalUnit, 'OU'],
  [Oid.country, 'C'],
  [Oid.street, 'STREET'],
  [Oid.domainComponent, 'DC'],
  [Oid.userId, 'UID'],
  [Oid.surname, 'SN'],
  [Oid.givenName, 'givenName'],
  [Oid.title, 'title'],
  [Oid.serialNumber, 'serialNumber'],
  [Oid.emailAddress, 'emailAddress'],
])

const typeByName: ReadonlyMap<string, string> = new Map(
  [...shortNames].map(([type, name]) => [name.toLowerCase(), type]),
)

/** 'CN=Example Issuing CA,O=Example' of a Name's attributes; '' of an empty Name. */
export function nameToText(attributes: readonly (readonly NameAttribute[])[]): string {
  return attributes
    .map((rdn) => rdn.map(attributeToText).join('+'))
    .reverse()
    .join(',')
}

function attributeToText(attribute: NameAttribute): string {
  const type = shortNames.get(attribute.type) ?? attribute.type
  const value = attributeText(attribute)
  return value === undefined ? `${type}=#${encoding(attribute.value).toString('hex')}` : `${type}=${escapeValue(value)}`
}

/** RFC 4514 2.4; control and bidirectional format characters too, as names end up on terminals. */
function escapeValue(value: string): string {
  return value
    .replace(/[\\,+"<>;=]|^[ #]| $/g, '\\$&')
    .replace(/[\p{Cc}\p{Cf}]/gu, (character) => Buffer.from(character).toString('hex').replace(/../g, '\\$&'))
}

/**
 * A Name (DER) from its text. Values become PrintableString for the country, IA5String for addresses and domain
 * components, UTF8String else (RFC 5280 4.1.2.4).
 *
 * @throws LabError 'name-malformed'
 */
export function nameFromText(source: string): Buffer {
  if (source.trim() === '') return write.sequence()
  const rdns = splitUnescaped(source, ',').map((rdn) => write.setOf(...splitUnescaped(rdn, '+').map(attributeFromText)))
  return write.sequence(...rdns.reverse())
}

/** A Name (DER) as text. */
export function showName(name: Buffer): string {
  return nameToText(nameAttributes(name))
}

function attributeFromText(source: string): Buffer {
  const equals = source.indexOf('=')
  const typeName = source.slice(0, Math.max(equals, 0)).trim()
  const type = typeByName.get(typeName.toLowerCase()) ?? (/^[012](\.\d+)+$/.test(typeName) ? typeName : undefined)
  if (type === undefined)
    throw new LabError('name-malformed', `a name such as 'CN=Alva Example,O=Example' wanted, got '${source}'`)
  return write.sequence(write.oid(type), valueFromText(type, source.slice(equals + 1).replace(/^ +/, '')))
}

function valueFromText(type: string, source: string): Buffer {
  if (/^#([0-9a-f]{2})+$/i.test(source)) return encoding(readOnly(Buffer.from(source.slice(1), 'hex')))
  const value = unescapeValue(source)
  if (type === Oid.country) return write.tlv(Tag.PrintableString, Buffer.from(value, 'latin1'))
  const ia5 = type === Oid.emailAddress || type === Oid.domainComponent
  return ia5 && isAscii(value) ? write.ia5String(value) : write.utf8String(value)
}

function isAscii(value: string): boolean {
  return Buffer.from(value).length === value.length
}

/** Spaces at the end count where a backslash, itself not escaped, is before them. */
const trailingSpaces = /(?<=(?:^|[^\\])(?:\\\\)*) +$/

function unescapeValue(source: string): string {
  const octets: Buffer[] = []
  for (const [piece, hex, literal] of source
    .replace(trailingSpaces, '')
    .matchAll(/\\([0-9a-f]{2})|\\(.)|[^\\]+|\\$/gisu)) {
    if (hex !== undefined) octets.push(Buffer.from(hex, 'hex'))
    else octets.push(Buffer.from(literal ?? piece))
  }
  return Buffer.concat(octets).toString('utf8')
}

function splitUnescaped(source: string, separator: string): string[] {
  const pieces: string[] = []
  let start = 0
  for (let at = 0; at < source.length; at++) {
    if (source[at] === '\\') at++
    else if (source[at] === separator) {
      pieces.push(source.slice(start, at))
      start = at + 1
    }
  }
  return [...pieces, source.slice(start)]
}
