/** What is sent, and how it is altered on the way. Each letter names its row and its sender: no two are alike. */
import { Oid } from '../../simulator/asn1/oid.ts'
import { children, expectUniversal, isUniversal, oid, readOnly, Tag } from '../../simulator/asn1/read.ts'
import { textEntity, toMessage } from '../../simulator/smime/index.ts'
import { bodyBytes, parseEntity } from '../../simulator/smime/mime/entity.ts'
import { encodeBase64Lines } from '../../simulator/smime/mime/transfer-encoding.ts'
import type { Form } from './form.ts'
import type { PeerName } from './peer.ts'
import { signerOf, type World } from './world.ts'

const amount = 'EUR 1000.00'
const alteredAmount = 'EUR 9000.00'

/** Umlauts, a line of a single dot, a "From " line and a signature delimiter: what careless mail code changes. */
export function letterEntity(form: Form, producer: PeerName): Buffer {
  return textEntity(
    [
      `Row: ${form.id}`,
      `Made by: ${producer}`,
      '',
      `Grüße! Please pay ${amount}.`,
      '.',
      'From here on there is only a signature.',
      '-- ',
      'Åsa',
      '',
    ].join('\r\n'),
  )
}

/** The message around what a peer made: a receiver compares From with the signer's certificate. */
export function letterMessage(world: World, form: Form, producer: PeerName, entity: Buffer): Buffer {
  const from = form.kind === 'signed' ? signerOf(world, form).address : `${producer}@interop.example`
  return toMessage(
    {
      from,
      to: ['reader@interop.example'],
      subject: form.id,
      date: world.at,
      messageId: `<${form.id.replaceAll('/', '.')}.${producer}@interop.example>`,
    },
    entity,
  )
}

/** The control: the same message with one change that a receiver must not let pass. */
export function alter(form: Form, message: Buffer): Buffer {
  if (form.kind === 'signed' && form.shape === 'clear') return replaceAmount(message)
  const entity = parseEntity(message)
  const cms = bodyBytes(entity)
  const altered = form.kind === 'signed' ? replaceAmount(cms) : flipMac(cms)
  return Buffer.concat([message.subarray(0, entity.bodyStart), encodeBase64Lines(altered)])
}

function replaceAmount(bytes: Buffer): Buffer {
  const at = bytes.indexOf(amount)
  if (at < 0) throw new RangeError('the letter is not to be found in the message that holds it')
  const altered = Buffer.from(bytes)
  altered.write(alteredAmount, at, 'latin1')
  return altered
}

/** One bit of AuthEnvelopedData's mac (RFC 5083 2.1), its only OCTET STRING. */
function flipMac(cms: Buffer): Buffer {
  const [type, wrapped] = children(expectUniversal(readOnly(cms), Tag.Sequence, 'ContentInfo'))
  const [authEnveloped] = wrapped === undefined ? [] : children(wrapped)
  const mac =
    authEnveloped === undefined ? undefined : children(authEnveloped).find((each) => isUniversal(each, Tag.OctetString))
  if (oid(type, 'ContentInfo') !== Oid.authEnvelopedData || mac === undefined || mac.constructed)
    throw new RangeError('AuthEnvelopedData with a mac wanted')
  const altered = Buffer.from(cms)
  altered.writeUInt8((altered[mac.contentStart] ?? 0) ^ 1, mac.contentStart)
  return altered
}
