import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { encryptEntity, signEntity, textEntity, toMessage } from '../../simulator/smime/index.ts'
import { createPeople, now } from '../../simulator/smime/testing/people.ts'
import { askPeers } from './ask.ts'
import { opensslPeer } from './openssl.ts'
import type { Peer, Question } from './opinion.ts'
import { pkijsPeer } from './pkijs.ts'

const people = await createPeople('opinions')
const alva = await people.enroll('alva', { key: 'rsa-2048' })
const bo = await people.enroll('bo', { key: 'rsa-2048' })
const text = textEntity('hello')
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

function question(
  more: Partial<Question> = {},
  keyTransport: 'rsa-oaep-sha256' | 'rsa-v1.5' = 'rsa-oaep-sha256',
): Question {
  const signed = signEntity(text, { signer: bo, form: 'opaque', signingTime: now })
  const bytes = toMessage(
    { from: 'bo@example.test', to: ['alva@example.test'], subject: 'x', date: now, messageId: '<x@example.test>' },
    encryptEntity(signed, { recipients: [alva.certificate], contentCipher: 'aes-256-cbc', keyTransport }),
  )
  return { message: 'm', device: 'd', bytes, key: alva, ours: sha256(text), signature: 'valid', ...more }
}

describe.each([opensslPeer, pkijsPeer])('$name', (peer) => {
  test('agrees with what is right', async () => {
    expect(await askPeers([peer], [question()])).toMatchObject({ asked: 1, agreed: 1, disagreements: [] })
  })

  test('agrees that a key that is no recipient opens nothing', async () => {
    const { disagreements } = await askPeers([peer], [question({ key: bo, ours: undefined })])
    expect(disagreements).toEqual([])
  })

  test('disagrees with other content, and with "does not open"', async () => {
    const { agreed, disagreements } = await askPeers(
      [peer],
      [question({ ours: sha256(Buffer.from('other')) }), question({ ours: undefined })],
    )
    expect(agreed).toBe(0)
    expect(disagreements.map((each) => each.about)).toEqual(['m on d', 'm on d'])
    expect(disagreements[1]?.ours).toBe('does not open')
  })
})

test('pkijs says where it cannot say', async () => {
  const { asked, peers } = await askPeers([pkijsPeer], [question({}, 'rsa-v1.5')])
  expect([asked, peers[0]?.cannotSay]).toEqual([0, 1])
})

test('a peer that is not there is named with the command that helps', async () => {
  const missing: Peer = { name: 'nosuch', version: async () => undefined, ask: async () => ({ kind: 'agrees' }) }
  const { unavailable, asked } = await askPeers([missing], [question()])
  expect(asked).toBe(0)
  expect(unavailable).toEqual([
    { peer: 'nosuch', reason: 'nosuch is not installed', install: 'sudo apt-get install -y nosuch' },
  ])
})
