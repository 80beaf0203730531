/**
 * What EFAIL (Poddebniak and others, 2018) does to ciphertext: CBC gadgets that rewrite plaintext blocks, and bit flips.
 * CBC cannot show it by itself, so the result must never carry a good signature; AEAD must give nothing back at all.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import type { Identity } from '../pki/index.ts'
import { encryptEntity, openMessage, signEntity, textEntity, toMessage } from './index.ts'
import { bodyBytes, parseEntity } from './mime/entity.ts'
import { createPeople, now, type PeopleWorld } from './testing/people.ts'

let people: PeopleWorld
let alva: Identity
let bo: Identity
const text = textEntity(`Block by block.\r\n${'All of this is secret.\r\n'.repeat(8)}`)

beforeAll(async () => {
  people = await createPeople('efail')
  alva = await people.enroll('alva', { key: 'rsa-2048' })
  bo = await people.enroll('bo')
})

function sealed(contentCipher: 'aes-256-cbc' | 'aes-256-gcm', signed: boolean): Buffer {
  const chain = [...people.authority.chain]
  const inner = signed ? signEntity(text, { signer: bo, certificates: chain, form: 'clear', signingTime: now }) : text
  return bodyBytes(parseEntity(encryptEntity(inner, { recipients: [alva.certificate], contentCipher })))
}

function open(cms: Buffer) {
  const head = 'Content-Type: application/pkcs7-mime; name=smime.p7m\r\nContent-Transfer-Encoding: base64'
  const entity = Buffer.from(`${head}\r\n\r\n${cms.toString('base64')}\r\n`)
  const message = toMessage(
    { from: 'bo@example.test', to: ['alva@example.test'], subject: 's', date: now, messageId: '<e@x.test>' },
    entity,
  )
  return openMessage(message, {
    keys: [alva],
    trust: { anchors: [people.root], intermediates: [people.authority.certificate], at: now },
  })
}

/** The encrypted content is the last thing in EnvelopedData. */
function ciphertextStart(cms: Buffer, blocks: number): number {
  return cms.length - blocks * 16
}

function edited(cms: Buffer, edit: (bytes: Buffer) => void): Buffer {
  const copy = Buffer.from(cms)
  edit(copy)
  return copy
}

const flip = (at: number, mask: number) => (bytes: Buffer) => {
  bytes[at] = (bytes[at] as number) ^ mask
}

test('the control: unedited it opens, with a valid signature', () => {
  expect(open(sealed('aes-256-cbc', true))).toMatchObject({ outcome: 'opened', signature: { status: 'valid' } })
  expect(open(sealed('aes-256-gcm', true))).toMatchObject({ outcome: 'opened', signature: { status: 'valid' } })
})

describe('CBC', () => {
  test('a gadget (two ciphertext blocks repeated) never leaves a valid signature', () => {
    const cms = sealed('aes-256-cbc', true)
    for (let block = 4; block < 40; block += 3) {
      const from = ciphertextStart(cms, block)
      const opened = open(edited(cms, (bytes) => bytes.copyWithin(from, from - 32, from)))
      expect(opened.signature.status, `block ${block}`).not.toBe('valid')
    }
  })

  test('a bit flipped anywhere in signed ciphertext never leaves a valid signature over other content', () => {
    const cms = sealed('aes-256-cbc', true)
    const honest = open(cms).content?.bytes
    for (let at = cms.length - 1; at > cms.length - 1500; at -= 13) {
      const opened = open(edited(cms, flip(at, 4)))
      if (opened.signature.status === 'valid')
        expect(opened.content?.bytes.equals(honest ?? Buffer.alloc(0))).toBe(true)
    }
  })

  test('without a signature a change may open: it is unsigned, and the layer says that nothing authenticates it', () => {
    const cms = sealed('aes-256-cbc', false)
    const opened = open(edited(cms, flip(cms.length - 80, 1)))
    expect(opened.signature.status).toBe('unsigned')
    expect(opened.layers.map((layer) => layer.kind)).toEqual(['enveloped'])
  })
})

test('GCM gives nothing back when any bit differs', () => {
  const cms = sealed('aes-256-gcm', true)
  // The content and the tag behind it.
  for (let at = cms.length - 1; at > cms.length - 1500; at -= 11) {
    const opened = open(edited(cms, flip(at, 1)))
    expect([opened.outcome, opened.content], `octet ${at}`).toEqual(['closed', undefined])
  }
})
