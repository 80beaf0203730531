/** Alva writes to Bo, Eve meddles: the cast and the letters of the tests on whole messages. */
import type { Identity } from '../../pki/index.ts'
import { encryptEntity, type MessageHeaders, signEntity, textEntity } from '../compose.ts'
import { type OpenedMessage, openMessage } from '../open-message.ts'
import { createPeople, now, type PeopleWorld } from './people.ts'

export const text = textEntity('Grüße aus dem Archiv\n.\nFrom here on')

export const headers: MessageHeaders = {
  from: 'Alva Example <alva@example.test>',
  to: ['bo@example.test'],
  subject: 'Übersicht',
  date: now,
  messageId: '<1@example.test>',
}

export interface Correspondence {
  readonly people: PeopleWorld
  /** RSA. */
  readonly alva: Identity
  /** Bo's two certificates: P-256 and RSA. */
  readonly bo: Identity
  readonly boRsa: Identity
  readonly eve: Identity
  /** Alva's address, certified by an authority that nobody here trusts. */
  readonly stranger: Identity
  /** As Bo does. */
  open(message: Uint8Array, keys?: readonly Identity[]): OpenedMessage
}

export async function createCorrespondence(label: string): Promise<Correspondence> {
  const people = await createPeople(label)
  const alva = await people.enroll('alva', { key: 'rsa-2048' })
  const bo = await people.enroll('bo')
  const boRsa = await people.enroll('bo', { key: 'rsa-2048' })
  const eve = await people.enroll('eve')
  const stranger = await (await createPeople(`${label} elsewhere`)).enroll('alva')
  const trust = { anchors: [people.root], intermediates: [people.authority.certificate], at: now }
  const open: Correspondence['open'] = (message, keys = [bo, boRsa]) => openMessage(message, { keys, trust })
  return { people, alva, bo, boRsa, eve, stranger, open }
}

export function signed(
  signer: Identity,
  options: Partial<Parameters<typeof signEntity>[1]> = {},
  entity = text,
): Buffer {
  return signEntity(entity, { signer, form: 'clear', signingTime: now, ...options })
}

export function encrypted(
  entity: Buffer,
  to: Identity,
  contentCipher: 'aes-256-cbc' | 'aes-256-gcm' = 'aes-256-cbc',
): Buffer {
  return encryptEntity(entity, { recipients: [to.certificate], contentCipher })
}

/** Every reason of every signer. */
export function reasonCodes(opened: OpenedMessage): string[] {
  return opened.signature.signers.flatMap((each) => each.reasons.map(({ code }) => code))
}
