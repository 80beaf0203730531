import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  type ConfigurationProfile,
  decodeMobileconfig,
  encodeMobileconfig,
  type Payload,
  payloadUuid,
} from './index.ts'
import { maxProfileOctets } from './property-list.ts'

const identity: Payload = {
  kind: 'pkcs12',
  identifier: 'com.example.mail.identity',
  uuid: payloadUuid('identity'),
  displayName: 'Signing & encryption <2026>',
  content: Buffer.from([0x30, 0x82, 0, 0xff]),
  password: ' p<&>"ä\r\n\t ',
  fileName: 'alva.p12',
}

const profile: ConfigurationProfile = {
  identifier: 'com.example.mail',
  uuid: payloadUuid('profile'),
  displayName: 'Mail',
  organization: 'Example',
  payloads: [
    { kind: 'root', identifier: 'com.example.root', uuid: payloadUuid('root'), content: Buffer.from('root') },
    { kind: 'pkcs1', identifier: 'com.example.ca', uuid: payloadUuid('ca'), content: Buffer.from('ca') },
    { kind: 'pem', identifier: 'com.example.pem', uuid: payloadUuid('pem'), content: Buffer.from('pem') },
    identity,
    {
      kind: 'exchange-account',
      identifier: 'com.example.account',
      uuid: payloadUuid('account'),
      emailAddress: 'alva@example.com',
      host: 'mail.example.com',
      userName: 'alva',
      ssl: true,
      smime: {
        signingEnabled: true,
        signingUserOverrideable: false,
        signingCertificateUuid: identity.uuid,
        signingCertificateUuidUserOverrideable: true,
        encryptByDefault: true,
        encryptByDefaultUserOverrideable: true,
        encryptionCertificateUuid: identity.uuid,
        encryptionCertificateUuidUserOverrideable: false,
        perMessageSwitch: true,
      },
    },
    {
      kind: 'managed-mail',
      identifier: 'com.example.imap',
      uuid: payloadUuid('imap'),
      accountType: 'EmailTypeIMAP',
      emailAddress: 'alva@example.com',
      accountName: 'Alva',
      incoming: {
        host: 'imap.example.com',
        authentication: 'EmailAuthPassword',
        userName: 'alva',
        port: 993,
        ssl: true,
      },
      outgoing: { host: 'smtp.example.com', authentication: 'EmailAuthNone' },
      smime: {},
    },
    {
      kind: 'unknown',
      identifier: 'com.example.wifi',
      uuid: payloadUuid('wifi'),
      type: 'com.apple.wifi.managed',
      settings: { SSID_STR: 'Example', HIDDEN_NETWORK: false, Priority: 3 },
    },
  ],
}

const xml = encodeMobileconfig(profile).toString('utf8')
const wrap = (inner: string): Buffer =>
  Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0">${inner}</plist>`)
/** A profile of one root payload, with what stands in for the parts. */
const small = (top = '', payload = '', version = '<integer>1</integer>'): Buffer =>
  wrap(`<dict>
    <key>PayloadType</key><string>Configuration</string>
    <key>PayloadIdentifier</key><string>com.example.small</string>
    <key>PayloadUUID</key><string>${payloadUuid('small')}</string>
    <key>PayloadVersion</key>${version}
    <key>PayloadContent</key><array><dict>
      <key>PayloadType</key><string>com.apple.security.root</string>
      <key>PayloadIdentifier</key><string>com.example.small.root</string>
      <key>PayloadUUID</key><string>${payloadUuid('small root')}</string>
      <key>PayloadVersion</key><integer>1</integer>
      <key>PayloadContent</key><data>cm9vdA==</data>${payload}
    </dict></array>${top}
  </dict>`)

const refusal = (code: string) => expect.objectContaining({ name: 'LabError', code })
const decoding = (bytes: Uint8Array) => () => decodeMobileconfig(bytes)

afterEach(() => {
  vi.restoreAllMocks()
})

describe('encoding', () => {
  test('what was encoded is decoded the same, every payload and every key', () => {
    expect(decodeMobileconfig(encodeMobileconfig(profile))).toEqual(profile)
  })

  test('the bytes depend on the values alone, not on the order of the fields', () => {
    const reordered = Object.fromEntries(Object.entries(profile).reverse()) as unknown as ConfigurationProfile
    expect(encodeMobileconfig(reordered)).toEqual(encodeMobileconfig(profile))
  })

  test("Apple's words are on the wire", () => {
    expect(xml).toContain('<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN"')
    for (const key of [
      'SMIMESigningEnabled',
      'SMIMESigningUserOverrideable',
      'SMIMESigningCertificateUUID',
      'SMIMESigningCertificateUUIDUserOverrideable',
      'SMIMEEncryptByDefault',
      'SMIMEEncryptByDefaultUserOverrideable',
      'SMIMEEncryptionCertificateUUID',
      'SMIMEEncryptionCertificateUUIDUserOverrideable',
      'SMIMEEnableEncryptionPerMessageSwitch',
    ])
      expect(xml).toContain(`<key>${key}</key>`)
    expect(xml).toContain('<string>com.apple.eas.account</string>')
  })

  test('text that XML cannot hold is refused without being quoted', () => {
    const secret = { ...identity, password: 'hunter2\u0000' } as Payload
    const encode = () => encodeMobileconfig({ ...profile, payloads: [secret] })
    expect(encode).toThrow(refusal('mobileconfig-not-encodable'))
    expect(encode).toThrow(/PayloadContent\[0\]\.Password/)
    expect(encode).not.toThrow(/hunter2/)
  })
})

describe('payloadUuid', () => {
  test('is a version 5 UUID in upper case, the same for the same names', () => {
    expect(payloadUuid('a', 'b')).toMatch(/^[0-9A-F]{8}-[0-9A-F]{4}-5[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/)
    expect(payloadUuid('a', 'b')).toBe(payloadUuid('a', 'b'))
  })

  test('tells names apart by place', () => {
    expect(new Set([['ab'], ['a', 'b'], ['b', 'a'], ['a', 'b', '']].map((names) => payloadUuid(...names))).size).toBe(4)
  })
})

describe('decoding', () => {
  test('a small profile; the identifier stands in for a missing display name', () => {
    expect(decodeMobileconfig(small())).toMatchObject({
      displayName: 'com.example.small',
      payloads: [{ kind: 'root', content: Buffer.from('root') }],
    })
  })

  test('unknown keys and old ones (SMIMEEnabled) are passed over', () => {
    const decoded = decodeMobileconfig(small('<key>Novel</key><real>1.5</real>', '<key>SMIMEEnabled</key><true/>'))
    expect(decoded.payloads[0]).not.toHaveProperty('SMIMEEnabled')
  })

  test.each([
    ['a duplicate key', small('<key>PayloadVersion</key><integer>1</integer>')],
    ['a duplicate key in a payload', small('', '<key>PayloadVersion</key><integer>1</integer>')],
    ['a duplicate key spelt with a reference', small('<key>&#80;ayloadVersion</key><integer>1</integer>')],
    ['a huge integer', small('', '', '<integer>9007199254740993</integer>')],
    ['an integer of a million digits', small('', '', `<integer>${'1'.repeat(1e6)}</integer>`)],
    ['digits and letters', small('', '', '<integer>1abc</integer>')],
    ['a hexadecimal integer', small('', '', '<integer>0x1</integer>')],
    ['an empty integer', small('', '', '<integer/>')],
    ['not a number', small('<key>Number</key><real>nan</real>')],
    ['a day that is not', small('<key>Day</key><date>2026-02-30T00:00:00Z</date>')],
    ['a word for a date', small('<key>Day</key><date>tomorrow</date>')],
    ['data that is not base64', small('<key>Bytes</key><data>a*==</data>')],
    ['base64 cut short', small('<key>Bytes</key><data>YWJ</data>')],
    ['a prototype key', small('<key>__proto__</key><true/>')],
    ['a dict that ends in a key', small('<key>Lonely</key>')],
    ['a value without a key', small('<true/>')],
    ['two keys in a row', small('<key>One</key><key>Two</key><true/>')],
    ['a key in an array', small('<key>List</key><array><key>x</key></array>')],
    ['text in a dict', small('text')],
    ['an element in a string', small('<key>Text</key><string>a<true/></string>')],
    ['a comment in an integer', small('', '', '<integer>1<!-- 2 --></integer>')],
    ['CDATA in a key', small('<key><![CDATA[x]]></key><true/>')],
    ['text in true', small('<key>Yes</key><true>no</true>')],
    ['an element of another language', small('<key>Set</key><set/>')],
    ['an attribute', small('<key>Text</key><string id="x">a</string>')],
    ['two values', wrap('<true/><true/>')],
    ['no value', wrap('')],
    ['no plist', Buffer.from('<dict/>')],
    ['nothing', Buffer.alloc(0)],
    ['an OpenStep property list', Buffer.from('{ PayloadVersion = 1; }')],
    ['SyncML', Buffer.from('<SyncML xmlns="SYNCML:SYNCML1.2"><SyncHdr/></SyncML>')],
    [
      'octets that are not UTF-8',
      Buffer.concat([small().subarray(0, 60), Buffer.from([0xc3, 0x28]), small().subarray(60)]),
    ],
    ['UTF-16', Buffer.from(`\ufeff${small().toString()}`, 'utf16le')],
    ['another encoding', Buffer.from(small().toString().replace('UTF-8', 'ISO-8859-1'))],
    ['XML 1.1', Buffer.from(small().toString().replace('<?xml version="1.0"', '<?xml version="1.1"'))],
    ['junk in front', Buffer.concat([Buffer.from('x'), small()])],
    ['junk behind', Buffer.concat([small(), Buffer.from('<plist/>')])],
    ['an entity that nobody defined', small('<key>Text</key><string>&secret;</string>')],
    [
      'entities that multiply',
      Buffer.from(
        `<!DOCTYPE plist [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>${wrap('<string>&b;</string>').toString().slice(39)}`,
      ),
    ],
    [
      'an entity from a file',
      Buffer.from('<!DOCTYPE plist [<!ENTITY x SYSTEM "file:///etc/passwd">]><plist><string>&x;</string></plist>'),
    ],
  ])('%s is malformed', (_, bytes) => {
    const complaints = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn'), vi.spyOn(process.stderr, 'write')]
    expect(decoding(bytes)).toThrow(refusal('mobileconfig-malformed'))
    for (const complaint of complaints) expect(complaint).not.toHaveBeenCalled()
  })

  test('every truncation is refused', () => {
    const whole = small()
    for (let length = 0; length < whole.length; length++)
      expect(decoding(whole.subarray(0, length))).toThrow(refusal('mobileconfig-malformed'))
  })

  test('a refusal gives the place and never the text', () => {
    const bytes = small('', '\n<key>Password</key><string>hunter2 &hunter3; <b>hunter4</b></string>')
    expect(decoding(bytes)).toThrow(/line 13, column/)
    expect(decoding(bytes)).not.toThrow(/hunter/)
  })

  test('20000 levels are too deep, before any recursion', () => {
    const deep = small(`<key>Deep</key>${'<array>'.repeat(20_000)}${'</array>'.repeat(20_000)}`)
    expect(decoding(deep)).toThrow(refusal('mobileconfig-too-deep'))
  })

  test('too many octets, elements, payloads', () => {
    expect(decoding(Buffer.alloc(maxProfileOctets + 1, 0x20))).toThrow(refusal('mobileconfig-too-large'))
    expect(decoding(small(`<key>List</key><array>${'<true/>'.repeat(20_001)}</array>`))).toThrow(
      refusal('mobileconfig-too-large'),
    )
    expect(
      decoding(wrap(`<dict>${head}<key>PayloadContent</key><array>${'<dict/>'.repeat(257)}</array></dict>`)),
    ).toThrow(refusal('mobileconfig-too-large'))
  })

  test('a million attributes cost nothing: the first one ends it', () => {
    const attributes = Array.from({ length: 300_000 }, (_, index) => `a${index}=""`).join(' ')
    const start = performance.now()
    expect(decoding(Buffer.from(`<plist version="1.0" ${attributes}><true/></plist>`))).toThrow(
      refusal('mobileconfig-malformed'),
    )
    expect(performance.now() - start).toBeLessThan(1000)
  })

  test('signed, binary and encrypted profiles are told as such', () => {
    expect(decoding(Buffer.from([0x30, 0x80, 0x06, 0x09]))).toThrow(refusal('mobileconfig-signed'))
    expect(decoding(Buffer.from('bplist00'))).toThrow(refusal('mobileconfig-binary'))
    expect(decoding(small('<key>IsEncrypted</key><true/>'))).toThrow(refusal('profile-encrypted'))
  })
})

const head = `<key>PayloadType</key><string>Configuration</string><key>PayloadIdentifier</key><string>i</string>
<key>PayloadUUID</key><string>u</string><key>PayloadVersion</key><integer>1</integer>`

describe("Apple's required keys", () => {
  const topKeys = ['PayloadType', 'PayloadIdentifier', 'PayloadUUID', 'PayloadVersion', 'PayloadContent']
  const rename = (text: string, key: string, which: 'first' | 'last') => {
    const at = which === 'first' ? text.indexOf(`<key>${key}<`) : text.lastIndexOf(`<key>${key}<`)
    return Buffer.from(`${text.slice(0, at)}<key>Other</key>${text.slice(at + key.length + 11)}`)
  }
  const text = small().toString()

  test.each(topKeys)('the profile needs %s', (key) => {
    expect(decoding(rename(text, key, 'first'))).toThrow(refusal('profile-missing-key'))
    expect(decoding(rename(text, key, 'first'))).toThrow(new RegExp(key))
  })

  test.each(topKeys)('a payload needs %s', (key) => {
    expect(decoding(rename(text, key, 'last'))).toThrow(refusal('payload-missing-key'))
    expect(decoding(rename(text, key, 'last'))).toThrow(/PayloadContent\[0\]/)
  })

  test.each([
    ['profile-unsupported-version', small('', '', '<integer>2</integer>')],
    ['profile-wrong-type', small('', '', '<string>1</string>')],
    ['profile-wrong-type', small('', '', '<real>1.5</real>')],
    ['profile-wrong-type', wrap('<array/>')],
    ['profile-wrong-type', small('<key>PayloadOrganization</key><data/>')],
    ['profile-unsupported-value', Buffer.from(text.replace('>Configuration<', '>Settings<'))],
    ['profile-unsupported-value', Buffer.from(text.replace('>com.example.small<', '><'))],
    ['profile-empty', wrap(`<dict>${head}<key>PayloadContent</key><array/></dict>`)],
    ['payload-wrong-type', wrap(`<dict>${head}<key>PayloadContent</key><array><true/></array></dict>`)],
    ['payload-wrong-type', Buffer.from(text.replace('<data>cm9vdA==</data>', '<string>cm9vdA==</string>'))],
    ['profile-duplicate-uuid', Buffer.from(text.replaceAll(payloadUuid('small root'), payloadUuid('small')))],
  ])('%s', (code, bytes) => {
    expect(decoding(bytes)).toThrow(refusal(code))
  })

  test('payload identifiers and UUIDs are unique', () => {
    const [root, ca] = profile.payloads as [Payload, Payload]
    const encode = (change: Partial<Payload>) =>
      encodeMobileconfig({ ...profile, payloads: [root, { ...ca, ...change } as Payload] })
    expect(decoding(encode({ identifier: root.identifier }))).toThrow(refusal('profile-duplicate-identifier'))
    expect(decoding(encode({ uuid: root.uuid }))).toThrow(refusal('profile-duplicate-uuid'))
  })

  test.each([
    ['SMIMESigningEnabled', '<string>true</string>', 'payload-wrong-type'],
    ['SMIMEEncryptionCertificateUUID', '<true/>', 'payload-wrong-type'],
    ['IncomingMailServerPortNumber', '<string>993</string>', 'payload-wrong-type'],
    ['OutgoingMailServerAuthentication', '<string>EmailAuthMagic</string>', 'payload-unsupported-value'],
    ['EmailAccountType', '<string>EmailTypeX400</string>', 'payload-unsupported-value'],
  ])('%s as %s', (key, value, code) => {
    const bytes = Buffer.from(
      xml.replace(
        new RegExp(`<key>${key}</key>\\s*<(string|integer|true|false)[^>]*>([^<]*</\\1>)?`),
        `<key>${key}</key>${value}`,
      ),
    )
    expect(bytes.toString()).toContain(`<key>${key}</key>${value}`)
    expect(decoding(bytes)).toThrow(refusal(code))
  })
})
