/**
 * pkijs on WebCrypto, in process. It has no RSA v1.5 key transport there, no AuthEnvelopedData, and fails on ECDH
 * without UKM: it is asked about RSA-OAEP only, and says so for the rest.
 */
import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import * as pkijs from 'pkijs'
import { listRecipients } from '../../simulator/smime/cms/index.ts'
import { openMessage } from '../../simulator/smime/index.ts'
import { bodyBytes, canonicalise, parseEntity } from '../../simulator/smime/mime/entity.ts'
import { type Answer, compare, type Peer, type Question } from './opinion.ts'

const pkijsVersion: string = createRequire(import.meta.url)('pkijs/package.json').version

export const pkijsPeer: Peer = {
  name: 'pkijs',
  async version() {
    return pkijsVersion
  },
  async ask({ bytes, key, ours }: Question): Promise<Answer> {
    const cms = bodyBytes(parseEntity(bytes))
    const recipients = listRecipients(cms)
    const index = recipients.findIndex(
      (recipient) =>
        recipient.algorithm.startsWith('rsa-oaep') &&
        recipient.ids.some((id) => id.kind === 'issuer-and-serial' && id.serialHex === key.certificate.serialHex),
    )
    if (index === -1)
      return { kind: 'cannot-say', reason: 'pkijs is asked about RSA-OAEP by issuer and serial number only' }
    const info = pkijs.ContentInfo.fromBER(cms)
    if (info.contentType !== pkijs.ContentInfo.ENVELOPED_DATA)
      return { kind: 'cannot-say', reason: 'pkijs has no AuthEnvelopedData' }
    const enveloped = new pkijs.EnvelopedData({ schema: info.content })
    try {
      const inner = await enveloped.decrypt(index, {
        recipientCertificate: pkijs.Certificate.fromBER(key.certificate.der),
        recipientPrivateKey: key.privateKey.export({ type: 'pkcs8', format: 'der' }),
      })
      return compare(ours, contentDigest(Buffer.from(inner)))
    } catch {
      return compare(ours, undefined)
    }
  },
}

/** pkijs gives the envelope's content; what is signed inside is taken off by ours, as the question is about the envelope. */
function contentDigest(inner: Buffer): string | undefined {
  const opened = openMessage(canonicalise(inner), { keys: [], trust: { anchors: [], at: new Date(0) } })
  return opened.content === undefined ? undefined : createHash('sha256').update(opened.content.bytes).digest('hex')
}
