import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LabError } from '../error.ts'
import {
  type AndroidAgentBundle,
  androidAgentLimits,
  decodeAndroidAgentBundle,
  encodeAndroidAgentBundle,
} from './android-agent.ts'

const example: AndroidAgentBundle = {
  kind: 'android-agent-bundle',
  version: 1,
  openNetworkConfiguration: {
    Type: 'UnencryptedConfiguration',
    Certificates: [{ GUID: 'root', Type: 'Authority', X509: '-----BEGIN CERTIFICATE-----' }],
  },
  keyPairs: [
    { alias: 'alva', pkcs12: 'AAAA', password: 'secret word', userSelectable: false, grants: ['com.example.mail'] },
  ],
  managedConfigurations: [{ packageName: 'com.example.mail', restrictions: { on: true, name: 'x', count: 3 } }],
}

function decode(change: (bundle: Record<string, unknown>) => unknown) {
  const copy = JSON.parse(JSON.stringify(example)) as Record<string, unknown>
  return () => decodeAndroidAgentBundle(Buffer.from(JSON.stringify(change(copy))))
}

const malformed = expect.objectContaining({ code: 'android-bundle-malformed' })

it('gives back what was written', () => {
  expect(decodeAndroidAgentBundle(encodeAndroidAgentBundle(example))).toEqual(example)
})

describe('refuses', () => {
  it.each<[string, (bundle: Record<string, unknown>) => unknown]>([
    ['another kind', (bundle) => ({ ...bundle, kind: 'policy' })],
    ['another version', (bundle) => ({ ...bundle, version: 2 })],
    ['an unknown key', (bundle) => ({ ...bundle, extra: 1 })],
    ['a missing key', ({ keyPairs: _, ...rest }) => rest],
    [
      'an encrypted configuration',
      (bundle) => ({ ...bundle, openNetworkConfiguration: { Type: 'EncryptedConfiguration', Certificates: [] } }),
    ],
    [
      'a client certificate in the network configuration',
      (bundle) => ({
        ...bundle,
        openNetworkConfiguration: {
          Type: 'UnencryptedConfiguration',
          Certificates: [{ GUID: 'a', Type: 'Client', X509: '' }],
        },
      }),
    ],
    ['PKCS#12 that is no base64', (bundle) => ({ ...bundle, keyPairs: [{ ...example.keyPairs[0], pkcs12: 'A A=' }] })],
    ['an empty alias', (bundle) => ({ ...bundle, keyPairs: [{ ...example.keyPairs[0], alias: '' }] })],
    ['a grant to no package', (bundle) => ({ ...bundle, keyPairs: [{ ...example.keyPairs[0], grants: ['mail'] }] })],
    [
      'a restriction of another type',
      (bundle) => ({
        ...bundle,
        managedConfigurations: [{ packageName: 'com.example.mail', restrictions: { on: [] } }],
      }),
    ],
    [
      'a number of key pairs that nobody has',
      (bundle) => ({ ...bundle, keyPairs: Array(androidAgentLimits.keyPairs + 1).fill(example.keyPairs[0]) }),
    ],
    ['a list', () => [example]],
    ['nothing', () => null],
  ])('%s', (_, change) => {
    expect(decode(change)).toThrow(malformed)
  })

  it.each([
    ['no JSON', '{'],
    ['nothing', ''],
    ['deep nesting', '['.repeat(1_000_000)],
    ['deep nesting that ends', '['.repeat(1_000_000) + ']'.repeat(1_000_000)],
    ['a flood', `{"keyPairs":[${'0,'.repeat(1_000_000)}0]}`],
    ['a size', ' '.repeat(androidAgentLimits.bytes + 1)],
  ])('%s', (_, text) => {
    expect(() => decodeAndroidAgentBundle(Buffer.from(text))).toThrow(malformed)
  })

  it('octets that are not UTF-8', () => {
    const bytes = Buffer.from(encodeAndroidAgentBundle(example).toString().replace('secret', 's\xe9cret'), 'latin1')
    expect(() => decodeAndroidAgentBundle(bytes)).toThrow(malformed)
  })
})

it('refuses a restriction named __proto__ rather than lose it', () => {
  const bytes = Buffer.from(encodeAndroidAgentBundle(example).toString().replace('"on"', '"__proto__"'))
  expect(() => decodeAndroidAgentBundle(bytes)).toThrow(malformed)
})

it('never tells a password, and throws nothing but its own error for changed bytes (property)', () => {
  const whole = encodeAndroidAgentBundle(example)
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, value, end) => {
      const bytes = Buffer.from(whole)
      bytes[at] = value
      try {
        decodeAndroidAgentBundle(bytes.subarray(0, end === 0 ? whole.length : Math.max(end, at + 1)))
      } catch (error) {
        expect(error).toBeInstanceOf(LabError)
        expect(String(error)).not.toContain('secret word')
      }
    }),
  )
})
