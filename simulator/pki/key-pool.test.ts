import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { loadKeyPool } from './key-pool.ts'
import { readPrivateKey } from './private-key.ts'

const newPem = () =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
const size = 32
const ec = Array.from({ length: size }, newPem).join('')
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ format: 'pem', type: 'pkcs8' })
  .toString()
const labels = Array.from({ length: size }, (_, index) => `device ${index}`)
const pool = () => loadKeyPool({ rsa, ec })
const fingerprint = (each: ReturnType<ReturnType<typeof pool>['take']>) =>
  each.publicKey.export({ format: 'der', type: 'spki' }).toString('hex')

describe('a key pool', () => {
  test('gives the same pair for the same label, in every run', () => {
    const first = pool()
    expect(first.take('p-256', 'alva').privateKey).toBe(first.take('p-256', 'alva').privateKey)
    expect(fingerprint(first.take('p-256', 'alva'))).toBe(fingerprint(pool().take('p-256', 'alva')))
    expect(first.take('rsa-2048', 'alva').publicKey.asymmetricKeyType).toBe('rsa')
  })

  test('gives pairs that belong together', () => {
    const { publicKey, privateKey } = pool().take('p-256', 'alva')
    const data = Buffer.from('signed')
    expect(verify('sha256', data, publicKey, sign('sha256', data, privateKey))).toBe(true)
  })

  test('never gives one key to two labels, and says when none is left', () => {
    const all = pool()
    expect(new Set(labels.map((label) => fingerprint(all.take('p-256', label)))).size).toBe(size)
    expect(() => all.take('p-256', 'one more')).toThrow(expect.objectContaining({ code: 'key-pool-exhausted' }))
    expect(fingerprint(all.take('p-256', 'device 0'))).toHaveLength(182)
    expect(() => loadKeyPool({ rsa: '', ec }).take('rsa-2048', 'alva')).toThrow(
      expect.objectContaining({ code: 'key-pool-exhausted' }),
    )
  })

  test('does not depend on the order of the calls, but where two labels meet', () => {
    const few = labels.slice(0, 4)
    const forth = pool()
    const back = pool()
    const keys = new Map(few.map((label) => [label, fingerprint(forth.take('p-256', label))]))
    for (const label of few.toReversed()) expect(fingerprint(back.take('p-256', label))).toBe(keys.get(label))
  })

  test('refuses a key of another kind', () => {
    const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({ format: 'pem', type: 'pkcs8' })
    const mixed = loadKeyPool({ rsa, ec: p384.toString() })
    expect(() => mixed.take('p-256', 'alva')).toThrow(expect.objectContaining({ code: 'key-pool-malformed' }))
  })
})

describe('a private key file', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

  test('is read in PKCS#8 PEM and DER, and in SEC 1', () => {
    for (const source of [
      privateKey.export({ format: 'pem', type: 'pkcs8' }),
      Buffer.from(privateKey.export({ format: 'pem', type: 'pkcs8' })),
      privateKey.export({ format: 'der', type: 'pkcs8' }),
      privateKey.export({ format: 'pem', type: 'sec1' }),
    ])
      expect(readPrivateKey(source).equals(privateKey)).toBe(true)
  })

  test('that is none, or encrypted, is an error without any of it', () => {
    const encrypted = privateKey.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'secret' })
    for (const source of [encrypted, 'hunter2', Buffer.from('hunter2')]) {
      expect(() => readPrivateKey(source)).toThrow(
        expect.objectContaining({ code: 'private-key-unusable', message: expect.not.stringMatching(/hunter2|MII/) }),
      )
    }
  })
})
