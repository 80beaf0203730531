/** Header protection (RFC 9788): made by us and read by us, forged, and in the older forms that archives hold. */
import { beforeAll, describe, expect, it } from 'vitest'
import { displayEntity } from '../../mail/display.ts'
import { certificateToPem, type Identity } from '../../pki/index.ts'
import { answerTo } from '../answer.ts'
import { textEntity, toMessage } from '../compose.ts'
import { fieldProtection } from '../header-protection.ts'
import type { MessageHeaders } from '../message-fields.ts'
import { headerValue, headerValues, parseEntity } from '../mime/entity.ts'
import { type ProtectHeadersOptions, protectHeaders } from '../protect-headers.ts'
import { entityToShow } from '../shown-entity.ts'
import {
  type Correspondence,
  createCorrespondence,
  encrypted,
  headers,
  reasonCodes,
  signed,
} from '../testing/correspondence.ts'
import { openssl } from '../testing/openssl.ts'
import { now, pemFiles } from '../testing/people.ts'

let world: Correspondence
let alva: Identity
let boRsa: Identity
let eve: Identity

beforeAll(async () => {
  world = await createCorrespondence('requirements on header protection')
  ;({ alva, boRsa, eve } = world)
})

const body = textEntity('Please review by Thursday.\n\nAlva')

const secret: MessageHeaders = {
  ...headers,
  to: ['Bo Example <bo@example.test>'],
  cc: ['eve@example.test'],
  subject: 'Kündigung Jones',
  comments: 'for your eyes',
  keywords: ['contract', 'urgent'],
}

function signedOnly(given = secret, signer = alva): Buffer {
  const { payload, outer } = protectHeaders(body, given, { confidentiality: 'clear' })
  return toMessage(outer, signed(signer, {}, payload))
}

function encryptedToBo(options: Partial<ProtectHeadersOptions> = {}, given = secret): Buffer {
  const { payload, outer } = protectHeaders(body, given, { confidentiality: 'cipher', ...options })
  return toMessage(outer, encrypted(signed(alva, {}, payload), boRsa))
}

/** `lines` are a payload's header, `outside` the fields around the message. */
function handMade(lines: readonly string[], outside: MessageHeaders, signer: Identity | undefined, text = 'x'): Buffer {
  const payload = Buffer.from([...lines, '', text, ''].join('\r\n'))
  return toMessage(outside, encrypted(signer === undefined ? payload : signed(signer, {}, payload), boRsa))
}

const outerOf = (message: Buffer): string => message.toString('latin1').split('\r\n\r\n')[0] ?? ''
const payloadOf = (message: Buffer) => parseEntity(world.open(message).content?.bytes ?? Buffer.alloc(0))

describe('HP-01 the hp parameter', () => {
  it('HP-01 says clear in what is signed only, cipher in what is encrypted, and stands at the root of the payload', () => {
    expect(payloadOf(signedOnly()).parameters).toMatchObject({ hp: 'clear', charset: 'utf-8' })
    expect(payloadOf(encryptedToBo()).parameters).toMatchObject({ hp: 'cipher', charset: 'utf-8' })
    expect(outerOf(signedOnly())).not.toContain('hp=')
  })

  it('HP-01 without it, fields in the payload mean nothing', () => {
    const opened = world.open(
      handMade(['Subject: inside', 'From: alva@example.test', 'Content-Type: text/plain'], headers, alva),
    )
    expect(opened.headers.subject).toBe(headers.subject)
    expect(opened.headerProtection).toBeUndefined()
  })

  it('HP-01 in a part below the root it means nothing, and in mail that nothing protects', () => {
    const part = '--b\r\nSubject: inside\r\nContent-Type: text/plain; hp="cipher"\r\n\r\nx\r\n--b--'
    const below = world.open(handMade(['Content-Type: multipart/mixed; boundary=b'], headers, alva, part))
    expect(below.headers.subject).toBe(headers.subject)
    const bare = protectHeaders(body, secret, { confidentiality: 'clear' }).payload
    expect(world.open(bare)).toMatchObject({ outcome: 'clear', layers: [] })
    expect(world.open(bare).headerProtection).toBeUndefined()
  })

  it('HP-01 cipher is no proof of encryption, clear inside encryption no promise of it (10.2)', () => {
    const { payload, outer } = protectHeaders(body, secret, { confidentiality: 'cipher' })
    const neverEncrypted = world.open(toMessage(outer, signed(alva, {}, payload)))
    expect(neverEncrypted).toMatchObject({ outcome: 'clear', headerProtection: { confidential: [] } })
    const wrapped = parseEntity(signedOnly())
    const inTransit = world.open(toMessage(headers, encrypted(signedEntityOf(wrapped.source), boRsa)))
    expect(inTransit).toMatchObject({ outcome: 'opened', headerProtection: { intent: 'clear', confidential: [] } })
  })
})

/** A message without the fields around it. */
function signedEntityOf(message: Buffer): Buffer {
  return message.subarray(message.indexOf('Content-Type: multipart/signed'))
}

describe('HP-02 fields inside and outside', () => {
  it('HP-02 every field is in the payload, and read from there', () => {
    for (const message of [signedOnly(), encryptedToBo()]) {
      const { headers: read, headerProtection } = world.open(message)
      expect(read).toMatchObject({
        from: 'alva@example.test',
        to: ['bo@example.test'],
        cc: ['eve@example.test'],
        subject: 'Kündigung Jones',
        date: now,
        messageId: '<1@example.test>',
      })
      expect(headerProtection?.fields.map(({ name }) => name)).toEqual([
        'from',
        'to',
        'cc',
        'subject',
        'date',
        'message-id',
        'comments',
        'keywords',
      ])
    }
  })

  it('HP-02 HP-Outer tells what stands outside, word for word', () => {
    const message = encryptedToBo()
    const outside = parseEntity(message)
      .headers.filter(({ name }) => !/^content-|^mime-version$/.test(name))
      .map(({ name, value }) => `${name}: ${value}`)
    const told = headerValues(payloadOf(message), 'hp-outer').map((each) =>
      each.replace(/^[^:]+/, (name) => name.toLowerCase()),
    )
    expect(told).toEqual(outside)
    expect(told).toContain('subject: [...]')
    expect(headerValues(payloadOf(signedOnly()), 'hp-outer')).toEqual([])
  })

  it("HP-02 what somebody added outside is not shown as the message's", () => {
    const message = encryptedToBo({}, { ...secret, cc: [] })
    const meddled = Buffer.concat([Buffer.from('Cc: mallory@example.test\r\n'), message])
    expect(world.open(meddled).headers).toMatchObject({ to: ['bo@example.test'], cc: [] })
  })

  it('HP-02, HP-06 the state of each field (4.3)', () => {
    const { headerProtection: protection, signature } = world.open(encryptedToBo())
    const stateOf = (name: string, isValid = signature.status === 'valid') => {
      const field = protection?.fields.find((each) => each.name === name)
      return field && fieldProtection(protection, field, isValid)
    }
    expect(stateOf('subject')).toBe('signed-and-encrypted')
    expect(stateOf('keywords')).toBe('signed-and-encrypted')
    expect(stateOf('to')).toBe('signed-only')
    expect(stateOf('subject', false)).toBe('encrypted-only')
    expect(stateOf('to', false)).toBe('unprotected')
    expect(fieldProtection(protection, { name: 'Subject', value: 'another' }, true)).toBe('unprotected')
  })

  it('HP-02 a field taken away outside does not become confidential by that (11.3)', () => {
    const meddled = Buffer.from(
      encryptedToBo()
        .toString('latin1')
        .replace(/^Cc: .*\r\n/m, ''),
      'latin1',
    )
    const { headerProtection } = world.open(meddled)
    expect(headerProtection?.confidential.map(({ name }) => name)).toEqual(['subject', 'comments', 'keywords'])
  })
})

describe('HP-03 what stands outside', () => {
  it('HP-03 by default Subject is [...], Comments and Keywords are out, all else is as inside', () => {
    const outer = parseEntity(encryptedToBo())
    expect(headerValue(outer, 'subject')).toBe('[...]')
    expect([headerValue(outer, 'comments'), headerValue(outer, 'keywords')]).toEqual([undefined, undefined])
    for (const name of ['from', 'to', 'cc', 'date', 'message-id'])
      expect(headerValue(outer, name)).toBe(headerValue(payloadOf(encryptedToBo()), name))
    expect(outerOf(encryptedToBo())).not.toMatch(/Jones|ndigung|contract|urgent|eyes/)
  })

  it('HP-03 shy leaves addresses only, none leaves everything', () => {
    const shy = parseEntity(encryptedToBo({ policy: 'shy' }))
    expect(['from', 'to', 'subject'].map((name) => headerValue(shy, name))).toEqual([
      'alva@example.test',
      'bo@example.test',
      '[...]',
    ])
    const none = world.open(encryptedToBo({ policy: 'none' }))
    expect(none).toMatchObject({ headers: { subject: secret.subject }, headerProtection: { confidential: [] } })
  })

  it('HP-03 what is signed only hides nothing', () => {
    expect(headerValue(parseEntity(signedOnly()), 'keywords')).toBe('contract, urgent')
  })

  it.each([
    ['another author', () => 'mallory@example.test'],
    ['no author', () => undefined],
    ['another domain', () => 'Alva Example <alva@example.net>'],
  ])('HP-03 no policy may change the address of the author: %s', (_, policy) => {
    const protect = () => encryptedToBo({ policy: (field) => (field.name === 'From' ? policy() : field.value) })
    expect(protect).toThrow(expect.objectContaining({ code: 'from-changed' }))
  })

  it('HP-03 OpenSSL opens and verifies what is so made, and sees the same payload', () => {
    const message = encryptedToBo({ legacyDisplay: true })
    const decrypt = ['cms', '-decrypt', '-in', 'msg', '-recip', 'bo.pem', '-inkey', 'bo.key', '-out', 'out']
    const inner = openssl(decrypt, { msg: message, ...pemFiles('bo', boRsa) })
    expect(inner.ok).toBe(true)
    const ca = `${certificateToPem(world.people.root)}${certificateToPem(world.people.authority.certificate)}`
    const verify = [
      'cms',
      '-verify',
      '-in',
      'msg',
      '-CAfile',
      'ca',
      '-attime',
      `${now.getTime() / 1000}`,
      '-out',
      'out',
    ]
    const verified = openssl(verify, { msg: inner.out, ca })
    expect(verified).toMatchObject({ ok: true, out: world.open(message).content?.bytes })
  })
})

describe('HP-04 two authors', () => {
  const inside = (from: string) => [
    `From: ${from}`,
    'To: bo@example.test',
    'Subject: pay',
    'Content-Type: text/plain; hp="cipher"',
    'HP-Outer: From: alva@example.test',
  ]

  it('HP-04 no signature: the one outside is shown, and both are told', () => {
    const opened = world.open(handMade(inside('chief@example.test'), headers, undefined))
    expect(opened.headers.from).toBe('alva@example.test')
    expect(opened.message).toMatch(/alva@example\.test outside, chief@example\.test inside/)
    expect(opened.headerProtection?.fromMismatch).toEqual({ outer: 'alva@example.test', inner: 'chief@example.test' })
  })

  it('HP-04 a signature of the one outside makes nobody the one inside', () => {
    const opened = world.open(handMade(inside('chief@example.test'), headers, alva))
    expect(opened).toMatchObject({ signature: { status: 'invalid' }, headers: { from: 'alva@example.test' } })
    expect(reasonCodes(opened)).toEqual(['ambiguous-from'])
  })

  it('HP-04 nor does one of a certificate that names nobody', async () => {
    const nameless = await world.people.enroll('nameless', { emails: [] })
    const opened = world.open(handMade(inside('chief@example.test'), headers, nameless))
    expect(opened).toMatchObject({ signature: { status: 'invalid' }, headers: { from: 'alva@example.test' } })
  })

  it('HP-04 a valid signature of the one inside decides, and the other one is told', () => {
    const list = { ...headers, from: 'list@example.org' }
    const opened = world.open(handMade(inside('alva@example.test'), list, alva))
    expect(opened).toMatchObject({ signature: { status: 'valid' }, headers: { from: 'alva@example.test' } })
    expect(reasonCodes(opened)).toEqual(['from-mismatch'])
  })

  it('HP-04 case and display name make no difference', () => {
    const opened = world.open(handMade(inside('"A. E." <ALVA@Example.Test>'), headers, alva))
    expect(reasonCodes(opened)).toEqual([])
    expect(opened.headerProtection?.fromMismatch).toBeUndefined()
  })
})

describe('HP-05 text for old readers', () => {
  const shownText = async (message: Buffer): Promise<string> => {
    const entity = entityToShow(world.open(message))
    return entity === undefined ? '' : (await displayEntity(entity)).text
  }

  it('HP-05 is in the content, octet for octet, and is not shown', async () => {
    const message = encryptedToBo({ legacyDisplay: true })
    const content = world.open(message).content?.bytes ?? Buffer.alloc(0)
    expect(parseEntity(content).parameters).toMatchObject({ hp: 'cipher', 'hp-legacy-display': '1' })
    expect((await displayEntity(content)).text).toBe(
      'Subject: Kündigung Jones\nComments: for your eyes\nKeywords: contract, urgent\n\nPlease review by Thursday.\n\nAlva',
    )
    expect(await shownText(message)).toBe('Please review by Thursday.\n\nAlva')
    expect(await shownText(encryptedToBo())).toBe('Please review by Thursday.\n\nAlva')
  })

  it('HP-05 of HTML neither', async () => {
    const html = [
      '<html><body>',
      '<div class="header-protection-legacy-display"><pre>Subject: Dinner</pre></div>',
      '<p>At eight.</p></body></html>',
    ]
    const lines = ['Subject: Dinner', 'Content-Type: text/html; charset="us-ascii"; hp-legacy-display="1"; hp="cipher"']
    const text = await shownText(handMade(lines, headers, alva, html.join('\r\n')))
    expect(text).toContain('<p>At eight.</p>')
    expect(text).not.toMatch(/Dinner|legacy/)
  })

  it('HP-05 the parameter hides nothing in mail that is not encrypted', async () => {
    const payload = Buffer.from(
      'Content-Type: text/plain; hp-legacy-display=1\r\n\r\nThe price is 100.\r\n\r\nPay it.\r\n',
    )
    expect(await shownText(toMessage(headers, signed(alva, {}, payload)))).toContain('The price is 100.')
  })
})

describe('HP-06 answers', () => {
  it("HP-06 hide what was hidden, also where one's own policy would not (D.2.2)", () => {
    const answer = answerTo(world.open(encryptedToBo()))
    expect(answer).toMatchObject({
      mustEncrypt: true,
      headers: {
        to: ['"Alva Example" <alva@example.test>'],
        subject: 'Re: Kündigung Jones',
        inReplyTo: '<1@example.test>',
      },
    })
    const mine = { ...headers, ...answer.headers, from: 'bo@example.test', messageId: '<2@example.test>' }
    const { payload, outer } = protectHeaders(body, mine, {
      confidentiality: 'cipher',
      policy: 'none',
      answering: answer.policy,
    })
    const outside = new Map(outer.map(({ name, value }) => [name, value]))
    expect(outside.get('Subject')).toBe('Re: [...]')
    expect(outside.get('In-Reply-To')).toBe('<1@example.test>')
    expect(outside.get('To')).toBe('Alva Example <alva@example.test>')
    expect(headerValues(parseEntity(payload), 'hp-outer')).toContain('Subject: Re: [...]')
  })

  it('HP-06 in the clear are refused', () => {
    const answer = answerTo(world.open(encryptedToBo()))
    const mine = { ...headers, ...answer.headers, from: 'bo@example.test' }
    const protect = () => protectHeaders(body, mine, { confidentiality: 'clear', answering: answer.policy })
    expect(protect).toThrow(expect.objectContaining({ code: 'confidential-header' }))
  })

  it('HP-06 go to whom the protected fields name, whatever stands outside (6.2)', () => {
    const message = handMade(
      ['From: alva@example.test', 'Reply-To: assistant@example.test', 'Content-Type: text/plain; hp=cipher'],
      { ...headers, from: 'mallory@example.test' },
      undefined,
    )
    const meddled = Buffer.concat([Buffer.from('Reply-To: mallory@example.test\r\n'), message])
    expect(world.open(meddled).headers.from).toBe('mallory@example.test')
    expect(answerTo(world.open(meddled)).headers.to).toEqual(['assistant@example.test'])
  })
})

describe('HP-07 a whole message inside', () => {
  const wrapped = (from: string, more = '', inner = ''): Buffer =>
    Buffer.from(
      [
        `Content-Type: message/rfc822${more}`,
        '',
        `From: ${from}`,
        'To: bo@example.test',
        'Subject: inside',
        `Content-Type: text/plain${inner}`,
        '',
        'hello',
      ].join('\r\n'),
    )
  const outside = { ...headers, from: 'alva@example.test', subject: '[...]' }

  it('HP-07, MSG-34 is the message: its fields are shown, and its text', () => {
    const opened = world.open(toMessage(outside, encrypted(signed(alva, {}, wrapped('alva@example.test')), boRsa)))
    expect(opened).toMatchObject({
      signature: { status: 'valid' },
      headers: { subject: 'inside', from: 'alva@example.test' },
      headerProtection: { scheme: 'rfc8551', intent: 'cipher' },
      content: { mediaType: 'message/rfc822', bytes: wrapped('alva@example.test') },
    })
    expect(opened.headerProtection?.confidential.map(({ name }) => name)).toEqual(['subject'])
    expect(parseEntity(entityToShow(opened) ?? Buffer.alloc(0))).toMatchObject({ mediaType: 'text/plain' })
  })

  it('HP-07, MSG-34 signed only, and with LF inside as RFC 9788 C.3.17 has it', () => {
    const lf = Buffer.from(wrapped('alva@example.test').toString().replaceAll('\r\n', '\n'))
    const opened = world.open(toMessage(outside, signed(alva, { form: 'opaque' }, lf)))
    expect(opened).toMatchObject({
      signature: { status: 'valid' },
      headers: { subject: 'inside' },
      headerProtection: { scheme: 'rfc8551', intent: 'clear', confidential: [] },
    })
  })

  it.each([
    ['by another author', wrapped('eve@example.test')],
    ['that says it is passed on', wrapped('alva@example.test', '; forwarded=yes')],
    ['with header protection of its own', wrapped('alva@example.test', '', '; hp="cipher"')],
  ])('HP-07, MSG-34 a message %s is an attachment', (_, payload) => {
    const opened = world.open(toMessage(outside, encrypted(signed(alva, {}, payload), boRsa)))
    expect(opened).toMatchObject({ signature: { status: 'valid' }, headers: { subject: '[...]' } })
    expect(opened.headerProtection).toBeUndefined()
    expect(entityToShow(opened)).toEqual(payload)
  })

  it('HP-07 so is one that is protected itself', () => {
    const inner = toMessage({ ...headers, subject: 'inside' }, signed(alva))
    const payload = Buffer.concat([Buffer.from('Content-Type: message/rfc822\r\n\r\n'), inner])
    const opened = world.open(toMessage(outside, encrypted(payload, boRsa)))
    expect(opened).toMatchObject({ headers: { subject: '[...]' }, signature: { status: 'unsigned' } })
  })

  it('HP-07 the protected headers of an older draft are read, what it leaves out is taken from outside', () => {
    const lines = ['Subject: inside', 'Content-Type: text/plain; protected-headers="v1"']
    expect(world.open(handMade(lines, outside, alva))).toMatchObject({
      headers: { subject: 'inside', to: ['bo@example.test'], from: 'alva@example.test' },
      headerProtection: { scheme: 'protected-headers' },
      signature: { status: 'valid' },
    })
  })

  it('HP-07 a stranger cannot pass for the author by wrapping', () => {
    const opened = world.open(toMessage(outside, signed(eve, {}, wrapped('alva@example.test'))))
    expect(opened.signature.status).toBe('invalid')
    expect(reasonCodes(opened)).toEqual(['address-mismatch'])
  })
})
