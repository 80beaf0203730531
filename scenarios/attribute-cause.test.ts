import { describe, expect, test } from 'vitest'
import type { OpenOutcome } from '../simulator/device/open-outcome.ts'
import { encryptEntity, openMessage, textEntity, toMessage } from '../simulator/smime/index.ts'
import { createPeople, now } from '../simulator/smime/testing/people.ts'
import { attributeCause, isTheirs, type UserView } from './attribute-cause.ts'

const people = await createPeople('causes')
const alva = await people.enroll('alva')
const bo = await people.enroll('bo')
const lost = await people.enroll('lost')
const view: UserView = { theirs: [alva.certificate], others: [bo.certificate], address: 'alva@example.test' }

function closed(to: string, ...recipients: (typeof alva)[]): OpenOutcome {
  const entity = encryptEntity(textEntity('x'), {
    recipients: recipients.map((each) => each.certificate),
    contentCipher: 'aes-128-cbc',
  })
  const message = toMessage(
    { from: 'bo@example.test', to: [to], subject: 's', date: now, messageId: '<s@example.test>' },
    entity,
  )
  const { openedBy: _, cause: __, ...rest } = openMessage(message, { keys: [], trust: { anchors: [], at: now } })
  return { ...rest, cause: 'no-matching-key' }
}

describe('a cell that no key fits', () => {
  test.each([
    ['the user has such a certificate somewhere', closed('team@example.test', alva), 'key-never-delivered', true],
    [
      'it names a key of nobody, in mail to the user: one that was never imported',
      closed('alva@example.test', lost),
      'key-never-delivered',
      true,
    ],
    ['it is to the user, but only others have a key for it', closed('alva@example.test', bo), 'never-recipient', true],
    ['it is to others and names a key of nobody', closed('team@example.test', lost), 'never-recipient', false],
    ['it is to others', closed('bo@example.test', bo), 'never-recipient', false],
  ] as const)('%s', (_, outcome, cause, theirs) => {
    expect([attributeCause(outcome, view), isTheirs(outcome, view)]).toEqual([cause, theirs])
  })

  test("keeps the device's own cause where it has one", () => {
    expect(attributeCause({ ...closed('alva@example.test', alva), cause: 'smime-off' }, view)).toBe('smime-off')
  })
})

test('what opened has no cause', () => {
  expect(attributeCause({ ...closed('alva@example.test', alva), outcome: 'opened' }, view)).toBeUndefined()
})
