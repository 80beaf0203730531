/** EnvelopedData (RFC 5652 6.1) and AuthEnvelopedData (RFC 5083 2.1) as they stand in a message. */
import { type Asn1Node, children, content, isContext, octets, oid, sequence } from '../../asn1/read.ts'
import * as der from '../../asn1/write.ts'
import { type AlgorithmIdentifier, readAlgorithm } from './algorithms.ts'
import { contentOf } from './content-info.ts'
import { malformed } from './malformed.ts'
import { joinOctets } from './octet-string.ts'
import { type RecipientInfo, type RecipientInfoView, readRecipientInfos } from './recipient-info.ts'

export interface Enveloped {
  readonly kind: 'enveloped-data' | 'auth-enveloped-data'
  readonly recipients: readonly RecipientInfo[]
  /** Dotted: id-data in mail (RFC 8551 2.4.1). */
  readonly contentType: string
  readonly contentAlgorithm: AlgorithmIdentifier
  readonly encryptedContent: Asn1Node
  /** AuthEnvelopedData only. */
  readonly mac: Buffer
  /** The authenticated attributes as they went into the MAC; empty when there are none. */
  readonly associatedData: Buffer
}

const nothing = Buffer.alloc(0)

export function readEnveloped(cms: Uint8Array): Enveloped {
  const info = contentOf(cms, 'enveloped-data', 'auth-enveloped-data')
  const authenticated = info.kind === 'auth-enveloped-data'
  const what = authenticated ? 'AuthEnvelopedData' : 'EnvelopedData'
  const fields = sequence(info.content, what)
  // version, then originatorInfo [0]: certificates to help the recipient, which nothing here depends on.
  const first = isContext(fields[1], 0) ? 2 : 1
  const recipients = readRecipientInfos(fields[first])
  const inner = sequence(fields[first + 1], 'EncryptedContentInfo')
  const contentType = oid(inner[0], 'EncryptedContentInfo contentType')
  const contentAlgorithm = readAlgorithm(inner[1], 'EncryptedContentInfo contentEncryptionAlgorithm')
  const encryptedContent = inner[2]
  if (!isContext(encryptedContent, 0) || inner.length !== 3)
    throw malformed('EncryptedContentInfo: the encrypted content [0] wanted')
  const base = { recipients, contentType, contentAlgorithm, encryptedContent }
  if (!authenticated) return { kind: 'enveloped-data', ...base, mac: nothing, associatedData: nothing }

  const attributes = isContext(fields[first + 2], 1) ? fields[first + 2] : undefined
  const mac = octets(fields[first + (attributes === undefined ? 2 : 3)], 'AuthEnvelopedData mac')
  // The MAC covers the attributes as a SET OF, not as the [1] that stands in the message (RFC 5083 2.2).
  const associatedData = attributes === undefined ? nothing : der.tlv(0x31, content(attributes))
  if (attributes !== undefined && children(attributes).length === 0)
    throw malformed('AuthEnvelopedData authAttrs: present, so at least one attribute wanted')
  return { kind: 'auth-enveloped-data', ...base, mac, associatedData }
}

export function encryptedOctets(enveloped: Enveloped): Buffer {
  return joinOctets(enveloped.encryptedContent, 'EncryptedContentInfo encryptedContent')
}

/** For whom the message is, without a key. */
export function listRecipients(cms: Uint8Array): RecipientInfoView[] {
  return readEnveloped(cms).recipients.map((each) => each.view)
}
