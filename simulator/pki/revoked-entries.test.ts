import { expect, test } from 'vitest'
import { Oid } from '../asn1/oid.ts'
import * as write from '../asn1/write.ts'
import { LabError } from '../error.ts'
import { parseCrl } from './crl.ts'
import { type Extra, extension } from './testing/hierarchy.ts'
import { listEntry, listReason, newList, newListed, statusOf } from './testing/revocation-lists.ts'

test('a list of 100 000 entries is read, and each is found', async () => {
  const entries = Array.from({ length: 100_000 }, (_, index) => listEntry(index * 2 + 1, listReason('superseded')))
  const list = newList([], entries)
  expect(list.der.length).toBeGreaterThan(3_000_000)
  expect(list.revoked.size).toBe(100_000)
  for (let serial = 1; serial < 200_000; serial += 2)
    if (list.revoked.get(writtenSerial(serial))?.reason !== 'superseded') expect.unreachable(`serial ${serial}`)
  expect(list.revoked.get(writtenSerial(2))).toBeUndefined()
  expect(statusOf(await newListed(), { crls: [list] }).status).toBe('revoked')
  expect(statusOf(await newListed({ serial: Buffer.of(8) }), { crls: [list] }).status).toBe('good')
})

/** The content octets of an INTEGER. */
function writtenSerial(serial: number): Buffer {
  return write.integer(serial).subarray(2)
}

test('an entry that cannot be read refuses the list, wherever it stands', () => {
  const good = listEntry(1)
  for (const bad of [
    write.sequence(write.integer(2)),
    write.sequence(write.tlv(2), write.time(new Date())),
    write.sequence(write.integer(2), write.integer(3)),
    write.sequence(write.integer(2), write.time(new Date()), write.nullValue()),
    listEntry(2, extension(Oid.reasonCode, write.integer(1), false)),
    listEntry(2, extension('2.5.29.24', write.nullValue(), false)),
    write.nullValue(),
  ])
    expect(() => newList([], [good, bad])).toThrow(expect.objectContaining({ name: 'LabError', code: 'crl-malformed' }))
})

test('reasons, known and not', async () => {
  const { revoked } = newList(
    [],
    [
      listEntry(1),
      listEntry(2, listReason('aACompromise')),
      listEntry(3, extension(Oid.reasonCode, write.tlv(10, Buffer.of(7)), false)),
    ],
  )
  expect([1, 2, 3].map((serial) => revoked.get(Buffer.of(serial))?.reason)).toEqual([
    'unspecified',
    'aACompromise',
    'unspecified',
  ])
})

test('numbers of lists: up to 20 octets, and more is refused', () => {
  const numbered = (value: Buffer): Extra => extension(Oid.crlNumber, write.integer(value), false)
  expect(newList([numbered(Buffer.alloc(20, 0xff))]).number).toBe(2n ** 160n - 1n)
  expect(newList([]).number).toBeUndefined()
  expect(() => newList([numbered(Buffer.alloc(21, 0xff))])).toThrow(LabError)
  expect(() => parseCrl(newList([extension(Oid.deltaCrlIndicator, write.integer(1))]).der)).not.toThrow()
})
