/** SafeContents and its bags (RFC 7292 4.2), nested ones laid flat. */
import { Oid } from '../../asn1/oid.ts'
import {
  type Asn1Node,
  children,
  encoding,
  isContext,
  isUniversal,
  octets,
  oid,
  readOnly,
  sequence,
  set,
  Tag,
  text,
} from '../../asn1/read.ts'
import { readEncryptionScheme } from './encryption-algorithm.ts'
import type { EncryptionScheme } from './encryption-scheme.ts'
import type { OpeningBudget } from './opening-budget.ts'
import { malformed } from './refusals.ts'

export interface BagAttributes {
  readonly friendlyName: string | undefined
  readonly localKeyId: Buffer | undefined
}

/** What the simulator uses of a file. CRL bags, secret bags and foreign ones are passed over, as every importer does. */
export type Bag =
  | { readonly kind: 'certificate'; readonly der: Buffer; readonly attributes: BagAttributes }
  | { readonly kind: 'key'; readonly pkcs8: Buffer; readonly attributes: BagAttributes }
  | {
      readonly kind: 'shrouded-key'
      readonly encryption: EncryptionScheme
      readonly ciphertext: Buffer
      readonly attributes: BagAttributes
    }

/** RFC 7292 4.2.6 lets SafeContents nest without an end; honest files don't nest at all. */
const maxNesting = 8

export function readSafeContents(der: Buffer, budget: OpeningBudget): Bag[] {
  const bags: Bag[] = []
  collectBags(readOnly(der), bags, budget, 0)
  return bags
}

function collectBags(safeContents: Asn1Node, into: Bag[], budget: OpeningBudget, nesting: number): void {
  if (nesting > maxNesting) throw malformed(`SafeContents nested more than ${maxNesting} deep`)
  for (const node of sequence(safeContents, 'SafeContents')) {
    budget.countPart()
    const [type, content, attributeSet] = sequence(node, 'SafeBag')
    const bagType = oid(type, 'bag type')
    const value = isContext(content, 0) ? children(content)[0] : undefined
    if (value === undefined) throw malformed('SafeBag: bagValue [0] wanted')
    if (bagType === Oid.safeContentsBag) {
      collectBags(value, into, budget, nesting + 1)
      continue
    }
    const bag = readBag(bagType, value, readAttributes(attributeSet), budget)
    if (bag !== undefined) into.push(bag)
  }
}

function readBag(bagType: string, value: Asn1Node, attributes: BagAttributes, budget: OpeningBudget): Bag | undefined {
  switch (bagType) {
    case Oid.certBag: {
      const [type, wrapped] = sequence(value, 'CertBag')
      if (oid(type, 'certificate type') !== Oid.x509Certificate) return undefined
      const inner = isContext(wrapped, 0) ? children(wrapped)[0] : undefined
      return { kind: 'certificate', der: octets(inner, 'certificate'), attributes }
    }
    case Oid.keyBag:
      return { kind: 'key', pkcs8: encoding(value), attributes }
    case Oid.pkcs8ShroudedKeyBag: {
      const [algorithm, ciphertext] = sequence(value, 'EncryptedPrivateKeyInfo')
      return {
        kind: 'shrouded-key',
        encryption: readEncryptionScheme(algorithm, budget),
        ciphertext: octets(ciphertext, 'encryptedData'),
        attributes,
      }
    }
    default:
      return undefined
  }
}

function readAttributes(node: Asn1Node | undefined): BagAttributes {
  let friendlyName: string | undefined
  let localKeyId: Buffer | undefined
  for (const attribute of node === undefined ? [] : set(node, 'bag attributes')) {
    const [type, values] = sequence(attribute, 'bag attribute')
    const name = oid(type, 'bag attribute type')
    if (name !== Oid.friendlyName && name !== Oid.localKeyId) continue
    const [value] = set(values, 'bag attribute values')
    if (value === undefined) continue
    if (name === Oid.friendlyName) friendlyName = withoutTerminator(text(value, 'friendlyName'))
    else if (isUniversal(value, Tag.OctetString)) localKeyId = octets(value, 'localKeyID')
  }
  return { friendlyName, localKeyId }
}

/** Windows counts the zero that ends its strings to the name. */
function withoutTerminator(name: string): string {
  return name.endsWith('\0') ? name.slice(0, -1) : name
}
