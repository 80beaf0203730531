/** Unpadding by hand, where node:crypto can't: hash and mask hash differ. */
import { constants, createHash, generateKeyPairSync, publicEncrypt } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Oid } from '../../asn1/oid.ts'
import { readOnly } from '../../asn1/read.ts'
import * as der from '../../asn1/write.ts'
import { type DigestName, readAlgorithm } from './algorithms.ts'
import { oaepDecrypt, readOaepParameters, writeOaepAlgorithm } from './oaep.ts'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const contentKey = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex')
const seed = Buffer.alloc(32, 0x5e)

/** EME-OAEP encoding (RFC 8017 7.1.1) of a block chosen by the test, SHA-256 with masks over SHA-1. */
function encrypt(block: Buffer, first = 0): Buffer {
  const maskedBlock = xor(block, mask(seed, block.length))
  const maskedSeed = xor(seed, mask(maskedBlock, 32))
  const encoded = Buffer.concat([Buffer.of(first), maskedSeed, maskedBlock])
  return publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, encoded)
}

function mask(from: Buffer, length: number): Buffer {
  let out = Buffer.alloc(0)
  for (let block = 0; out.length < length; block++)
    out = Buffer.concat([
      out,
      createHash('sha1')
        .update(from)
        .update(Buffer.of(0, 0, 0, block))
        .digest(),
    ])
  return out.subarray(0, length)
}

const xor = (a: Buffer, b: Buffer): Buffer => Buffer.from(a.map((octet, at) => octet ^ (b[at] ?? 0)))

function block(label: string, separator: string, tail = contentKey): Buffer {
  const head = createHash('sha256').update(label).digest()
  const middle = Buffer.from(separator, 'hex')
  return Buffer.concat([head, Buffer.alloc(223 - head.length - middle.length - tail.length), middle, tail])
}

const open = (encrypted: Buffer, label = ''): Buffer | undefined =>
  oaepDecrypt(privateKey, { hash: 'sha256', mgfHash: 'sha1', label: Buffer.from(label) }, encrypted)

describe('SHA-256 with MGF1 over SHA-1', () => {
  test('what is padded rightly comes out', () => {
    expect(open(encrypt(block('', '01')))).toEqual(contentKey)
    expect(open(encrypt(block('mail', '01')), 'mail')).toEqual(contentKey)
    expect(open(encrypt(block('', '01', Buffer.from('0101', 'hex'))))).toEqual(Buffer.from('0101', 'hex'))
    expect(open(encrypt(block('', '01', Buffer.alloc(0))))).toHaveLength(0)
  })

  test('what is not, does not', () => {
    expect(open(encrypt(block('', '01'), 1))).toBeUndefined()
    expect(open(encrypt(block('mail', '01')))).toBeUndefined()
    expect(open(encrypt(block('', '01')), 'mail')).toBeUndefined()
    expect(open(encrypt(block('', '02')))).toBeUndefined()
    expect(open(encrypt(block('', '0201')))).toBeUndefined()
    expect(open(encrypt(block('', '00', Buffer.alloc(16))))).toBeUndefined()
  })
})

describe('parameters', () => {
  const read = (encoded: Buffer) => readOaepParameters(readAlgorithm(readOnly(encoded), 'test'))

  test('SHA-1 throughout when left out (RFC 4055 4.1)', () => {
    for (const parameters of [[], [der.sequence()]])
      expect(read(der.sequence(der.oid(Oid.rsaesOaep), ...parameters))).toEqual({
        ...{ hash: 'sha1', mgfHash: 'sha1', label: Buffer.alloc(0), text: 'rsa-oaep-sha1' },
      })
  })

  test.each<DigestName>(['sha1', 'sha256', 'sha384', 'sha512'])('what we write for %s, we read', (hash) => {
    expect(read(writeOaepAlgorithm(hash))).toMatchObject({ hash, mgfHash: hash, text: `rsa-oaep-${hash}` })
  })

  test('unknown hashes and masks are named, not guessed', () => {
    const odd = der.sequence(der.oid('1.2.3'))
    const parameters = der.sequence(der.context(0, odd), der.context(1, der.sequence(der.oid('1.2.4'))))
    expect(read(der.sequence(der.oid(Oid.rsaesOaep), parameters))).toMatchObject({
      ...{ hash: undefined, mgfHash: undefined, text: 'rsa-oaep-1.2.3-mgf1-1.2.4' },
    })
  })
})
