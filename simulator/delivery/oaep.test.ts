import { execFileSync } from 'node:child_process'
import { constants, generateKeyPairSync, privateDecrypt, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { encryptOaep, oaepCapacity } from './oaep.ts'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

describe.each([
  ['sha256', 190],
  ['sha384', 158],
  ['sha512', 126],
] as const)('OAEP with %s', (hash, capacity) => {
  test(`a key of 2048 bits holds ${capacity} octets`, () => {
    expect(oaepCapacity(publicKey, hash)).toBe(capacity)
  })

  test.each([0, 1, capacity])('node:crypto decrypts %i octets', (length) => {
    const message = randomBytes(length)
    const decrypted = privateDecrypt(
      { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hash },
      encryptOaep(message, publicKey, hash, randomBytes),
    )
    expect(decrypted).toEqual(message)
  })

  test('one octet more is refused', () => {
    expect(() => encryptOaep(Buffer.alloc(capacity + 1), publicKey, hash, randomBytes)).toThrow(
      expect.objectContaining({ code: 'oaep-too-long' }),
    )
  })
})

test('the OpenSSL command decrypts it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'smimelab-oaep-'))
  try {
    const key = join(folder, 'key.pem')
    writeFileSync(key, privateKey.export({ format: 'pem', type: 'pkcs8' }))
    const options = ['rsa_padding_mode:oaep', 'rsa_oaep_md:sha512', 'rsa_mgf1_md:sha512']
    const decrypted = execFileSync(
      'openssl',
      ['pkeyutl', '-decrypt', '-inkey', key, ...options.flatMap((option) => ['-pkeyopt', option])],
      { input: encryptOaep(Buffer.from('a password'), publicKey, 'sha512', randomBytes) },
    )
    expect(decrypted.toString()).toBe('a password')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('the seed alone makes it random', () => {
  const seeded = (octet: number) => encryptOaep(Buffer.from('x'), publicKey, 'sha256', (n) => Buffer.alloc(n, octet))
  expect(seeded(1)).toEqual(seeded(1))
  expect(seeded(1)).not.toEqual(seeded(2))
})

test('other keys are refused', () => {
  const elliptic = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  expect(() => oaepCapacity(elliptic.publicKey, 'sha256')).toThrow(
    expect.objectContaining({ code: 'oaep-not-rsa', message: 'an RSA public key was wanted, got ec' }),
  )
})
