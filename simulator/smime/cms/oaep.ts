/**
 * RSAES-OAEP (RFC 8017 7.1, parameters RFC 3560 and RFC 4055 4.1). node:crypto does it with one hash for both uses;
 * Java's default, SHA-256 with an MGF over SHA-1, is undone here by hand.
 */
import { constants, createHash, type KeyObject, privateDecrypt, publicEncrypt } from 'node:crypto'
import { Oid, oidName } from '../../asn1/oid.ts'
import { children, isContext, octets, sequence } from '../../asn1/read.ts'
import * as der from '../../asn1/write.ts'
import { type AlgorithmIdentifier, type DigestName, digestLength, digestOf, readAlgorithm } from './algorithms.ts'
import { malformed } from './malformed.ts'

export interface OaepParameters {
  /** Undefined: a hash that we do not know; `text` names it. */
  readonly hash: DigestName | undefined
  readonly mgfHash: DigestName | undefined
  readonly label: Buffer
  /** 'rsa-oaep-sha256', 'rsa-oaep-sha256-mgf1-sha1', with '-label' behind it when the label isn't empty. */
  readonly text: string
}

const noLabel = Buffer.alloc(0)

/** All four knobs have defaults: SHA-1, MGF1 with SHA-1, the empty label (RFC 4055 4.1). */
export function readOaepParameters(algorithm: AlgorithmIdentifier): OaepParameters {
  let hash: string = Oid.sha1
  let mgfHash: string = Oid.sha1
  let label: Buffer = noLabel
  for (const field of algorithm.parameters === undefined ? [] : sequence(algorithm.parameters, 'RSAES-OAEP-params')) {
    const value = children(field)[0]
    if (isContext(field, 0)) hash = readAlgorithm(value, 'OAEP hashAlgorithm').oid
    else if (isContext(field, 1)) {
      const mgf = readAlgorithm(value, 'OAEP maskGenAlgorithm')
      mgfHash = mgf.oid === Oid.mgf1 ? readAlgorithm(mgf.parameters, 'MGF1 hash').oid : mgf.oid
    } else if (isContext(field, 2)) {
      const source = readAlgorithm(value, 'OAEP pSourceAlgorithm')
      if (source.oid !== Oid.pSpecified) throw malformed(`OAEP label source: id-pSpecified wanted, got ${source.oid}`)
      label = octets(source.parameters, 'OAEP label')
    } else throw malformed('RSAES-OAEP-params: an unknown field')
  }
  const name = (dotted: string): string => digestOf(dotted) ?? oidName(dotted)
  const mgfText = hash === mgfHash ? '' : `-mgf1-${name(mgfHash)}`
  const labelText = label.length === 0 ? '' : '-label'
  return {
    hash: digestOf(hash),
    mgfHash: digestOf(mgfHash),
    label,
    text: `rsa-oaep-${name(hash)}${mgfText}${labelText}`,
  }
}

/** DER of the AlgorithmIdentifier with one hash for both uses; defaults are left out, as DER wants. */
export function writeOaepAlgorithm(hash: DigestName): Buffer {
  if (hash === 'sha1') return der.sequence(der.oid(Oid.rsaesOaep), der.sequence())
  // RFC 4055 2.1: inside OAEP and PSS parameters a hash carries NULL.
  const digest = der.sequence(der.oid(Oid[hash]), der.nullValue())
  const parameters = der.sequence(der.context(0, digest), der.context(1, der.sequence(der.oid(Oid.mgf1), digest)))
  return der.sequence(der.oid(Oid.rsaesOaep), parameters)
}

export function oaepEncrypt(publicKey: KeyObject, hash: DigestName, contentKey: Buffer): Buffer {
  return publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hash }, contentKey)
}

/** Undefined when the padding is wrong: another key, or a changed message. Node's own errors pass to the caller. */
export function oaepDecrypt(
  privateKey: KeyObject,
  parameters: { hash: DigestName; mgfHash: DigestName; label: Buffer },
  encrypted: Buffer,
): Buffer | undefined {
  const { hash, mgfHash, label } = parameters
  if (hash === mgfHash) {
    const padding = constants.RSA_PKCS1_OAEP_PADDING
    const oaepLabel = label.length === 0 ? {} : { oaepLabel: label }
    return privateDecrypt({ key: privateKey, padding, oaepHash: hash, ...oaepLabel }, encrypted)
  }
  const encoded = privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, encrypted)
  return removePadding(encoded, hash, mgfHash, label)
}

/**
 * EME-OAEP decoding (RFC 8017 7.1.2 step 3). Every check runs to its end and they are judged together, so that the time
 * taken doesn't tell which one failed (Manger's attack).
 */
function removePadding(encoded: Buffer, hash: DigestName, mgfHash: DigestName, label: Buffer): Buffer | undefined {
  const hashLength = digestLength[hash]
  if (encoded.length < 2 * hashLength + 2) return undefined
  const maskedSeed = encoded.subarray(1, 1 + hashLength)
  const maskedBlock = encoded.subarray(1 + hashLength)
  const seed = xor(maskedSeed, maskGeneration(maskedBlock, hashLength, mgfHash))
  const block = xor(maskedBlock, maskGeneration(seed, maskedBlock.length, mgfHash))
  const labelHash = createHash(hash).update(label).digest()

  let wrong = encoded[0] as number
  for (let at = 0; at < hashLength; at++) wrong |= (block[at] as number) ^ (labelHash[at] as number)
  // The first 01 after the label hash ends a run of 00; anything else before it is wrong.
  let start = 0
  let searching = 1
  for (let at = hashLength; at < block.length; at++) {
    const octet = block[at] as number
    const isOne = octet === 1 ? 1 : 0
    start |= searching & isOne ? at + 1 : 0
    wrong |= searching & (isOne ^ 1) ? octet : 0
    searching &= isOne ^ 1
  }
  return (wrong | searching) === 0 ? block.subarray(start) : undefined
}

/** MGF1 (RFC 8017 B.2.1). */
function maskGeneration(seed: Buffer, length: number, hash: DigestName): Buffer {
  const counter = Buffer.alloc(4)
  const blocks: Buffer[] = []
  for (let made = 0, block = 0; made < length; made += digestLength[hash], block++) {
    counter.writeUInt32BE(block)
    blocks.push(createHash(hash).update(seed).update(counter).digest())
  }
  return Buffer.concat(blocks, length)
}

function xor(bytes: Buffer, mask: Buffer): Buffer {
  const out = Buffer.allocUnsafe(bytes.length)
  for (let at = 0; at < bytes.length; at++) out[at] = (bytes[at] as number) ^ (mask[at] as number)
  return out
}
