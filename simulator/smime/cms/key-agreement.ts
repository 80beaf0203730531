/**
 * Key agreement with an ephemeral sender key (RFC 5652 6.2.2): ECDH on the NIST curves with the X9.63 KDF (RFC 5753), and
 * X25519 and X448 with either KDF (RFC 8418).
 */
import { diffieHellman, hash, hkdfSync, type KeyObject } from 'node:crypto'
import { oidName } from '../../asn1/oid.ts'
import * as der from '../../asn1/write.ts'
import { LabError } from '../../error.ts'
import {
  type AgreementScheme,
  type AlgorithmIdentifier,
  type DigestName,
  digestLength,
  hasNoParameters,
  schemeOf,
  standardScheme,
  type WrapSpec,
  wrapOf,
} from './algorithms.ts'
import { curveOf, curveText, importPublicKey, publicPoint, type SenderKey } from './curves.ts'
import { damaged, type KeyRecovery, unsupported, unusable } from './key-recovery.ts'
import { unwrapKey, wrapKey } from './key-wrap.ts'

/** The sender's side of an agreement, as it stands in the message. */
export interface Agreement {
  /** Undefined: the sender used a key of a certificate (static-static), which nobody does in mail. */
  readonly originatorKey: SenderKey | undefined
  readonly userKeyingMaterial: Buffer | undefined
  readonly scheme: AlgorithmIdentifier
  /** The key wrap, from the parameters of the scheme. */
  readonly wrap: AlgorithmIdentifier | undefined
}

/** 'ecdh-p256-sha256kdf', 'x25519-hkdf-sha256', ... or the scheme's own name. */
export function agreementText(agreement: Agreement): string {
  const scheme = schemeOf(agreement.scheme.oid)
  if (scheme === undefined) return oidName(agreement.scheme.oid)
  const curve = agreement.originatorKey === undefined ? 'static' : curveText(agreement.originatorKey)
  return `${curve}-${scheme.kdf === 'hkdf' ? `hkdf-${scheme.hash}` : `${scheme.hash}kdf`}`
}

/** The KDFs of node:crypto take no more than 1024 octets of shared info; senders use 64 octets at most. */
const maxUserKeyingMaterial = 512

export function openAgreedKey(
  privateKey: KeyObject,
  agreement: Agreement,
  encryptedKey: Buffer,
  keyLength: number,
): KeyRecovery {
  const scheme = schemeOf(agreement.scheme.oid)
  if (scheme === undefined) return unsupported(`key agreement ${oidName(agreement.scheme.oid)} is not supported`)
  if (agreement.originatorKey === undefined)
    return unsupported('key agreement with a static sender key is not supported')
  const wrap = agreement.wrap === undefined ? undefined : wrapOf(agreement.wrap.oid)
  // Behind a key wrap stands nothing, or NULL: two octets (RFC 3565 2.3.2, RFC 3370 4.3.1).
  if (wrap === undefined || agreement.wrap === undefined || !hasNoParameters(agreement.wrap))
    return unsupported(
      `key wrap ${agreement.wrap === undefined ? '(none given)' : oidName(agreement.wrap.oid)} is not supported`,
    )
  const curve = curveOf(privateKey)
  if (curve === undefined)
    return unusable(`a private key for ECDH wanted, the matching one is ${privateKey.asymmetricKeyType}`)

  const sender = importPublicKey(agreement.originatorKey, curve)
  if (sender === undefined) return damaged(`the sender's ephemeral key is no point for ${curve.text}`)
  const { userKeyingMaterial } = agreement
  if (userKeyingMaterial !== undefined && userKeyingMaterial.length > maxUserKeyingMaterial)
    return damaged(`user keying material of at most ${maxUserKeyingMaterial} octets wanted`)
  const secret = agree(privateKey, sender)
  if (secret === undefined) return damaged("the sender's ephemeral key yields no shared secret")
  // The wrap's AlgorithmIdentifier goes in as the sender wrote it: some write NULL parameters, some none.
  const kek = deriveKey(scheme, secret, wrap, agreement.wrap.encoding, userKeyingMaterial)
  const contentKey = unwrapKey(wrap, kek, encryptedKey)
  if (contentKey?.length !== keyLength)
    return damaged(`the content key does not come out of ${wrap.name} with this key`)
  return { ok: true, contentKey, genuine: true }
}

/**
 * OpenSSL refuses the all-zero secret of a low-order X25519 or X448 point (RFC 7748 6.1); the check stands here all the
 * same. On the NIST curves zero is the x coordinate of an honest point.
 */
function agree(privateKey: KeyObject, publicKey: KeyObject): Buffer | undefined {
  try {
    const secret = diffieHellman({ privateKey, publicKey })
    const lowOrder = privateKey.asymmetricKeyType !== 'ec' && secret.every((octet) => octet === 0)
    return lowOrder ? undefined : secret
  } catch {
    return undefined
  }
}

/** The key-encryption key: X9.63 (RFC 5753 7.1, SEC 1 3.6.1) or HKDF with the user keying material as salt (RFC 8418 2.2). */
function deriveKey(
  scheme: AgreementScheme,
  secret: Buffer,
  wrap: WrapSpec,
  wrapAlgorithm: Buffer,
  userKeyingMaterial: Buffer | undefined,
): Buffer {
  const info = sharedInfo(wrapAlgorithm, userKeyingMaterial, wrap.keyLength)
  if (scheme.kdf === 'hkdf')
    return Buffer.from(hkdfSync(scheme.hash, secret, userKeyingMaterial ?? Buffer.alloc(0), info, wrap.keyLength))
  const counter = Buffer.alloc(4)
  const blocks: Buffer[] = []
  for (let made = 0, block = 1; made < wrap.keyLength; made += digestLength[scheme.hash], block++) {
    counter.writeUInt32BE(block)
    blocks.push(hash(scheme.hash, Buffer.concat([secret, counter, info]), 'buffer'))
  }
  const [only] = blocks
  return only?.length === wrap.keyLength ? only : Buffer.concat(blocks, wrap.keyLength)
}

/** ECC-CMS-SharedInfo (RFC 5753 7.2): no entityUInfo at all where the message has no user keying material. */
function sharedInfo(wrapAlgorithm: Buffer, userKeyingMaterial: Buffer | undefined, keyLength: number): Buffer {
  const keyBits = Buffer.alloc(4)
  keyBits.writeUInt32BE(keyLength * 8)
  const entity = userKeyingMaterial === undefined ? [] : [der.context(0, der.octetString(userKeyingMaterial))]
  return der.sequence(wrapAlgorithm, ...entity, der.context(2, der.octetString(keyBits)))
}

export interface AgreedKey {
  /** DER of the OriginatorPublicKey's two fields, to be tagged [1]. */
  readonly originatorKey: readonly [algorithm: Buffer, publicKey: Buffer]
  /** DER of the keyEncryptionAlgorithm. */
  readonly algorithm: Buffer
  readonly encryptedKey: Buffer
}

/** Wraps the content key to `publicKey` with a fresh ephemeral key (RFC 8418 3: one a content, never used again). */
export function agreeKey(publicKey: KeyObject, hash: DigestName, wrap: WrapSpec, contentKey: Buffer): AgreedKey {
  const curve = curveOf(publicKey)
  if (curve === undefined)
    throw new LabError(
      'recipient-unusable',
      `key agreement with a key of type ${publicKey.asymmetricKeyType} is not supported`,
    )
  const scheme = standardScheme(curve.montgomery ? 'hkdf' : 'x9.63', hash)
  if (scheme === undefined)
    throw new LabError(
      'algorithm-unsupported',
      `${curve.text} is used with HKDF over sha256, sha384 or sha512, not ${hash}`,
    )
  const ephemeral = curve.generate()
  const secret = agree(ephemeral.privateKey, publicKey)
  if (secret === undefined) throw new LabError('recipient-unusable', 'the public key yields no shared secret')
  // RFC 3565 2.3.2: absent for AES wrap; RFC 3217 wants NULL for Triple-DES.
  const noParameters = wrap.name === '3des-wrap' ? [der.nullValue()] : []
  const wrapAlgorithm = der.sequence(der.oid(wrap.oid), ...noParameters)
  const kek = deriveKey(scheme, secret, wrap, wrapAlgorithm, undefined)
  return {
    // RFC 5753 3.1.1 lets the curve stay out; it is kept in, as some receivers want it.
    originatorKey: [curve.algorithm, der.bitString(publicPoint(ephemeral.publicKey))],
    algorithm: der.sequence(der.oid(scheme.oid), wrapAlgorithm),
    encryptedKey: wrapKey(wrap, kek, contentKey),
  }
}
