import { beforeAll, describe, expect, it } from 'vitest'
import { textEntity } from './compose.ts'
import { entityBytes, headerValue, headerValues, parseEntity, rawBody } from './mime/entity.ts'
import { protectHeaders } from './protect-headers.ts'
import { type Correspondence, createCorrespondence, headers, signed } from './testing/correspondence.ts'

let world: Correspondence

beforeAll(async () => {
  world = await createCorrespondence('protect-headers')
})

const clear = (entity: string, given = headers) =>
  parseEntity(protectHeaders(Buffer.from(entity), given, { confidentiality: 'clear' }).payload)

describe('the payload', () => {
  it.each([
    ['no Content-Type', 'X-Note: 1\r\n\r\nx', 'text/plain; charset=us-ascii;\r\n hp="clear"'],
    ['no header', '\r\nx', 'text/plain; charset=us-ascii;\r\n hp="clear"'],
    ['a trailing semicolon', 'Content-Type: text/html; ;\r\n\r\nx', 'text/html;\r\n hp="clear"'],
    ['LF line ends', 'Content-Type: text/html;\n charset=utf-8\n\nx', 'text/html;\r\n charset=utf-8;\r\n hp="clear"'],
  ])('marks an entity with %s', (_, entity, type) => {
    const payload = clear(entity)
    const raw = payload.headers.find(({ name }) => name === 'content-type')?.raw
    expect(raw).toBe(`Content-Type: ${type}\r\n`)
    expect(rawBody(payload).toString()).toBe('x')
    expect(payload.parameters.hp).toBe('clear')
  })

  it.each([
    ['is protected already', 'Content-Type: text/plain; hp="clear"\r\n\r\nx'],
    ['ends in an open quote', 'Content-Type: text/plain; name="x\r\n\r\nx'],
    ['ends in an open comment', 'Content-Type: text/plain (x\r\n\r\nx'],
  ])('refuses an entity that %s', (_, entity) => {
    expect(() => clear(entity)).toThrow(expect.objectContaining({ code: 'mime-malformed' }))
  })

  it('keeps the body as it is, in lines of at most 78 characters', () => {
    const to = Array.from({ length: 20 }, (_, at) => `Recipient Number ${at} <recipient-${at}@example.test>`)
    const body = textEntity('Grüße')
    const options = { confidentiality: 'cipher', policy: 'none' } as const
    const { payload, outer } = protectHeaders(body, { ...headers, to, subject: 'long '.repeat(40).trim() }, options)
    expect(rawBody(parseEntity(payload))).toEqual(rawBody(parseEntity(body)))
    const lengths = payload.toString('latin1').split('\r\n')
    expect(Math.max(...lengths.map((each) => each.length))).toBeLessThanOrEqual(90)
    expect(headerValues(parseEntity(payload), 'hp-outer')).toHaveLength(outer.length)
  })

  it('is not clear-signed where an address is beyond ASCII', () => {
    const { payload } = protectHeaders(
      textEntity('x'),
      { ...headers, to: ['jürgen@example.test'] },
      { confidentiality: 'clear' },
    )
    expect(() => signed(world.alva, {}, payload)).toThrow(expect.objectContaining({ code: 'entity-not-7-bit' }))
    const opened = world.open(signed(world.alva, { form: 'opaque' }, payload))
    expect(opened).toMatchObject({ headers: { to: ['jürgen@example.test'] }, signature: { status: 'valid' } })
  })

  it('refuses what a policy makes of a value if no field can hold it', () => {
    const policy = ({ name, value }: { name: string; value: string }) => (name === 'Subject' ? 'a\r\nBcc: x' : value)
    expect(() => protectHeaders(textEntity('x'), headers, { confidentiality: 'cipher', policy })).toThrow(
      expect.objectContaining({ code: 'header-malformed' }),
    )
  })
})

describe('text for old readers', () => {
  const made = (entity: string, subject = 'Dinner & <more>') => {
    const options = { confidentiality: 'cipher', legacyDisplay: true } as const
    return parseEntity(protectHeaders(Buffer.from(entity), { ...headers, subject }, options).payload)
  }

  it('stands in front of plain text, in its charset', () => {
    const utf8 = made('Content-Type: text/plain; charset=utf-8\r\n\r\nhello', 'Grüße')
    expect(entityBytes(utf8).toString()).toMatch(/quoted-printable\r\n\r\nSubject: Gr=C3=BC=C3=9Fe\r\n\r\nhello$/)
    expect(entityBytes(made('\r\nhello', 'Grüße')).toString()).toMatch(/\r\nSubject: Gr\?e\r\n\r\nhello$/)
  })

  it('is an element of its own in HTML, escaped', () => {
    const html = made('Content-Type: text/html; charset=utf-8\r\n\r\n<html><BODY class="x"><p>hello</p></BODY></html>')
    expect(rawBody(html).toString().replaceAll('=\r\n', '').replaceAll('=3D', '=')).toBe(
      '<html><BODY class="x"><div class="header-protection-legacy-display">\r\n' +
        '<pre>Subject: Dinner &amp; &lt;more&gt;</pre></div>\r\n<p>hello</p></BODY></html>',
    )
  })

  it('stands in main body parts only (5.2.4)', () => {
    const part = (type: string, text: string) => `Content-Type: ${type}\r\n\r\n${text}\r\n`
    const alternative = `--a\r\n${part('text/plain', 'plain')}--a\r\n${part('text/html', 'html')}--a--\r\n`
    const mixed = [
      `--m\r\n${part('multipart/alternative; boundary=a', alternative)}`,
      `--m\r\n${part('text/plain', 'attached')}`,
      '--m\r\nContent-Disposition: attachment\r\nContent-Type: text/plain\r\n\r\nfile\r\n--m--\r\n',
    ]
    const text = entityBytes(made(part('multipart/mixed; boundary=m', mixed.join('')))).toString()
    expect(text.match(/hp-legacy-display="1"/g)).toHaveLength(2)
    expect(text).toContain('Content-Type: text/plain\r\n\r\nattached\r\n')
    expect(text).toContain('Content-Type: text/plain\r\n\r\nfile\r\n')
  })

  it('is left out where nothing is hidden, and where there is no text to put it in', () => {
    const options = { confidentiality: 'cipher', policy: 'none', legacyDisplay: true } as const
    const none = protectHeaders(textEntity('hello'), headers, options)
    expect(parseEntity(none.payload).parameters['hp-legacy-display']).toBeUndefined()
    expect(made('Content-Type: image/png\r\n\r\nx').parameters['hp-legacy-display']).toBeUndefined()
    expect(headerValue(made('Content-Type: image/png\r\n\r\nx'), 'content-transfer-encoding')).toBeUndefined()
  })
})
