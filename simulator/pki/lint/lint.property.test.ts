import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Oid } from '../../asn1/oid.ts'
import { LabError } from '../../error.ts'
import { parseCertificate } from '../certificate.ts'
import { allLints } from './all-lints.ts'
import { judgeCertificate } from './judge.ts'
import { isMailboxAddress } from './mailbox-address.ts'
import { bake, bakeDer, flawless, type Recipe, spki } from './testing/recipe.ts'

/** A certificate is refused with a typed error, or every lint has an answer about it. */
function judgeOrRefuse(make: () => ReturnType<typeof parseCertificate>): void {
  let certificate: ReturnType<typeof parseCertificate>
  try {
    certificate = make()
  } catch (error) {
    expect(error).toBeInstanceOf(LabError)
    return
  }
  for (const publiclyTrusted of [false, true]) {
    const { results } = judgeCertificate(certificate, { publiclyTrusted })
    expect(results.length).toBe(allLints.length)
    for (const { found, lint, outcome } of results) expect(found.length > 0).toBe(outcome === lint.level)
  }
}

test('any octets', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => judgeOrRefuse(() => parseCertificate(bytes))))
})

test('a damaged certificate', () => {
  const whole = bakeDer({ spki: spki.rsa })
  const edits = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(edits, (changes) => {
      const der = Buffer.from(whole)
      for (const [place, octet] of changes) der[place] = octet
      judgeOrRefuse(() => parseCertificate(der))
    }),
    { numRuns: 500 },
  )
})

test('any octets as value of an extension, as attribute, as key', () => {
  const types = [...Object.keys(flawless), Oid.basicConstraints]
  const octets = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes))
  const extensions = fc.dictionary(fc.constantFrom(...types), fc.record({ critical: fc.boolean(), value: octets }), {
    maxKeys: 3,
  })
  const recipe: fc.Arbitrary<Recipe> = fc.record(
    {
      extensions,
      subject: fc.array(
        fc.tuple(fc.constantFrom(Oid.commonName, Oid.emailAddress, Oid.country, '2.5.4.97'), fc.string()),
      ),
      serial: octets,
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(recipe, (each) => judgeOrRefuse(() => bake(each))),
    { numRuns: 300 },
  )
})

test('two addresses are never one address', () => {
  const atom = fc.stringMatching(/^[a-z0-9]{1,12}$/)
  const address = fc.tuple(atom, atom, atom).map(([local, host, top]) => `${local}@${host}.${top}`)
  fc.assert(
    fc.property(address, address, fc.constantFrom(' ', ',', ', ', ';', '\n', '\0', '@'), (one, other, between) => {
      expect(isMailboxAddress(one)).toBe(true)
      expect(isMailboxAddress(one + between + other)).toBe(false)
    }),
  )
})
