import { describe, expect, test } from 'vitest'
import type { OpenOutcome } from '../simulator/device/open-outcome.ts'
import { encryptEntity, openMessage, textEntity } from '../simulator/smime/index.ts'
import { createPeople, now } from '../simulator/smime/testing/people.ts'
import { attributeCause } from './attribute-cause.ts'

describe('a cell that no key fits', async () => {
  const people = await createPeople('causes')
  const theirs = await people.enroll('alva')
  const strangers = await people.enroll('bo')
  const message = encryptEntity(textEntity('x'), { recipients: [theirs.certificate], contentCipher: 'aes-128-cbc' })
  const { openedBy: _, cause: __, ...rest } = openMessage(message, { keys: [], trust: { anchors: [], at: now } })
  const closed: OpenOutcome = { ...rest, cause: 'no-matching-key' }

  test('was never delivered, where the user has such a certificate anywhere', () => {
    expect(attributeCause(closed, [strangers.certificate, theirs.certificate])).toBe('key-never-delivered')
  })

  test('was never meant for the user otherwise', () => {
    expect(attributeCause(closed, [strangers.certificate])).toBe('never-recipient')
  })

  test("keeps the device's own cause where it has one", () => {
    expect(attributeCause({ ...closed, cause: 'smime-off' }, [theirs.certificate])).toBe('smime-off')
  })

  test('has no cause where it opened', () => {
    expect(attributeCause({ ...closed, outcome: 'opened' }, [theirs.certificate])).toBeUndefined()
  })
})
