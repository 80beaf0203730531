/** Certificate extensions (RFC 5280 4.1.2.9 and 4.2): the list, and the values of those that every user of a certificate needs. */

import { oidName } from '../asn1/oid.ts'
import {
  type Asn1Node,
  bits,
  content,
  isContext,
  isUniversal,
  octets,
  oid,
  readOnly,
  sequence,
  smallInteger,
  Tag,
} from '../asn1/read.ts'
import { LabError } from '../error.ts'

export interface Extension {
  /** Dotted object identifier. */
  readonly oid: string
  readonly critical: boolean
  /** The octets inside extnValue: DER of the extension's own type. */
  readonly value: Buffer
}

/** In the order of their bits (RFC 5280 4.2.1.3). */
export const keyUsages = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const

export type KeyUsage = (typeof keyUsages)[number]

export interface BasicConstraints {
  readonly ca: boolean
  readonly pathLength?: number
}

/** Reads an Extensions SEQUENCE; an extension given twice is an error (RFC 5280 4.2), as two readers would choose differently. */
export function readExtensions(node: Asn1Node | undefined, what: string): Extension[] {
  const seen = new Set<string>()
  return sequence(node, what).map((each) => {
    const [typeNode, second, third] = sequence(each, 'Extension')
    const type = oid(typeNode, 'extnID')
    const hasCritical = isUniversal(second, Tag.Boolean)
    const critical = hasCritical && readBoolean(second)
    const value = octets(hasCritical ? third : second, `extnValue of ${oidName(type)}`)
    if (seen.has(type)) throw new LabError('asn1-malformed', `${what}: ${oidName(type)} is there twice`)
    seen.add(type)
    return { oid: type, critical, value }
  })
}

export function readKeyUsage(value: Buffer): ReadonlySet<KeyUsage> {
  const { bytes } = bits(readOnly(value), 'keyUsage')
  return new Set(keyUsages.filter((_, bit) => ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0))
}

export function readExtendedKeyUsage(value: Buffer): string[] {
  return sequence(readOnly(value), 'extKeyUsage').map((each) => oid(each, 'KeyPurposeId'))
}

export function readBasicConstraints(value: Buffer): BasicConstraints {
  const [first, second] = sequence(readOnly(value), 'basicConstraints')
  const hasCa = isUniversal(first, Tag.Boolean)
  const ca = hasCa && readBoolean(first)
  const length = hasCa ? second : first
  return length === undefined ? { ca } : { ca, pathLength: smallInteger(length, 'pathLenConstraint') }
}

export function readSubjectKeyId(value: Buffer): Buffer {
  return octets(readOnly(value), 'subjectKeyIdentifier')
}

/** The keyIdentifier field; undefined where only issuer and serial number are given. */
export function readAuthorityKeyId(value: Buffer): Buffer | undefined {
  const keyId = sequence(readOnly(value), 'authorityKeyIdentifier').find((each) => isContext(each, 0))
  return keyId === undefined ? undefined : content(keyId)
}

export function readBoolean(node: Asn1Node): boolean {
  const bytes = content(node)
  if (bytes.length !== 1) throw new LabError('asn1-malformed', `BOOLEAN: one octet wanted, got ${bytes.length}`)
  return bytes[0] !== 0
}
