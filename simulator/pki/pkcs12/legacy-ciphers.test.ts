import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { decryptRc2Cbc } from './rc2.ts'
import { applyRc4 } from './rc4.ts'

const hex = (text: string) => Buffer.from(text, 'hex')
const iv = hex('0001020304050607')

function rc2ByOpenssl(cipher: string, key: Buffer, plaintext: Buffer, ...more: string[]): Buffer {
  const args = ['enc', '-e', cipher, '-provider', 'legacy', '-provider', 'default', ...more]
  return execFileSync('openssl', [...args, '-K', key.toString('hex'), '-iv', iv.toString('hex')], { input: plaintext })
}

describe('RC2-CBC (RFC 2268)', () => {
  it.each([
    ['-rc2-40-cbc', '0102030405'],
    ['-rc2-cbc', '000102030405060708090a0b0c0d0e0f'],
  ])('decrypts what OpenSSL %s encrypts, across the parts it is cut into', (cipher, key) => {
    for (const length of [0, 7, 8, 1023, 1024, 5000]) {
      const plaintext = Buffer.alloc(length, 'mail from 2003 ')
      expect(decryptRc2Cbc(hex(key), iv, rc2ByOpenssl(cipher, hex(key), plaintext))).toEqual(plaintext)
    }
  })

  it.each(['00', '09', '0208', 'ff'])('refuses plaintext that ends in %s instead of padding', (end) => {
    const key = hex('0102030405')
    const plaintext = Buffer.concat([Buffer.alloc(16 - end.length / 2, 1), hex(end)])
    const ciphertext = rc2ByOpenssl('-rc2-40-cbc', key, plaintext, '-nopad')
    expect(() => decryptRc2Cbc(key, iv, ciphertext)).toThrow(expect.objectContaining({ code: 'pkcs12-wrong-password' }))
  })

  it.each([0, 7, 9])('refuses %i octets of ciphertext', (length) => {
    const decrypt = () => decryptRc2Cbc(hex('0102030405'), iv, Buffer.alloc(length))
    expect(decrypt).toThrow(expect.objectContaining({ code: 'pkcs12-wrong-password' }))
  })

  it('takes time in proportion to the ciphertext', () => {
    const start = performance.now()
    expect(() => decryptRc2Cbc(hex('0102030405'), iv, Buffer.alloc(1 << 20))).toThrow()
    expect(performance.now() - start).toBeLessThan(3000)
  })
})

describe('RC4', () => {
  // RFC 6229: key streams at offset 0.
  it.each([
    ['0102030405', 'b2396305f03dc027ccc3524a0a1118a8'],
    ['0102030405060708090a0b0c0d0e0f10', '9ac7cc9a609d1ef7b2932899cde41b97'],
  ])('key %s gives the key stream of RFC 6229', (key, stream) => {
    expect(applyRc4(hex(key), Buffer.alloc(16)).toString('hex')).toBe(stream)
  })
})
