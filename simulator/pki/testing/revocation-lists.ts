/** For tests: an authority that signs revocation lists of any form, odd ones too. */
import { generateKeyPairSync, sign } from 'node:crypto'
import { Oid } from '../../asn1/oid.ts'
import * as write from '../../asn1/write.ts'
import type { Certificate } from '../certificate.ts'
import { CertificationAuthority, createRoot, type IssueRequest } from '../certification-authority.ts'
import { type CertificateRevocationList, parseCrl, type RevocationReason, revocationReasonCode } from '../crl.ts'
import { nameFromText } from '../name-text.ts'
import { type RevocationStatus, revocationStatus } from '../revocation.ts'
import type { RevocationQuestion } from '../revocation-evidence.ts'
import { at, type Extra, extension, newLeaf, nextSerial, valid } from './hierarchy.ts'

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const issuer = nameFromText('CN=Lists')
const certificate = await createRoot(
  { subject: 'CN=Lists', keyUsage: ['keyCertSign', 'cRLSign'], serial: nextSerial(), ca: {}, ...valid },
  keys,
)

/** Its lists are those of `newList`. */
export const listAuthority = new CertificationAuthority({ certificate, privateKey: keys.privateKey }, [certificate])

/** A certificate of the authority with the serial number 9. */
export function newListed(request: Partial<IssueRequest> = {}): Promise<Certificate> {
  return newLeaf(listAuthority, { serial: Buffer.of(9), ...request })
}

const encodeExtension = ({ oid, critical, value }: Extra) =>
  write.sequence(write.oid(oid), ...(critical ? [write.boolean(true)] : []), write.octetString(value))

/** An entry of the list, revoked since the certificates are valid. */
export function listEntry(serial: number, ...extensions: Extra[]): Buffer {
  return write.sequence(
    write.integer(serial),
    write.time(valid.notBefore),
    ...(extensions.length === 0 ? [] : [write.sequence(...extensions.map(encodeExtension))]),
  )
}

export function listReason(reason: RevocationReason): Extra {
  return extension(Oid.reasonCode, write.tlv(10, Buffer.of(revocationReasonCode(reason))), false)
}

export function listNumber(number: number): Extra {
  return extension(Oid.crlNumber, write.integer(number), false)
}

/** Of `at`, and current for as long as the certificates are valid, if not said otherwise. */
export function newList(
  extensions: readonly Extra[],
  entries: readonly Buffer[] = [],
  { thisUpdate = at, nextUpdate = valid.notAfter }: { thisUpdate?: Date; nextUpdate?: Date } = {},
): CertificateRevocationList {
  const algorithm = write.sequence(write.oid(Oid.ecdsaWithSha256))
  const tbs = write.sequence(
    write.integer(1),
    algorithm,
    issuer,
    write.time(thisUpdate),
    write.time(nextUpdate),
    ...(entries.length === 0 ? [] : [write.sequence(Buffer.concat(entries))]),
    ...(extensions.length === 0 ? [] : [write.context(0, write.sequence(...extensions.map(encodeExtension)))]),
  )
  return parseCrl(write.sequence(tbs, algorithm, write.bitString(sign('sha256', tbs, keys.privateKey))))
}

/** What the lists and responses say of a certificate of the authority. */
export function statusOf(
  listed: Certificate,
  sources: Partial<Pick<RevocationQuestion, 'crls' | 'ocsp' | 'at'>>,
): RevocationStatus {
  return revocationStatus({
    certificate: listed,
    issuer: certificate,
    at,
    crls: [],
    ocsp: [],
    listSigners: () => [certificate],
    responders: () => [],
    ...sources,
  })
}
