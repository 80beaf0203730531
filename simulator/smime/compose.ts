/** S/MIME entities and messages (RFC 8551 3): signed clear or opaque, encrypted, and the message around them. */
import { isAscii } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import { LabError } from '../error.ts'
import type { Certificate, Identity } from '../pki/index.ts'
import { type DigestName, encrypt, sign } from './cms/index.ts'
import { type Field, fieldLines, type MessageHeaders, writeFields } from './message-fields.ts'
import { canonicalise, parseEntity } from './mime/entity.ts'
import { encodeBase64Lines, encodeQuotedPrintable } from './mime/transfer-encoding.ts'

export type { MessageHeaders } from './message-fields.ts'

export interface SignEntityOptions {
  readonly signer: Identity
  /** To embed beside the signer's own: the chain without the root (RFC 8551 2.3). */
  readonly certificates?: readonly Certificate[]
  /** 'clear' is multipart/signed (3.5.3), 'opaque' is application/pkcs7-mime (3.5.2). */
  readonly form: 'clear' | 'opaque'
  readonly signingTime: Date
  /** Default SHA-256; SHA-512 where the key is Ed25519 (RFC 8419 3.1). */
  readonly digest?: DigestName
  readonly pss?: boolean
  readonly encryptionCertificate?: Certificate
}

/** RFC 8551 3.5.3.2. */
const micalgs: Readonly<Record<DigestName, string>> = {
  sha1: 'sha-1',
  sha224: 'sha-224',
  sha256: 'sha-256',
  sha384: 'sha-384',
  sha512: 'sha-512',
}

/**
 * Signs a MIME entity and returns the signed MIME entity. Line ends become CRLF before signing (RFC 8551 3.1.1).
 *
 * @throws LabError `mime-malformed` if `entity` is no MIME entity, `entity-not-7-bit` if it is to be clear-signed and has
 * 8-bit octets, which relays may re-encode (3.1.3)
 */
export function signEntity(entity: Buffer, options: SignEntityOptions): Buffer {
  const content = canonicalise(entity)
  parseEntity(content)
  const { signer, form, signingTime, certificates, pss, encryptionCertificate } = options
  const digest = options.digest ?? (signer.privateKey.asymmetricKeyType === 'ed25519' ? 'sha512' : 'sha256')
  if (form === 'clear') require7Bit(content)
  const cms = sign(content, {
    signers: [signer],
    detached: form === 'clear',
    digest,
    signingTime,
    ...(certificates === undefined ? {} : { certificates }),
    ...(pss === undefined ? {} : { pss }),
    ...(encryptionCertificate === undefined ? {} : { encryptionCertificate }),
  })
  return form === 'clear' ? multipartSigned(content, cms, micalgs[digest]) : pkcs7Mime(cms, 'signed-data')
}

function require7Bit(content: Buffer): void {
  if (isAscii(content) && !content.includes(0)) return
  const offset = content.findIndex((octet) => octet > 0x7f || octet === 0)
  throw new LabError(
    'entity-not-7-bit',
    `clear signing: 7-bit octets (RFC 8551 3.1.3) wanted, got another at offset ${offset}`,
    { hint: 'give the text a quoted-printable or base64 transfer encoding, or sign it opaque' },
  )
}

function multipartSigned(content: Buffer, cms: Buffer, micalg: string): Buffer {
  const boundary = boundaryOutside(content)
  const head = [
    'Content-Type: multipart/signed; protocol="application/pkcs7-signature";',
    ` micalg=${micalg}; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    '',
  ]
  const between = [
    '',
    `--${boundary}`,
    'Content-Type: application/pkcs7-signature; name="smime.p7s"',
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment; filename="smime.p7s"',
    '',
    '',
  ]
  const tail = `--${boundary}--\r\n`
  return Buffer.concat([lines(head), content, lines(between), encodeBase64Lines(cms), Buffer.from(tail)])
}

function boundaryOutside(content: Buffer): string {
  for (;;) {
    const boundary = `=_${randomBytes(18).toString('hex')}`
    if (!content.includes(boundary)) return boundary
  }
}

function pkcs7Mime(cms: Buffer, smimeType: 'signed-data' | 'enveloped-data' | 'authEnveloped-data'): Buffer {
  const head = [
    `Content-Type: application/pkcs7-mime; smime-type=${smimeType};`,
    ' name="smime.p7m"',
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment; filename="smime.p7m"',
    '',
    '',
  ]
  return Buffer.concat([lines(head), encodeBase64Lines(cms)])
}

const lines = (each: readonly string[]): Buffer => Buffer.from(each.join('\r\n'), 'latin1')

/**
 * Encrypts a MIME entity and returns the encrypted one (RFC 8551 3.3, 3.4). Line ends become CRLF first.
 *
 * @throws LabError `mime-malformed` if `entity` is no MIME entity; what `encrypt` throws for the recipients
 */
export function encryptEntity(entity: Buffer, options: Parameters<typeof encrypt>[1]): Buffer {
  const content = canonicalise(entity)
  parseEntity(content)
  const authenticated = /-(gcm|poly1305)$/.test(options.contentCipher)
  return pkcs7Mime(encrypt(content, options), authenticated ? 'authEnveloped-data' : 'enveloped-data')
}

/** A text/plain entity that survives any relay: UTF-8, quoted-printable, CRLF. */
export function textEntity(text: string): Buffer {
  return lines([
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    encodeQuotedPrintable(text),
  ])
}

/**
 * Header fields in front of a MIME entity: those of a message, or those that header protection leaves outside.
 *
 * @throws LabError `header-malformed` for what would not be one field of the kind wanted
 */
export function toMessage(headers: MessageHeaders | readonly Field[], entity: Buffer): Buffer {
  const fields = 'from' in headers ? writeFields(headers) : headers
  return Buffer.concat([fieldLines([...fields, { name: 'MIME-Version', value: '1.0' }]), entity])
}
