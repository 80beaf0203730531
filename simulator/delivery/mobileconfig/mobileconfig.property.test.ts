import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LabError } from '../../error.ts'
import { type ConfigurationProfile, decodeMobileconfig, encodeMobileconfig, type Payload } from './index.ts'

/** Text that XML 1.0 can hold: no lone surrogates, controls or non-characters. */
const text = fc
  .string({ unit: 'binary', maxLength: 20 })
  .filter((value) => !/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(value))
const name = text.filter((value) => value !== '')
const content = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes))

const smime = fc.record(
  {
    signingEnabled: fc.boolean(),
    signingCertificateUuid: name,
    encryptByDefault: fc.boolean(),
    encryptionCertificateUuid: name,
    perMessageSwitch: fc.boolean(),
  },
  { requiredKeys: [] },
)
const body: fc.Arbitrary<object> = fc.oneof(
  fc.record({ kind: fc.constantFrom('root', 'pkcs1', 'pem'), content }),
  fc.record({ kind: fc.constant('pkcs12'), content, password: text }, { requiredKeys: ['kind', 'content'] }),
  fc.record(
    { kind: fc.constant('exchange-account'), emailAddress: text, host: text, userName: text, ssl: fc.boolean(), smime },
    { requiredKeys: ['kind', 'smime'] },
  ),
)
const profile = fc
  .record({
    identifier: name,
    displayName: text,
    organization: text,
    ids: fc.uniqueArray(name, { minLength: 2, maxLength: 5 }),
    bodies: fc.array(body, { minLength: 4, maxLength: 4 }),
  })
  .map(
    ({ ids: [uuid = '', ...ids], bodies, ...top }): ConfigurationProfile => ({
      ...top,
      uuid,
      payloads: ids.map((id, index) => ({ identifier: id, uuid: id, ...bodies[index] }) as Payload),
    }),
  )

test('decode undoes encode', () => {
  fc.assert(
    fc.property(profile, (each) => {
      expect(decodeMobileconfig(encodeMobileconfig(each))).toEqual(each)
    }),
    { numRuns: 200 },
  )
})

/** Pieces of plists and of attacks on their readers, in any order and nesting. */
const piece = fc.constantFrom(
  '<dict>',
  '</dict>',
  '<array>',
  '</array>',
  '<key>a</key>',
  '<key>PayloadVersion</key>',
  '<integer>1</integer>',
  '<integer>99999999999999999999</integer>',
  '<string>x</string>',
  '<true/>',
  '<data>AA==</data>',
  '<!-- c -->',
  '<![CDATA[c]]>',
  '<?pi?>',
  '&amp;',
  '&#0;',
  '&lol;',
  '<date>2026-01-01T00:00:00Z</date>',
  '\r\n',
)

test('any arrangement is decoded or refused with a LabError', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const attempt = outcome(Buffer.from(`<plist>${pieces.join('')}</plist>`))
      expect(attempt).toMatch(/^(mobileconfig|profile|payload)-/)
    }),
    { numRuns: 500 },
  )
})

test('any octets are refused with a LabError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(outcome(bytes)).toMatch(/^mobileconfig-/)
    }),
  )
})

function outcome(bytes: Uint8Array): string {
  try {
    decodeMobileconfig(bytes)
    return 'decoded'
  } catch (error) {
    if (error instanceof LabError) return error.code
    throw error
  }
}
