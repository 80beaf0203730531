/**
 * RSAES-PKCS1-v1_5 as key transport (RFC 3370 4.2.1) under RFC 3218: a broken block must neither yield the plaintext nor
 * be told apart from a sound block that holds another key. So for an invalid vector the engine has to answer with
 * a stand-in of whatever length the cipher wants, and a message with it has to fail in the very words of a wrong key.
 */
import { constants, createPublicKey, type KeyObject, publicEncrypt } from 'node:crypto'
import { Oid } from '../../../simulator/asn1/oid.ts'
import * as der from '../../../simulator/asn1/write.ts'
import { readPrivateKey } from '../../../simulator/pki/private-key.ts'
import { decrypt } from '../../../simulator/smime/cms/decrypt.ts'
import { openTransportedKey } from '../../../simulator/smime/cms/key-transport.ts'
import type { Corpus } from '../corpus.ts'
import { recipient, transportEnvelope } from './envelope.ts'
import { algorithm, compare, hex, readVectors, type Vector } from './vectors.ts'

interface Group {
  readonly privateKeyPkcs8: string
}

interface Test extends Vector {
  readonly msg: string
  readonly ct: string
}

const keyLengths = [8, 16, 24, 32]

export const rsaesPkcs1: Corpus = {
  name: 'wycheproof/rsaes-pkcs1',
  folder: 'wycheproof',
  least: 67,
  *cases(folder) {
    for (const { name, group, test } of readVectors<Group, Test>(folder, 'rsa_pkcs1_2048_test.json')) {
      const privateKey = () => readPrivateKey(hex(group.privateKeyPkcs8))
      yield test.result === 'valid'
        ? { name, expected: 'opened', run: () => openValid(privateKey(), test) }
        : { name, expected: 'nothing told', run: () => openInvalid(privateKey(), test) }
    }
  },
}

const rsaEncryption = algorithm(Oid.rsaEncryption, der.nullValue())

function openValid(privateKey: KeyObject, { msg, ct }: Test): string {
  const wanted = hex(msg)
  const recovery = openTransportedKey(privateKey, rsaEncryption, hex(ct), wanted.length)
  return recovery.ok && recovery.genuine ? compare(recovery.contentKey, wanted) : 'refused'
}

function openInvalid(privateKey: KeyObject, { msg, ct }: Test): string {
  for (const length of [hex(msg).length, ...keyLengths]) {
    const recovery = openTransportedKey(privateKey, rsaEncryption, hex(ct), length)
    if (!recovery.ok) return `told: ${recovery.message}`
    if (recovery.contentKey.length !== length) return `told: a key of ${recovery.contentKey.length} octets`
    if (recovery.contentKey.equals(hex(msg))) return 'the plaintext came out'
  }
  const answer = answerTo(hex(ct), privateKey)
  return answer === answerTo(soundBlock(privateKey), privateKey) ? 'nothing told' : `told: ${answer}`
}

/** Padded as it should be, with a key that does not open the content. */
function soundBlock(privateKey: KeyObject): Buffer {
  return publicEncrypt(
    { key: createPublicKey(privateKey), padding: constants.RSA_PKCS1_PADDING },
    Buffer.alloc(16, 0x55),
  )
}

function answerTo(encryptedKey: Buffer, privateKey: KeyObject): string {
  const result = decrypt(transportEnvelope(encryptedKey), [{ certificate: recipient, privateKey }])
  return result.ok ? 'opened' : `${result.cause}: ${result.message}`
}
