/** The engine's answers in the short words that expectations are written in. */
import { createPublicKey } from 'node:crypto'
import { type Certificate, publicKeyOf, readCertificates } from '../../simulator/pki/certificate.ts'
import { type PathOptions, type PathReason, validatePath } from '../../simulator/pki/path-validation.ts'
import { looksLikePem, readPem } from '../../simulator/pki/pem.ts'
import { openPkcs12, type Pkcs12Contents } from '../../simulator/pki/pkcs12/index.ts'
import { readPrivateKey } from '../../simulator/pki/private-key.ts'
import { type DecryptionKey, decrypt, verify } from '../../simulator/smime/cms/index.ts'
import { type OpenedMessage, openMessage, type TrustSettings } from '../../simulator/smime/index.ts'

/** CMS in PEM (the first block, whatever its label) or in DER. */
export function cmsOf(bytes: Buffer): Buffer {
  if (!looksLikePem(bytes)) return bytes
  return readPem(bytes.toString('latin1'))[0]?.bytes ?? bytes
}

export function certificateOf(bytes: Buffer): Certificate {
  const [certificate] = readCertificates(bytes)
  if (certificate === undefined) throw new RangeError('a certificate wanted')
  return certificate
}

/** A certificate and its key, out of one file or two. */
export function keyOf(certificate: Buffer, privateKey = certificate): DecryptionKey {
  return { certificate: certificateOf(certificate), privateKey: readPrivateKey(privateKey) }
}

export function showKeyFit({ certificate, privateKey }: DecryptionKey): string {
  return createPublicKey(privateKey).equals(publicKeyOf(certificate)) ? 'the key fits' : 'the key does not fit'
}

const codes = (reasons: readonly PathReason[]): string => reasons.map((each) => each.code).join(', ')

/** 'valid', 'valid; bad-signature', or without signers 'unsigned, certificates 2, CRLs 1'. */
export function showSigners(cms: Buffer, detached?: Buffer): string {
  const { signers, certificates, crls } = verify(cms, detached)
  if (signers.length === 0) return `unsigned, certificates ${certificates.length}, CRLs ${crls.length}`
  return signers.map((each) => (each.cryptoValid ? 'valid' : codes(each.reasons))).join('; ')
}

/** 'opened: ' and the text, or 'closed: ' and the cause. */
export function showDecrypted(cms: Buffer, keys: readonly DecryptionKey[]): string {
  const result = decrypt(cms, keys)
  return result.ok ? `opened: ${excerpt(result.content)}` : `closed: ${result.cause}`
}

/** The outcome of a whole message, and its signature's: 'clear, valid: The text'. */
export function showMessage(bytes: Buffer, keys: readonly DecryptionKey[], trust: TrustSettings): string {
  const opened = openMessage(bytes, { keys, trust })
  const text = opened.content === undefined ? '' : `: ${excerpt(opened.content.bytes)}`
  return `${opened.outcome}${opened.cause === undefined ? '' : ` ${opened.cause}`}, ${showSignature(opened)}${text}`
}

function showSignature({ signature }: OpenedMessage): string {
  const reasons = codes(signature.signers.flatMap((each) => each.reasons))
  return `${signature.status}${reasons === '' ? '' : ` (${reasons})`}`
}

/** Short enough for a line; the cases that need all of it compare it themselves. */
function excerpt(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/\s+/g, ' ').trim().slice(0, 60)
}

/** 'ok', or the codes of what is against the path. */
export function showPath(leaf: Certificate, options: PathOptions): string {
  const { ok, reasons } = validatePath(leaf, options)
  return ok ? 'ok' : codes(reasons)
}

/** 'keys 1, certificates 2': all private keys of the file, and all certificates, paired or not. */
export function showContents(contents: Pkcs12Contents): string {
  const keys = new Set(contents.identities.map((each) => each.privateKey)).size + contents.keysWithoutCertificate.length
  const certificates =
    contents.identities.length + contents.certificates.length + contents.unreadableCertificates.length
  return `keys ${keys}, certificates ${certificates}`
}

/** The only identity of a file. */
export function identityOf(bytes: Buffer, password: string | null) {
  const { identities } = openPkcs12(bytes, password)
  const [identity] = identities
  if (identity === undefined || identities.length !== 1)
    throw new RangeError(`one identity wanted, got ${identities.length}`)
  return identity
}
