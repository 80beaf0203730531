/** SMIMECapabilities (RFC 8551 2.5.2): what the signer would like to be sent, best first. */
import { Oid } from '../../asn1/oid.ts'
import { type Asn1Node, oid, sequence } from '../../asn1/read.ts'
import * as der from '../../asn1/write.ts'

/** Every entry with its parameters absent, as they would tell nothing (RFC 8551 2.5.2). */
const ours: readonly string[] = [
  Oid.aes256Gcm,
  Oid.aes128Gcm,
  Oid.aes256Cbc,
  Oid.aes192Cbc,
  Oid.aes128Cbc,
  Oid.desEde3Cbc,
]

export function writeCapabilities(): Buffer {
  return der.sequence(...ours.map((each) => der.sequence(der.oid(each))))
}

/** The object identifiers in the order of preference; parameters, if someone gives any, are passed over. */
export function readCapabilities(value: Asn1Node): string[] {
  return sequence(value, 'SMIMECapabilities').map((each) => oid(sequence(each, 'SMIMECapability')[0], 'capabilityID'))
}
