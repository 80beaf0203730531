import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { encodeMobileconfig } from '../../delivery/mobileconfig/index.ts'
import { ios, macos } from './index.ts'
import {
  type Credentials,
  fullProfile,
  identityPayload,
  makeCredentials,
  managedMailPayload,
  profileOf,
  rootPayload,
  TestDevice,
} from './testing/example-profile.ts'

let mine: Credentials
let next: Credentials

beforeAll(async () => {
  mine = await makeCredentials()
  next = await makeCredentials()
})

type Edit = (bytes: Buffer) => Buffer

/** Positions are parts of the length, so that one edit fits profiles of every size. */
const position = fc.double({ min: 0, max: 1, noNaN: true })
const at = (bytes: Buffer, part: number) => Math.floor(part * bytes.length)
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(position, fc.integer({ min: 0, max: 255 })).map(
    ([part, octet]): Edit =>
      (bytes) => {
        const changed = Buffer.from(bytes)
        changed[at(bytes, part)] = octet
        return changed
      },
  ),
  // A letter for a letter: base64 and keys change, the XML stays well-formed.
  fc.tuple(position, fc.constantFrom(...'AZaz09')).map(
    ([part, letter]): Edit =>
      (bytes) => {
        const text = bytes.toString('latin1')
        const offset = text.slice(at(bytes, part)).search(/[A-Za-z0-9]/)
        if (offset < 0) return bytes
        const changed = Buffer.from(bytes)
        changed.write(letter, at(bytes, part) + offset, 'latin1')
        return changed
      },
  ),
  fc.tuple(position, position).map(
    ([a, b]): Edit =>
      (bytes) => {
        const [from, to] = [at(bytes, Math.min(a, b)), at(bytes, Math.max(a, b))]
        return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)])
      },
  ),
  fc.tuple(position, position, position).map(
    ([a, b, c]): Edit =>
      (bytes) => {
        const slice = bytes.subarray(at(bytes, Math.min(a, b)), at(bytes, Math.max(a, b)))
        return Buffer.concat([bytes.subarray(0, at(bytes, c)), slice, bytes.subarray(at(bytes, c))])
      },
  ),
  fc
    .tuple(position, fc.constantFrom('<dict>', '</dict>', '<true/>', '<!--', '&x;', '<key>Password</key>', ']]>', '\0'))
    .map(
      ([part, text]): Edit =>
        (bytes) => {
          return Buffer.concat([bytes.subarray(0, at(bytes, part)), Buffer.from(text), bytes.subarray(at(bytes, part))])
        },
    ),
)

test.each([
  ['iOS', ios, fullProfile, 'device'],
  ['macOS', macos, macProfile, 'user'],
] as const)(
  '%s: a mutated profile installs, or leaves the stores as they were; it never throws',
  (_, platform, profile, channel) => {
    const first = encodeMobileconfig(profile(mine))
    const second = encodeMobileconfig(profile(next))
    let [accepted, refused] = [0, 0]
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        const device = new TestDevice(platform, '18.6')
        expect(device.install(first, channel).accepted).toBe(true)
        const before = device.snapshot()
        const mutated = edits.reduce((bytes, each) => each(bytes), second)
        const report = device.install(mutated, channel)
        if (report.accepted) {
          accepted++
          expect(report.reasons).toEqual([])
          expect(device.snapshot()).not.toBe(before)
        } else {
          refused++
          expect(report.installed).toEqual([])
          expect(report.native).toMatchObject({ status: 'Error' })
          expect(report.reasons).toHaveLength(1)
          expect(report.reasons[0]?.message).not.toContain('correct horse')
          expect(device.snapshot()).toBe(before)
        }
      }),
      { numRuns: 150 },
    )
    expect(refused).toBeGreaterThan(0)
    expect(accepted).toBeGreaterThan(0)
  },
)

function macProfile({ root, signing }: Credentials) {
  return profileOf([rootPayload(root), identityPayload('signing', [signing]), managedMailPayload()])
}
