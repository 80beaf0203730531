/** The MIME parts (RFC 8551 3.2, 3.5) that a mail program puts around the bare CMS of NSS and GnuPG, and takes off again. */
import { contentKind } from '../../simulator/smime/cms/index.ts'
import { bodyBytes, entityBytes, multipartParts, parseEntity } from '../../simulator/smime/mime/entity.ts'
import { encodeBase64Lines } from '../../simulator/smime/mime/transfer-encoding.ts'
import type { SignedForm } from './form.ts'

const boundary = '----------interop'

/** `micalg` is a hint for one-pass receivers only: none of the peers reads it. */
export function carrySigned({ shape }: SignedForm, entity: Buffer, cms: Buffer): Buffer {
  if (shape === 'opaque') return carryOpaque(cms, 'signed-data')
  const head = `Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256;\r\n boundary="${boundary}"\r\n\r\n--${boundary}\r\n`
  const between = `\r\n--${boundary}\r\n${bodyHeaders('pkcs7-signature; name="smime.p7s"', 'smime.p7s')}`
  return Buffer.concat([
    Buffer.from(head),
    entity,
    Buffer.from(between),
    encodeBase64Lines(cms),
    Buffer.from(`--${boundary}--\r\n`),
  ])
}

export function carryEncrypted(cms: Buffer): Buffer {
  return carryOpaque(cms, contentKind(cms) === 'auth-enveloped-data' ? 'authEnveloped-data' : 'enveloped-data')
}

function carryOpaque(cms: Buffer, smimeType: string): Buffer {
  const headers = bodyHeaders(`pkcs7-mime; smime-type=${smimeType}; name="smime.p7m"`, 'smime.p7m')
  return Buffer.concat([Buffer.from(headers), encodeBase64Lines(cms)])
}

function bodyHeaders(mediaType: string, file: string): string {
  return `Content-Type: application/${mediaType}\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="${file}"\r\n\r\n`
}

export interface Uncarried {
  readonly cms: Buffer
  /** What a detached signature covers, as received. */
  readonly covered: Buffer | undefined
}

export function uncarry(message: Buffer): Uncarried {
  const entity = parseEntity(message)
  if (entity.mediaType !== 'multipart/signed') return { cms: bodyBytes(entity), covered: undefined }
  const [covered, signature] = multipartParts(entity)
  if (covered === undefined || signature === undefined) throw new RangeError('multipart/signed: two parts wanted')
  return { cms: bodyBytes(signature), covered: entityBytes(covered) }
}
