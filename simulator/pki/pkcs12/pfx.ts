/** The outer structure of a PKCS#12 file: PFX and AuthenticatedSafe (RFC 7292 4 and 4.1). */
import { Oid, oidName } from '../../asn1/oid.ts'
import {
  type Asn1Node,
  asBuffer,
  children,
  isContext,
  octets,
  oid,
  readNode,
  readOnly,
  sequence,
  smallInteger,
} from '../../asn1/read.ts'
import { readEncryptionScheme } from './encryption-algorithm.ts'
import type { EncryptionScheme } from './encryption-scheme.ts'
import { type Mac, readMac } from './mac.ts'
import type { OpeningBudget } from './opening-budget.ts'
import { malformed, unsupported } from './refusals.ts'

/** Holds a thousand keys and certificates; a device takes far less. */
const maxOctets = 4 * 1024 * 1024

export interface Pfx {
  /** The octets that the MAC covers. */
  readonly authenticatedSafe: Buffer
  readonly mac: Mac | undefined
  readonly safes: readonly Safe[]
}

/** One SafeContents: its DER or BER, or the ciphertext of it. */
export interface Safe {
  readonly encryption: EncryptionScheme | undefined
  readonly octets: Buffer
}

export function readPfx(bytes: Uint8Array, budget: OpeningBudget): Pfx {
  if (bytes.length > maxOctets) throw malformed(`at most ${maxOctets} octets wanted, got ${bytes.length}`)
  const [version, contentInfo, macData] = sequence(readFile(asBuffer(bytes)), 'PFX')
  const number = smallInteger(version, 'PFX version')
  if (number !== 3) throw unsupported(`PFX version 3 wanted, got ${number}`)
  const authenticatedSafe = readData(contentInfo, 'authSafe')
  return {
    authenticatedSafe,
    mac: macData === undefined ? undefined : readMac(macData, budget),
    safes: sequence(readOnly(authenticatedSafe), 'AuthenticatedSafe').map((info) => readSafe(info, budget)),
  }
}

/** Some exports from Windows end in eight zero octets; anything else behind the end is refused. */
function readFile(source: Buffer): Asn1Node {
  const node = readNode(source)
  return source.subarray(node.end).some((octet) => octet !== 0) ? readOnly(source) : node
}

function readData(node: Asn1Node | undefined, what: string): Buffer {
  const [type, content] = sequence(node, what)
  const name = oid(type, `${what} content type`)
  // RFC 7292 3.1 also has public-key integrity (SignedData) and privacy (EnvelopedData); nobody writes them.
  if (name !== Oid.data) throw unsupported(`${what}: password integrity (data) wanted, got ${oidName(name)}`)
  return octets(explicit(content, what), what)
}

function readSafe(node: Asn1Node, budget: OpeningBudget): Safe {
  budget.countPart()
  const [type, content] = sequence(node, 'ContentInfo')
  const name = oid(type, 'ContentInfo content type')
  if (name === Oid.data) return { encryption: undefined, octets: octets(explicit(content, 'data'), 'data') }
  if (name !== Oid.encryptedData)
    throw unsupported(`password privacy (encryptedData) or data wanted, got ${oidName(name)}`)
  const [, info] = sequence(explicit(content, 'EncryptedData'), 'EncryptedData')
  const [, algorithm, ciphertext] = sequence(info, 'EncryptedContentInfo')
  if (!isContext(ciphertext, 0)) throw malformed('EncryptedContentInfo: encryptedContent [0] wanted')
  return { encryption: readEncryptionScheme(algorithm, budget), octets: octets(ciphertext, 'encryptedContent') }
}

/** The one node inside an explicit [0]. */
function explicit(node: Asn1Node | undefined, what: string): Asn1Node {
  if (!isContext(node, 0)) throw malformed(`${what}: content [0] wanted`)
  const [inner] = children(node)
  if (inner === undefined) throw malformed(`${what}: an empty content [0]`)
  return inner
}
