/** Writing PKCS#12 files (RFC 7292 5.1) in the two forms that mail clients and device management take. */
import { createCipheriv, pbkdf2Sync, randomBytes } from 'node:crypto'
import { Oid } from '../../asn1/oid.ts'
import {
  bmpString,
  context,
  contextPrimitive,
  integer,
  nullValue,
  octetString,
  oid,
  sequence,
  setOf,
} from '../../asn1/write.ts'
import type { Certificate, Identity } from '../certificate.ts'
import { type Digest, sha1, sha256 } from './digests.ts'
import { derivePkcs12Key, Purpose } from './key-derivation.ts'
import { computeMac } from './mac.ts'
import { encodePassword, type PasswordOctets } from './password.ts'

/** 3DES opens everywhere; PBES2 from iOS 18, macOS 15, Android 14, Windows 10 1709 on. */
export type WriteProtection = 'pbe-sha1-3des' | 'pbes2-aes-256'

export interface WriteInput {
  readonly identities: readonly Identity[]
  /** Chain and other certificates; those of the identities are left out here. */
  readonly certificates?: readonly Certificate[]
  readonly password: string | null
  readonly protection: WriteProtection
  /** Of the MAC and of each encryption; 2048 by default. */
  readonly iterations?: number
  /** Source of salts and initialization vectors; a seeded one makes the file reproducible. */
  readonly random?: (octets: number) => Buffer
}

interface Form {
  readonly macDigest: Digest
  readonly macDigestOid: string
  /** 8 octets in the old form: some importers of its time take no other length. */
  readonly saltLength: number
  encrypt(plaintext: Buffer, writer: Writer): { algorithm: Buffer; ciphertext: Buffer }
}

interface Writer {
  readonly form: Form
  readonly password: PasswordOctets
  readonly iterations: number
  readonly random: (octets: number) => Buffer
}

const forms: Readonly<Record<WriteProtection, Form>> = {
  'pbe-sha1-3des': { macDigest: sha1, macDigestOid: Oid.sha1, saltLength: 8, encrypt: encryptTripleDes },
  'pbes2-aes-256': { macDigest: sha256, macDigestOid: Oid.sha256, saltLength: 16, encrypt: encryptPbes2 },
}

/**
 * Writes certificates into one encrypted safe and each key into a shrouded bag. Keys and certificates are tied by
 * localKeyID, the SHA-1 of the certificate: a fresh one, as labels of merged files may clash.
 */
export function writePkcs12(input: WriteInput): Buffer {
  const iterations = input.iterations ?? 2048
  if (!Number.isSafeInteger(iterations) || iterations < 1)
    throw new RangeError(`an iteration count of 1 or more wanted, got ${iterations}`)
  const writer: Writer = {
    form: forms[input.protection],
    password: encodePassword(input.password),
    iterations,
    random: input.random ?? randomBytes,
  }
  const own = new Set(input.identities.map(({ certificate }) => certificate.sha256))
  const chain = (input.certificates ?? []).filter(({ sha256 }) => !own.has(sha256))
  const certificateBags = [
    ...input.identities.map((identity) => certificateBag(identity.certificate, bagAttributes(identity))),
    ...chain.map((certificate) => certificateBag(certificate)),
  ]
  const keyBags = input.identities.map((identity) => shroudedKeyBag(identity, writer))
  const safes: Buffer[] = []
  if (certificateBags.length > 0) safes.push(encryptedSafe(sequence(...certificateBags), writer))
  if (keyBags.length > 0) safes.push(dataContent(sequence(...keyBags)))
  const authenticatedSafe = sequence(...safes)
  return sequence(integer(3), dataContent(authenticatedSafe), macData(authenticatedSafe, writer))
}

function dataContent(octets: Buffer): Buffer {
  return sequence(oid(Oid.data), context(0, octetString(octets)))
}

function encryptedSafe(safeContents: Buffer, writer: Writer): Buffer {
  const { algorithm, ciphertext } = writer.form.encrypt(safeContents, writer)
  const info = sequence(oid(Oid.data), algorithm, contextPrimitive(0, ciphertext))
  return sequence(oid(Oid.encryptedData), context(0, sequence(integer(0), info)))
}

function certificateBag(certificate: Certificate, attributes?: Buffer): Buffer {
  const value = sequence(oid(Oid.x509Certificate), context(0, octetString(certificate.der)))
  return sequence(oid(Oid.certBag), context(0, value), ...(attributes === undefined ? [] : [attributes]))
}

function shroudedKeyBag(identity: Identity, writer: Writer): Buffer {
  const pkcs8 = identity.privateKey.export({ type: 'pkcs8', format: 'der' })
  const { algorithm, ciphertext } = writer.form.encrypt(pkcs8, writer)
  const value = sequence(algorithm, octetString(ciphertext))
  return sequence(oid(Oid.pkcs8ShroudedKeyBag), context(0, value), bagAttributes(identity))
}

function bagAttributes({ certificate, friendlyName }: Identity): Buffer {
  const localKeyId = attribute(Oid.localKeyId, octetString(Buffer.from(certificate.sha1, 'hex')))
  return friendlyName === undefined
    ? setOf(localKeyId)
    : setOf(attribute(Oid.friendlyName, bmpString(friendlyName)), localKeyId)
}

function attribute(type: string, value: Buffer): Buffer {
  return sequence(oid(type), setOf(value))
}

function macData(authenticatedSafe: Buffer, { form, password, iterations, random }: Writer): Buffer {
  const salt = random(form.saltLength)
  const mac = computeMac(authenticatedSafe, { digest: form.macDigest, salt, iterations }, password.bmp)
  const digestInfo = sequence(sequence(oid(form.macDigestOid), nullValue()), octetString(mac))
  return sequence(digestInfo, octetString(salt), integer(iterations))
}

function encryptTripleDes(plaintext: Buffer, { form, password, iterations, random }: Writer) {
  const salt = random(form.saltLength)
  const input = { digest: sha1, password: password.bmp, salt, iterations }
  const key = derivePkcs12Key({ ...input, purpose: Purpose.key }, 24)
  const iv = derivePkcs12Key({ ...input, purpose: Purpose.iv }, 8)
  return {
    algorithm: sequence(oid(Oid.pbeSha1TripleDes), sequence(octetString(salt), integer(iterations))),
    ciphertext: encryptCbc('des-ede3-cbc', key, iv, plaintext),
  }
}

function encryptPbes2(plaintext: Buffer, { form, password, iterations, random }: Writer) {
  const salt = random(form.saltLength)
  const iv = random(16)
  const key = pbkdf2Sync(password.utf8, salt, iterations, 32, 'sha256')
  const prf = sequence(oid(Oid.hmacWithSha256), nullValue())
  const kdf = sequence(oid(Oid.pbkdf2), sequence(octetString(salt), integer(iterations), prf))
  const cipher = sequence(oid(Oid.aes256Cbc), octetString(iv))
  return {
    algorithm: sequence(oid(Oid.pbes2), sequence(kdf, cipher)),
    ciphertext: encryptCbc('aes-256-cbc', key, iv, plaintext),
  }
}

function encryptCbc(cipher: string, key: Buffer, iv: Buffer, plaintext: Buffer): Buffer {
  const encipher = createCipheriv(cipher, key, iv)
  return Buffer.concat([encipher.update(plaintext), encipher.final()])
}
