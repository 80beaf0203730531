import { describe, expect, it } from 'vitest'
import { answerTo } from './answer.ts'
import type { Field } from './message-fields.ts'

const headers = { to: [], cc: [] }

/** An answer to an encrypted message with header protection. */
function answering(fields: readonly Field[], outer: readonly Field[] = []) {
  const headerProtection = { scheme: 'rfc9788', intent: 'cipher', fields, outer, confidential: [] } as const
  return answerTo({ outcome: 'opened', headers, headerProtection })
}

const field = (name: string, value: string): Field => ({ name, value })

describe('an answer', () => {
  it('goes to Reply-To before From, and joins the thread', () => {
    const { headers: made } = answering([
      field('from', '=?utf-8?Q?J=C3=BCrgen?= <j@example.test>'),
      field('reply-to', 'a@example.test, "B, C" <b@example.test>'),
      field('subject', 'RE: plans'),
      field('message-id', '<3@example.test>'),
      field('references', '<1@example.test>\t<2@example.test> junk'),
    ])
    expect(made).toEqual({
      to: ['a@example.test', '"B, C" <b@example.test>'],
      subject: 'RE: plans',
      inReplyTo: '<3@example.test>',
      references: ['<1@example.test>', '<2@example.test>', '<3@example.test>'],
    })
    expect(answering([field('from', '=?utf-8?Q?J=C3=BCrgen?= <j@example.test>')]).headers.to).toEqual([
      '"Jürgen" <j@example.test>',
    ])
  })

  it('to a message without header protection takes what was read', () => {
    const read = { ...headers, from: 'bo@example.test', subject: 'Übersicht', messageId: '<1@example.test>' }
    const answer = answerTo({ outcome: 'opened', headers: read })
    expect(answer.headers).toMatchObject({ to: ['bo@example.test'], subject: 'Re: Übersicht' })
    expect(answer.mustEncrypt).toBe(true)
    expect(answerTo({ outcome: 'clear', headers: read }).mustEncrypt).toBe(false)
    expect(answer.policy(field('Subject', 'Re: x'))).toBe('Re: x')
  })

  it('hides what was taken away outside, and what was another outside', () => {
    const { policy } = answering(
      [
        field('from', 'Bo Example <bo@example.test>'),
        field('subject', 'plans'),
        field('message-id', '<secret@example.test>'),
      ],
      [field('from', 'bo@example.test'), field('subject', '[...]')],
    )
    expect(policy(field('Subject', 'Re: plans'))).toBe('Re: [...]')
    expect(policy(field('Subject', 'Re: other plans'))).toBe('Re: other plans')
    expect(policy(field('To', 'Bo Example <bo@example.test>'))).toBe('bo@example.test')
    expect(policy(field('In-Reply-To', '<secret@example.test>'))).toBeUndefined()
    expect(policy(field('References', '<secret@example.test>'))).toBeUndefined()
  })

  it('is made of hostile fields too', () => {
    const hostile = [
      field('from', `"=?utf-8?B?${Buffer.from('\r\nBcc: x@example.test').toString('base64')}?=" <a@[1.2.3.4\\]]>`),
      field('subject', '=?utf-8?B?DQpCY2M6IHg=?='),
      field('message-id', '<a b>'),
      field('references', '<r@example.test> '.repeat(500)),
    ]
    const { headers: made } = answering(hostile, hostile)
    expect(made.to).toEqual([])
    expect(made.subject).not.toMatch(/[\r\n]/)
    expect(made.inReplyTo).toBeUndefined()
    expect(made.references).toHaveLength(20)
  })
})
