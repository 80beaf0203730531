/** Messages of Alva's around CMS that a test made itself. */
import { toMessage } from '../../compose.ts'
import { encodeBase64Lines } from '../../mime/transfer-encoding.ts'
import { headers } from '../../testing/correspondence.ts'

/** As application/pkcs7-mime; `fields` replaces the Content-Type and Content-Disposition fields, lines without their ends. */
export function opaqueMessage(
  cms: Uint8Array,
  fields: readonly string[] = ['Content-Type: application/pkcs7-mime; name="smime.p7m"'],
): Buffer {
  const head = [...fields, 'Content-Transfer-Encoding: base64', '', ''].join('\r\n')
  return toMessage(headers, Buffer.concat([Buffer.from(head), encodeBase64Lines(cms)]))
}

/** As multipart/signed, `content` as it is in the first part. */
export function clearMessage(content: Buffer, cms: Uint8Array): Buffer {
  const head = [
    'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary="edge"',
    '',
    '--edge',
    '',
  ].join('\r\n')
  const between = [
    '',
    '--edge',
    'Content-Type: application/pkcs7-signature; name="smime.p7s"',
    'Content-Transfer-Encoding: base64',
    '',
    '',
  ].join('\r\n')
  const parts = [Buffer.from(head), content, Buffer.from(between), encodeBase64Lines(cms), Buffer.from('--edge--\r\n')]
  return toMessage(headers, Buffer.concat(parts))
}

/** The text of a message with one place changed, which must be there. */
export function edited(message: Buffer, from: string | RegExp, to: string): Buffer {
  const before = message.toString('latin1')
  const after = before.replace(from, to)
  if (after === before) throw new Error(`nothing to edit: ${from}`)
  return Buffer.from(after, 'latin1')
}
