import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { LabError } from '../error.ts'
import { answerTo } from './answer.ts'
import { textEntity, toMessage } from './compose.ts'
import { bodyBytes, parseEntity } from './mime/entity.ts'
import { protectHeaders } from './protect-headers.ts'
import { entityToShow } from './shown-entity.ts'
import { type Correspondence, createCorrespondence, encrypted, headers, signed } from './testing/correspondence.ts'
import { mutate, mutation } from './testing/mutation.ts'

let world: Correspondence

beforeAll(async () => {
  world = await createCorrespondence('header protection properties')
})

const line = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 120 })
  .map((each) =>
    [...each]
      .filter((one) => one >= ' ' && one !== '\u007f')
      .join('')
      .trim(),
  )
  .filter((each) => each !== '')

describe('header protection', () => {
  it('brings every subject, keyword and text through, and shows none of it outside', () => {
    fc.assert(
      fc.property(line, line, fc.boolean(), (subject, keyword, legacyDisplay) => {
        const given = { ...headers, subject: `secret ${subject}`, keywords: [`secret ${keyword}`] }
        const text = textEntity(`first\n\n${subject}\n`)
        const { payload, outer } = protectHeaders(text, given, { confidentiality: 'cipher', legacyDisplay })
        const message = toMessage(outer, encrypted(payload, world.bo))
        const opened = world.open(message)
        expect(opened.headers.subject).toBe(given.subject)
        expect(opened.headerProtection?.confidential.map(({ name }) => name)).toEqual(['subject', 'keywords'])
        expect(opened.content?.bytes).toEqual(payload)
        const shown = parseEntity(entityToShow(opened) ?? Buffer.alloc(0))
        expect(bodyBytes(shown)).toEqual(bodyBytes(parseEntity(text)))
        expect(outer.map(({ value }) => value).join()).not.toContain('secret')
        expect(answerTo(opened).headers.subject).toBe(`Re: ${given.subject}`)
      }),
      { numRuns: 150 },
    )
  })

  it('holds: whatever is changed on the way, a valid signature shows the header that was signed', () => {
    const secret = { ...headers, cc: ['eve@example.test'], subject: 'the real one', keywords: ['a', 'b'] }
    const made = (['clear', 'cipher'] as const).map((confidentiality) => {
      const { payload, outer } = protectHeaders(textEntity('text'), secret, { confidentiality })
      const entity = signed(world.alva, {}, payload)
      return toMessage(outer, confidentiality === 'clear' ? entity : encrypted(entity, world.bo, 'aes-256-gcm'))
    })
    const [expected] = made.map((message) => world.open(message).headers)
    fc.assert(
      fc.property(fc.nat(1), fc.array(mutation, { minLength: 1, maxLength: 4 }), (which, changes) => {
        const opened = world.open(mutate(made[which] ?? textEntity(''), changes))
        expect(opened.message ?? '').not.toMatch(/^unexpected/)
        if (opened.signature.status === 'valid') expect(opened.headers).toEqual(expected)
      }),
      { numRuns: 1000 },
    )
  })

  it('of hostile payloads is read, shown and answered without surprise', () => {
    const piece = fc.constantFrom(
      'Content-Type: text/plain; hp="cipher"; hp-legacy-display=1',
      'Content-Type: text/html; hp=cipher; hp-legacy-display="1"',
      'Content-Type: multipart/mixed; boundary=b; hp="cipher"',
      'Content-Type: message/rfc822',
      'Content-Transfer-Encoding: base64',
      'Content-Transfer-Encoding: x-none',
      'HP-Outer: Subject: [...]',
      'HP-Outer: nothing',
      'HP-Outer: :',
      'From: alva@example.test',
      'From: "x" <eve@example.test>, b',
      'Reply-To: <',
      'Subject: =?utf-8?B?DQo=?=',
      'Message-ID: <a@b> <c@d>',
      '<div class="header-protection-legacy-display">',
      '--b',
      '--b--',
      '',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 16 }), fc.constantFrom('\r\n', '\n'), (lines, eol) => {
        const payload = Buffer.from(`X: 1${eol}${lines.join(eol)}`)
        const opened = world.open(toMessage(headers, encryptedAsIs(payload)))
        expect(opened.message ?? '').not.toMatch(/^unexpected/)
        expect(entityToShow(opened) === undefined).toBe(opened.content === undefined)
        expect(answerTo(opened).headers.subject).not.toMatch(/[\r\n]/)
      }),
      { numRuns: 300 },
    )
  })
})

/** What is no entity is not refused here, as a hostile sender would not refuse it either. */
function encryptedAsIs(payload: Buffer): Buffer {
  try {
    return encrypted(payload, world.bo)
  } catch (error) {
    if (error instanceof LabError) return textEntity('')
    throw error
  }
}
