/** RecipientInfo (RFC 5652 6.2): for whom the content key is there, and by which algorithm. Judging and opening are elsewhere. */
import { oidName } from '../../asn1/oid.ts'
import {
  type Asn1Node,
  bits,
  children,
  isContext,
  isUniversal,
  octets,
  oid,
  sequence,
  set,
  Tag,
} from '../../asn1/read.ts'
import { LabError } from '../../error.ts'
import { type AlgorithmIdentifier, readAlgorithm, wrapOf } from './algorithms.ts'
import { type Agreement, agreementText } from './key-agreement.ts'
import { keyTransportText } from './key-transport.ts'
import { excessive, malformed } from './malformed.ts'
import { type RecipientId, readIssuerAndSerial, readKeyIdentifier } from './recipient-id.ts'

export interface RecipientInfoView {
  readonly type: 'ktri' | 'kari' | 'kekri' | 'pwri' | 'other'
  /** One for ktri, one a recipient for kari, none for those that name no certificate. */
  readonly ids: readonly RecipientId[]
  /** 'rsa-v1.5', 'rsa-oaep-sha256', 'ecdh-p256-sha256kdf', 'x25519-hkdf-sha256', ... */
  readonly algorithm: string
  /** kari only: what wraps the content key; it should equal the content cipher in strength (RFC 8551 2.3). */
  readonly keyWrap?: string
}

export type RecipientInfo =
  | {
      readonly type: 'ktri'
      readonly view: RecipientInfoView
      readonly id: RecipientId
      readonly algorithm: AlgorithmIdentifier
      readonly encryptedKey: Buffer
    }
  | {
      readonly type: 'kari'
      readonly view: RecipientInfoView
      readonly agreement: Agreement
      readonly keys: readonly { readonly id: RecipientId; readonly encryptedKey: Buffer }[]
    }
  | { readonly type: 'passed-over'; readonly view: RecipientInfoView }

/** A mailing list of this size is sent in parts; a message that names more is no mail. */
export const maxRecipients = 10_000

export function readRecipientInfos(node: Asn1Node | undefined): RecipientInfo[] {
  const infos = set(node, 'RecipientInfos')
  let named = 0
  return infos.map((info) => {
    const recipient = readRecipientInfo(info)
    named += Math.max(recipient.view.ids.length, 1)
    if (named > maxRecipients) throw excessive(`at most ${maxRecipients} recipients wanted, the message names more`)
    return recipient
  })
}

function readRecipientInfo(node: Asn1Node): RecipientInfo {
  if (isUniversal(node, Tag.Sequence)) return readKeyTransport(node)
  if (isContext(node, 1)) return readKeyAgreement(node)
  return { type: 'passed-over', view: describePassedOver(node) }
}

/** The version field tells the kind of id (RFC 5652 6.2.1); the id itself tells it better, so a wrong version is let pass. */
function readKeyTransport(node: Asn1Node): RecipientInfo {
  const parts = children(node)
  const [, rid, algorithmNode, keyNode] = parts
  if (parts.length !== 4) throw malformed(`KeyTransRecipientInfo: 4 fields wanted, got ${parts.length}`)
  const id = isContext(rid, 0)
    ? readKeyIdentifier(rid, 'KeyTransRecipientInfo rid')
    : readIssuerAndSerial(rid, 'KeyTransRecipientInfo rid')
  const algorithm = readAlgorithm(algorithmNode, 'KeyTransRecipientInfo keyEncryptionAlgorithm')
  const encryptedKey = octets(keyNode, 'KeyTransRecipientInfo encryptedKey')
  return {
    type: 'ktri',
    view: { type: 'ktri', ids: [id], algorithm: keyTransportText(algorithm) },
    id,
    algorithm,
    encryptedKey,
  }
}

function readKeyAgreement(node: Asn1Node): RecipientInfo {
  const what = 'KeyAgreeRecipientInfo'
  const parts = children(node)
  const originator = parts[1]
  if (!isContext(originator, 0)) throw malformed(`${what}: originator [0] wanted`)
  const hasUkm = isContext(parts[2], 1)
  const userKeyingMaterial = hasUkm ? octets(only(parts[2], `${what} ukm`), `${what} ukm`) : undefined
  const rest = parts.slice(hasUkm ? 3 : 2)
  if (rest.length !== 2) throw malformed(`${what}: an algorithm and encrypted keys wanted`)
  const scheme = readAlgorithm(rest[0], `${what} keyEncryptionAlgorithm`)
  const wrap = isUniversal(scheme.parameters, Tag.Sequence)
    ? readAlgorithm(scheme.parameters, `${what} key wrap`)
    : undefined
  const originatorKey = readOriginatorKey(only(originator, `${what} originator`))
  const agreement: Agreement = { originatorKey, userKeyingMaterial, scheme, wrap }
  const keys = sequence(rest[1], `${what} recipientEncryptedKeys`).map((each) => {
    const [rid, encryptedKey] = sequence(each, 'RecipientEncryptedKey')
    return { id: readAgreementId(rid), encryptedKey: octets(encryptedKey, 'RecipientEncryptedKey encryptedKey') }
  })
  const keyWrap = wrap === undefined ? {} : { keyWrap: wrapOf(wrap.oid)?.name ?? oidName(wrap.oid) }
  const ids = keys.map((each) => each.id)
  return { type: 'kari', view: { type: 'kari', ids, algorithm: agreementText(agreement), ...keyWrap }, agreement, keys }
}

function readOriginatorKey(node: Asn1Node): Agreement['originatorKey'] {
  if (!isContext(node, 1)) return undefined
  const [algorithm, publicKey] = children(node)
  return {
    algorithm: readAlgorithm(algorithm, 'originatorKey algorithm'),
    publicKey: bits(publicKey, 'originatorKey publicKey').bytes,
  }
}

/** rKeyId [0] is a SEQUENCE whose date and other fields help no one to find the key (RFC 5652 6.2.2). */
function readAgreementId(rid: Asn1Node | undefined): RecipientId {
  return isContext(rid, 0)
    ? readKeyIdentifier(children(rid)[0], 'RecipientKeyIdentifier')
    : readIssuerAndSerial(rid, 'KeyAgreeRecipientIdentifier')
}

function only(node: Asn1Node | undefined, what: string): Asn1Node {
  const inner = node === undefined ? [] : children(node)
  if (inner[0] === undefined || inner.length !== 1) throw malformed(`${what}: exactly one value wanted`)
  return inner[0]
}

/** Ways to share a key that no certificate takes part in; they're shown, and passed over (RFC 5652 6.2). */
function describePassedOver(node: Asn1Node): RecipientInfoView {
  const type = isContext(node, 2) ? 'kekri' : isContext(node, 3) ? 'pwri' : 'other'
  try {
    if (type === 'other') return { type, ids: [], algorithm: oidName(oid(children(node)[0], 'oriType')) }
    const algorithms = children(node).filter((each) => isUniversal(each, Tag.Sequence))
    const algorithm = readAlgorithm(algorithms[type === 'kekri' ? 1 : 0], `${type} keyEncryptionAlgorithm`)
    return { type, ids: [], algorithm: wrapOf(algorithm.oid)?.name ?? oidName(algorithm.oid) }
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    return { type, ids: [], algorithm: 'unknown' }
  }
}
