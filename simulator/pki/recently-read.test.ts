import { expect, test } from 'vitest'
import { Oid } from '../asn1/oid.ts'
import { type Certificate, parseCertificate } from './certificate.ts'
import { extension, forge, newLeaf, newRoot } from './testing/hierarchy.ts'

/** A copy with another number in the last two octets of the serial number: another certificate, though a forged one. */
function variant({ der, serial }: Certificate, number: number): Buffer {
  const copy = Buffer.from(der)
  copy.writeUInt16BE(number, copy.indexOf(serial) + 1)
  return copy
}

test('the same octets give the same object, other octets another', async () => {
  const { der } = (await newRoot()).certificate
  const first = parseCertificate(Buffer.from(der))
  expect(parseCertificate(new Uint8Array(der))).toBe(first)
  const forged = forge(first)
  expect(forged).not.toBe(first)
  expect(forged.signature).not.toEqual(first.signature)
})

test('what was read is a copy: who changes the octets afterwards changes no certificate', async () => {
  const { certificate } = await newRoot()
  const message = Buffer.concat([certificate.der, Buffer.from('the rest of a message')])
  const octets = message.subarray(0, certificate.der.length)
  const read = parseCertificate(octets)
  octets.fill(0)
  expect(read.der).toEqual(certificate.der)
  expect(() => parseCertificate(octets)).toThrow(expect.objectContaining({ code: 'certificate-malformed' }))
  expect(parseCertificate(read.der)).toBe(read)
})

test('some hundred others put it out, unless it is asked for now and then', async () => {
  const root = (await newRoot()).certificate
  const [idle, busy] = [parseCertificate(variant(root, 1000)), parseCertificate(variant(root, 1001))]
  for (let number = 0; number < 300; number++) {
    parseCertificate(variant(root, number))
    expect(parseCertificate(busy.der)).toBe(busy)
  }
  expect(parseCertificate(idle.der)).not.toBe(idle)
  expect(parseCertificate(idle.der)).toEqual(idle)
})

test('a large certificate is not kept', async () => {
  const authority = await newRoot()
  const small = await newLeaf(authority, { extensions: [extension('1.2.3.4', Buffer.alloc(7000), false)] })
  const large = await newLeaf(authority, { extensions: [extension(Oid.ocspSigning, Buffer.alloc(8000), false)] })
  expect(parseCertificate(small.der)).toBe(parseCertificate(small.der))
  expect(parseCertificate(large.der)).not.toBe(parseCertificate(large.der))
})
