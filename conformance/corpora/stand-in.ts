/** A certificate made up to answer to a message's name for its recipient, where the corpus has only the message or the key. */
import { Oid } from '../../simulator/asn1/oid.ts'
import * as der from '../../simulator/asn1/write.ts'
import { type Certificate, parseCertificate } from '../../simulator/pki/certificate.ts'
import type { RecipientId } from '../../simulator/smime/cms/index.ts'

/** Nobody verifies it to decrypt, so its key and its signature are empty. */
export function standInFor(id: RecipientId): Certificate {
  const named = id.kind === 'issuer-and-serial'
  const algorithm = der.sequence(der.oid(Oid.sha256WithRsa), der.nullValue())
  const nothing = der.bitString(Buffer.alloc(1))
  const tbs = der.sequence(
    der.context(0, der.integer(2)),
    der.integer(named ? Buffer.from(id.serialHex, 'hex') : 1),
    algorithm,
    named ? id.issuer : der.sequence(),
    der.sequence(der.time(new Date(0)), der.time(new Date(0))),
    der.sequence(),
    der.sequence(der.sequence(der.oid(Oid.rsaEncryption), der.nullValue()), nothing),
    ...(named ? [] : [der.context(3, der.sequence(subjectKeyIdentifier(id.keyId)))]),
  )
  return parseCertificate(der.sequence(tbs, algorithm, nothing))
}

function subjectKeyIdentifier(keyId: string): Buffer {
  const value = der.octetString(Buffer.from(keyId, 'hex'))
  return der.sequence(der.oid(Oid.subjectKeyIdentifier), der.octetString(value))
}
