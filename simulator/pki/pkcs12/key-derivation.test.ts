import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { type Digest, sha1, sha224, sha256, sha384, sha512 } from './digests.ts'
import { derivePkcs12Key, Purpose } from './key-derivation.ts'
import { encodePassword } from './password.ts'

const hex = (text: string) => Buffer.from(text, 'hex')

describe('PKCS#12 key derivation (RFC 7292 B.2)', () => {
  // The vectors that implementers have passed round since 1998.
  it.each([
    ['smeg', '0a58cf64530d823f', 1, Purpose.key, 24, '8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3'],
    ['smeg', '0a58cf64530d823f', 1, Purpose.iv, 8, '79993dfe048d3b76'],
    ['queeg', '05dec959acff72f7', 1000, Purpose.key, 24, 'ed2034e36328830ff09df1e1a07dd357185dac0d4f9eb3d4'],
    ['queeg', '05dec959acff72f7', 1000, Purpose.iv, 8, '11dedad7758d4860'],
    ['queeg', '263216fcc2fab31c', 1000, Purpose.mac, 20, '5ec4c7a80df652294c3925b6489a7ab857c83476'],
  ] as const)(
    'derives from %s, salt %s, %i rounds, purpose %i',
    (password, salt, iterations, purpose, length, wanted) => {
      const input = { digest: sha1, purpose, password: encodePassword(password).bmp, salt: hex(salt), iterations }
      expect(derivePkcs12Key(input, length).toString('hex')).toBe(wanted)
    },
  )

  // 0xff salts make the addition of step 6C carry over all octets; 100 octets take several hash outputs.
  it.each<[Digest, string, number]>([
    [sha1, 'ff'.repeat(64), 100],
    [sha224, 'ff'.repeat(20), 100],
    [sha256, '00'.repeat(65), 100],
    [sha384, 'ff'.repeat(129), 100],
    [sha512, 'ff'.repeat(8), 200],
  ])('agrees with OpenSSL on %o', (digest, salt, length) => {
    const password = encodePassword('Σ mail \u{1f600}').bmp
    const input = { digest, purpose: Purpose.key, password, salt: hex(salt), iterations: 3 }
    const args = ['kdf', '-keylen', `${length}`, '-binary']
    const options = [
      `digest:${digest.name}`,
      `hexpass:${password.toString('hex')}`,
      `hexsalt:${salt}`,
      'iter:3',
      'id:1',
    ]
    for (const option of options) args.push('-kdfopt', option)
    expect(derivePkcs12Key(input, length)).toEqual(execFileSync('openssl', [...args, 'PKCS12KDF']))
  })
})

describe('passwords as octets', () => {
  it('tells the absent password from the empty one', () => {
    expect(encodePassword(null).bmp).toHaveLength(0)
    expect(encodePassword('').bmp).toEqual(hex('0000'))
  })

  it('encodes UTF-16 big-endian with a terminator, surrogate pairs beyond the BMP, and UTF-8', () => {
    expect(encodePassword('ä\u{1f600}').bmp).toEqual(hex('00e4d83dde000000'))
    expect(encodePassword('ä\u{1f600}').utf8).toEqual(hex('c3a4f09f9880'))
  })
})
