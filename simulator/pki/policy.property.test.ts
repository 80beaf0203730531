/** Chains with any mix of policy extensions, and any settings: the same verdict and the same policies as OpenSSL. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Oid } from '../asn1/oid.ts'
import type { PolicySettings } from './path-validation.ts'
import { type Extra, newAuthority, newLeaf, newRoot, validateCase } from './testing/hierarchy.ts'
import { opensslPolicies } from './testing/openssl-verify.ts'
import { inhibitAnyPolicy, policies, policyConstraints, policyMappings } from './testing/policy-extensions.ts'

const names = ['1.2.3.1', '1.2.3.2', '1.2.3.3']
const name = fc.constantFrom(...names)
const skip = fc.option(fc.nat(2), { nil: undefined, freq: 4 })

const settings: fc.Arbitrary<PolicySettings> = fc.record({
  acceptable: fc.oneof(fc.constant([Oid.anyPolicy]), fc.uniqueArray(name, { minLength: 1, maxLength: 2 })),
  requireExplicit: fc.boolean(),
  inhibitMapping: fc.boolean(),
  inhibitAny: fc.boolean(),
})

const asserted = fc.uniqueArray(fc.constantFrom(...names, ...names, Oid.anyPolicy), { minLength: 1, maxLength: 3 })

/**
 * Of an authority. Mappings go from policies that it asserts, as RFC 5280 4.2.1.5 wants: of others OpenSSL 3.0 maps even
 * those that only an inhibited anyPolicy stands for.
 */
const authority: fc.Arbitrary<Extra[]> = asserted.chain((own) =>
  fc
    .record({
      maps: fc.uniqueArray(fc.tuple(fc.constantFrom(...own), name), {
        maxLength: own.includes(Oid.anyPolicy) ? 0 : 3,
        selector: String,
      }),
      explicit: skip,
      mapping: skip,
      any: skip,
    })
    .map(({ maps, explicit, mapping, any }) => [
      policies(...own),
      ...(maps.length === 0 ? [] : [policyMappings(...maps)]),
      ...(explicit === undefined && mapping === undefined ? [] : [policyConstraints({ explicit, mapping })]),
      ...(any === undefined ? [] : [inhibitAnyPolicy(any)]),
    ]),
)

test('policies', async () => {
  const root = await newRoot()
  await fc.assert(
    fc.asyncProperty(
      fc.array(authority, { minLength: 1, maxLength: 3 }),
      fc.option(asserted, { freq: 8 }),
      settings,
      async (authorities, own, chosen) => {
        let above = root
        for (const [level, extensions] of authorities.entries())
          above = await newAuthority(above, { subject: `CN=Level ${level}`, extensions })
        const leaf = await newLeaf(above, own === null ? {} : { extensions: [policies(...own)] })
        const chain = {
          leaf,
          anchors: [root.certificate],
          intermediates: above.chain.slice(0, -1),
          policies: chosen,
        }
        const { ok, policies: found } = validateCase(chain)
        const theirs = opensslPolicies(chain)
        expect({ ok, found: ok ? found : [] }).toEqual({
          ok: theirs !== 'refused',
          found: theirs === 'refused' ? [] : theirs,
        })
      },
    ),
    { numRuns: 40 },
  )
})
