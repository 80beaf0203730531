/** Blind copies (RFC 9788 11.4, RFC 5322 3.6.3): nobody learns of them, from the header or from the CMS. */
import { beforeAll, describe, expect, it } from 'vitest'
import type { Identity } from '../../pki/index.ts'
import { recipientMatches } from '../cms/index.ts'
import { textEntity } from '../compose.ts'
import { type Addressee, type Letter, makeEnvelopes, type SealedLetter } from '../envelopes.ts'
import { parseEntity } from '../mime/entity.ts'
import { type Correspondence, createCorrespondence } from '../testing/correspondence.ts'
import { openssl } from '../testing/openssl.ts'
import { now, pemFiles } from '../testing/people.ts'
import { cmsOf, envelopeParts } from './testing/cms-parts.ts'

let world: Correspondence
let people: Record<'alva' | 'bo' | 'eve' | 'dana' | 'erik', Identity>
const text = textEntity('To all of you')

beforeAll(async () => {
  world = await createCorrespondence('requirements on blind copies')
  const dana = await world.people.enroll('dana', { key: 'rsa-2048' })
  const erik = await world.people.enroll('erik')
  people = { alva: world.alva, bo: world.bo, eve: world.eve, dana, erik }
})

const addressee = (name: keyof typeof people): Addressee => ({
  mailbox: `${name}@example.test`,
  certificate: people[name].certificate,
})

function plainLetter(): Letter {
  return {
    headers: { from: 'alva@example.test', subject: 's', date: now, messageId: '<1@example.test>' },
    to: [addressee('bo')],
    entity: text,
    signing: { signer: people.alva, form: 'clear', signingTime: now },
    encryption: { contentCipher: 'aes-256-cbc' },
  }
}

function letter(more: Partial<Letter> = {}): SealedLetter {
  return makeEnvelopes({
    ...plainLetter(),
    cc: [addressee('eve')],
    bcc: [addressee('dana'), addressee('erik')],
    own: people.alva.certificate,
    ...more,
  })
}

/** Whom the CMS of a message names, of all the people there are. */
function namedIn(message: Buffer): string[] {
  const ids = world.open(message, []).recipients.flatMap((each) => each.ids)
  expect(envelopeParts(cmsOf(message)).recipients).toHaveLength(ids.length)
  return ids.map(
    (id) =>
      Object.entries(people).find(([, { certificate }]) => recipientMatches(id, certificate))?.[0] ?? 'a stranger',
  )
}

describe.each([
  ['header fields outside', {}],
  ['header protection', { headerProtection: {} }],
] as const)('BCC-01 with %s', (_, options) => {
  it('BCC-01 the copy of To and Cc names them and the sender, and nobody else', () => {
    const [first] = letter(options).envelopes
    expect(first?.to).toEqual(['bo@example.test', 'eve@example.test'])
    expect(namedIn(first?.message ?? text).sort()).toEqual(['alva', 'bo', 'eve'])
    expect(first?.message.toString('latin1')).not.toMatch(/^bcc:|(?:dana|erik)@/im)
  })

  it('BCC-01 each blind recipient gets a message of their own that names them alone', () => {
    const [, ...blind] = letter(options).envelopes
    expect(blind.map(({ to }) => to)).toEqual([['dana@example.test'], ['erik@example.test']])
    expect(blind.map(({ message }) => namedIn(message))).toEqual([['dana'], ['erik']])
    for (const { message } of blind) expect(message.toString('latin1')).not.toMatch(/^bcc:/im)
  })

  it('BCC-01 all of them read the same letter, signed by the sender', () => {
    const readers = [people.bo, people.dana, people.erik]
    const opened = letter(options).envelopes.map(({ message }, at) => world.open(message, readers.slice(at, at + 1)))
    for (const each of opened) {
      expect(each).toMatchObject({ outcome: 'opened', signature: { status: 'valid' } })
      expect(each.headers).toMatchObject({ to: ['bo@example.test'], cc: ['eve@example.test'], subject: 's' })
      expect(each.content?.bytes).toEqual(opened[0]?.content?.bytes)
      expect(each.content?.bytes.toString()).not.toMatch(/dana|erik/)
    }
  })

  it('BCC-01 the sender keeps a copy that names everybody', () => {
    const { kept = text } = letter(options)
    expect(namedIn(kept).sort()).toEqual(['alva', 'bo', 'dana', 'erik', 'eve'])
    const opened = world.open(kept, [people.alva])
    expect(opened).toMatchObject({ outcome: 'opened', signature: { status: 'valid' } })
    const inside = opened.headerProtection?.fields ?? parseEntity(kept).headers
    expect(inside.find(({ name }) => name === 'bcc')?.value.replace(/\s/g, '')).toBe(
      'dana@example.test,erik@example.test',
    )
  })
})

describe('envelopes', () => {
  it('BCC-01 who is named for all to see gets no blind copy', () => {
    const { envelopes } = letter({ bcc: [{ ...addressee('bo'), mailbox: 'Bo <BO@Example.Test>' }] })
    expect(envelopes.map(({ to }) => to)).toEqual([['bo@example.test', 'eve@example.test']])
  })

  it('BCC-01 who is named twice gets one', () => {
    const { envelopes } = letter({ cc: [addressee('bo')], bcc: [addressee('dana'), addressee('dana')] })
    expect(envelopes.map(({ to }) => to)).toEqual([['bo@example.test'], ['dana@example.test']])
  })

  it('BCC-01 of blind copies alone, no copy names anybody else', () => {
    const { envelopes } = letter({ to: [], cc: [] })
    expect(envelopes.map(({ message }) => namedIn(message))).toEqual([['dana'], ['erik']])
  })

  it('MSG-24 the sender keeps what was sent where nobody is blind, and nothing without a certificate of their own', () => {
    const { envelopes, kept } = letter({ bcc: [] })
    expect(kept).toEqual(envelopes[0]?.message)
    expect(makeEnvelopes(plainLetter()).kept).toBeUndefined()
  })

  it('asks for a recipient', () => {
    expect(() => letter({ to: [], cc: [], bcc: [] })).toThrow(expect.objectContaining({ code: 'recipient-missing' }))
  })

  it('OpenSSL opens the copy of a blind recipient, and no other with that key', () => {
    const opens = (message: Buffer): boolean => {
      const args = ['cms', '-decrypt', '-in', 'msg', '-recip', 'dana.pem', '-inkey', 'dana.key', '-out', 'out']
      return openssl(args, { msg: message, ...pemFiles('dana', people.dana) }).ok
    }
    expect(letter().envelopes.map(({ message }) => opens(message))).toEqual([false, true, false])
  })
})
