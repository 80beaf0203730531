/** CMS as files hold it: DER or BER, PEM (RFC 7468 8 and 9), or base64 without anything around, as cut out of a message. */
import { LabError } from '../../simulator/error.ts'
import { readPem } from '../../simulator/pki/pem.ts'

const pemStart = /^\s*-----BEGIN /
const pemLabels: ReadonlySet<string> = new Set(['CMS', 'PKCS7', 'PKCS #7 SIGNED DATA'])

/**
 * The messages in a file that is no mbox: each CMS in its DER or BER; anything else as it is.
 *
 * @throws LabError 'pem-malformed', 'pem-without-cms'
 */
export function readForms(bytes: Buffer): Buffer[] {
  // A message may hold PEM in its text; a file of PEM begins with it.
  if (pemStart.test(bytes.toString('latin1', 0, 1024))) return readPemCms(bytes)
  return [isBase64Cms(bytes) ? Buffer.from(bytes.toString('latin1'), 'base64') : bytes]
}

function readPemCms(bytes: Buffer): Buffer[] {
  const blocks = readPem(bytes.toString('latin1'))
  const cms = blocks.filter(({ label }) => pemLabels.has(label))
  if (cms.length === 0)
    throw new LabError('pem-without-cms', `PEM with CMS or PKCS7 wanted, got ${blocks[0]?.label ?? 'nothing'}`)
  return cms.map((each) => each.bytes)
}

/** A SEQUENCE with a long or an indefinite length: 30 80 to 30 8f. */
const sequenceInBase64 = /^\s*MI/

/** The beginning tells CMS, but "MIME-Version" begins so too: all of it has to be base64. */
function isBase64Cms(bytes: Buffer): boolean {
  if (!sequenceInBase64.test(bytes.toString('latin1', 0, 64))) return false
  for (let at = 0; at < bytes.length; at++) if (base64Octets[bytes[at] as number] === 0) return false
  return true
}

const base64Octets = new Uint8Array(256)
for (const octet of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \t\r\n'))
  base64Octets[octet] = 1
