/** Distinguished names: their attributes, and when two names are the same (RFC 5280 7.1, string preparation of RFC 4518). */
import { Oid } from '../asn1/oid.ts'
import { type Asn1Node, content, encoding, oid, readOnly, sequence, set, Tag, text } from '../asn1/read.ts'
import { LabError } from '../error.ts'

export interface NameAttribute {
  /** Dotted object identifier. */
  readonly type: string
  readonly value: Asn1Node
}

/** The attributes of a Name, one list a RelativeDistinguishedName, in the order of the encoding (most general first). */
export function nameAttributes(name: Buffer): NameAttribute[][] {
  return sequence(readOnly(name), 'Name').map((rdn) =>
    set(rdn, 'RelativeDistinguishedName').map((attribute) => {
      const [type, value, ...rest] = sequence(attribute, 'AttributeTypeAndValue')
      if (value === undefined || rest.length > 0)
        throw new LabError('asn1-malformed', 'AttributeTypeAndValue: a type and one value wanted')
      return { type: oid(type, 'attribute type'), value }
    }),
  )
}

const numericString = 18
const visibleString = 26

const stringTags: ReadonlySet<number> = new Set([
  Tag.Utf8String,
  numericString,
  Tag.PrintableString,
  Tag.T61String,
  Tag.Ia5String,
  visibleString,
  Tag.UniversalString,
  Tag.BmpString,
])

/** The attribute's text, or undefined where its value is no character string, or one of broken length. Never throws. */
export function attributeText({ value }: NameAttribute): string | undefined {
  if (value.tagClass !== 0 || value.constructed || !stringTags.has(value.tag)) return undefined
  const unit = value.tag === Tag.BmpString ? 2 : value.tag === Tag.UniversalString ? 4 : 1
  return content(value).length % unit === 0 ? text(value, 'attribute value') : undefined
}

/** The texts of the emailAddress attributes (PKCS#9), in order. */
export function nameEmails(attributes: readonly (readonly NameAttribute[])[]): string[] {
  return attributes
    .flat()
    .filter(({ type }) => type === Oid.emailAddress)
    .flatMap((attribute) => attributeText(attribute) ?? [])
}

/** Whether two Names (DER) are the same: case, runs of spaces and the string type do not tell names apart. */
export function namesEqual(a: Buffer, b: Buffer): boolean {
  return a.equals(b) || canonicalName(a) === canonicalName(b)
}

const canonicalNames = new WeakMap<Buffer, string>()

/** A string that is the same for names that are the same: for look-ups. Kept as long as the Buffer lives. */
export function canonicalName(name: Buffer): string {
  const canonical = canonicalNames.get(name) ?? JSON.stringify(canonicalRdns(name))
  canonicalNames.set(name, canonical)
  return canonical
}

/** Whether `name` lies in the subtree under `base` (RFC 5280 7.1): `base` is the beginning of `name`, or all of it. */
export function nameWithin(name: Buffer, base: Buffer): boolean {
  const inner = canonicalRdns(name)
  return canonicalRdns(base).every((rdn, index) => rdn === inner[index])
}

/** Each RDN as one string that is equal exactly where the RDNs are the same. */
function canonicalRdns(name: Buffer): string[] {
  return nameAttributes(name).map((rdn) => rdn.map(canonicalAttribute).sort().join('+'))
}

function canonicalAttribute(attribute: NameAttribute): string {
  const value = attributeText(attribute)
  // JSON quoting, so that no value can imitate the end of another.
  return value === undefined
    ? `${attribute.type}#${encoding(attribute.value).toString('hex')}`
    : `${attribute.type}=${JSON.stringify(prepare(value))}`
}

/** RFC 4518 2: map to nothing or to space, fold case, normalise (NFKC), drop insignificant spaces. */
function prepare(value: string): string {
  return value
    .replace(/[\t\n\v\f\r\u0085]/g, ' ')
    .replace(/\p{Cc}|\p{Cf}|\p{Variation_Selector}|\u034f|\u1806|\ufffc/gu, '')
    .toLowerCase()
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\p{Z}+/gu, ' ')
    .trim()
}
