import { describe, expect, test } from 'vitest'
import { Oid } from '../asn1/oid.ts'
import type { PolicySettings } from './path-validation.ts'
import { newAuthority, newLeaf, newRoot, threeLevels, validateCase } from './testing/hierarchy.ts'
import { agreed, judge, opensslPolicies, type Verdict } from './testing/openssl-verify.ts'
import { inhibitAnyPolicy, policies, policyConstraints, policyMappings } from './testing/policy-extensions.ts'

const requireExplicitPolicy = (explicit: number) => policyConstraints({ explicit })
const policyMapping = (issuer: string, subject: string) => policyMappings([issuer, subject])

const policyA = '1.2.3.4.1'
const policyB = '1.2.3.4.2'

const verdicts: Verdict[] = [
  [
    'a required policy that is there',
    'ok',
    () =>
      threeLevels({
        issuing: { extensions: [requireExplicitPolicy(0), policies(policyA)] },
        leaf: { extensions: [policies(policyA)] },
      }),
  ],
  [
    'a required policy that the leaf lacks',
    'policy',
    () => threeLevels({ issuing: { extensions: [requireExplicitPolicy(0), policies(policyA)] } }),
  ],
  [
    'a required policy, and another one in the leaf',
    'policy',
    () =>
      threeLevels({
        issuing: { extensions: [requireExplicitPolicy(0), policies(policyA)] },
        leaf: { extensions: [policies(policyB)] },
      }),
  ],
  [
    'any policy in the authority',
    'ok',
    () =>
      threeLevels({
        issuing: { extensions: [requireExplicitPolicy(0), policies(Oid.anyPolicy)] },
        leaf: { extensions: [policies(policyB)] },
      }),
  ],
  [
    'any policy in the leaf, inhibited',
    'policy',
    () =>
      threeLevels({
        issuing: { extensions: [requireExplicitPolicy(0), inhibitAnyPolicy(0), policies(policyA)] },
        leaf: { extensions: [policies(Oid.anyPolicy)] },
      }),
  ],
  [
    'a mapped policy',
    'ok',
    () =>
      threeLevels({
        issuing: { extensions: [requireExplicitPolicy(0), policies(policyA), policyMapping(policyA, policyB)] },
        leaf: { extensions: [policies(policyB)] },
      }),
  ],
  [
    'the policy that was mapped away',
    'policy',
    () =>
      threeLevels({
        issuing: { extensions: [requireExplicitPolicy(0), policies(policyA), policyMapping(policyA, policyB)] },
        leaf: { extensions: [policies(policyA)] },
      }),
  ],
  ['no policies and none required', 'ok', () => threeLevels({ issuing: { extensions: [policies(policyA)] } })],
]

describe('policies, as openssl verify sees them', () => {
  test.each(verdicts)('%s: %s', async (_, expected, build) => {
    expect(await judge(build)).toEqual(agreed(expected))
  })
})

describe('initial settings', () => {
  const plain = () =>
    threeLevels({
      issuing: { extensions: [policies(policyA, policyB)] },
      leaf: { extensions: [policies(policyA)] },
    })
  const anyAbove = () =>
    threeLevels({
      issuing: { extensions: [policies(Oid.anyPolicy)] },
      leaf: { extensions: [policies(policyA, policyB)] },
    })
  const anyThroughout = () =>
    threeLevels({
      issuing: { extensions: [policies(Oid.anyPolicy)] },
      leaf: { extensions: [policies(Oid.anyPolicy)] },
    })
  const mapped = () =>
    threeLevels({
      issuing: { extensions: [policies(policyA), policyMapping(policyA, policyB)] },
      leaf: { extensions: [policies(policyB)] },
    })
  const mappedOnlyByAny = () =>
    threeLevels({
      issuing: { extensions: [policies(Oid.anyPolicy), policyMapping(policyA, policyB)] },
      leaf: { extensions: [policies(policyB)] },
    })
  const none = () => threeLevels()

  test.each<[string, () => ReturnType<typeof threeLevels>, PolicySettings, string[] | 'refused']>([
    ['no settings', plain, {}, [policyA]],
    ['one acceptable', plain, { acceptable: [policyA, '1.2.3.9'] }, [policyA]],
    ['another one acceptable, none required', plain, { acceptable: [policyB] }, []],
    ['another one acceptable and required', plain, { acceptable: [policyB], requireExplicit: true }, 'refused'],
    ['some policy required', plain, { requireExplicit: true }, [policyA]],
    ['some policy required, none there', none, { requireExplicit: true }, 'refused'],
    ['none there, none required', none, { acceptable: [policyA] }, []],
    ['any policy above', anyAbove, {}, [policyA, policyB]],
    ['any policy above, one acceptable', anyAbove, { acceptable: [policyB], requireExplicit: true }, [policyB]],
    ['any policy inhibited', anyAbove, { inhibitAny: true, requireExplicit: true }, 'refused'],
    ['any policy throughout', anyThroughout, {}, [Oid.anyPolicy]],
    ['any policy throughout, one acceptable', anyThroughout, { acceptable: [policyB] }, [policyB]],
    ['a mapped policy goes by the name above', mapped, { requireExplicit: true }, [policyA]],
    ['and not by the name below', mapped, { acceptable: [policyB], requireExplicit: true }, 'refused'],
    ['a policy that only any policy stands for, mapped', mappedOnlyByAny, {}, [policyA]],
    ['mapping inhibited', mapped, { inhibitMapping: true, requireExplicit: true }, 'refused'],
  ])('%s', async (_, build, settings, expected) => {
    const chain = { ...(await build()), policies: settings }
    const { ok, policies: found, reasons } = validateCase(chain)
    expect(ok ? found : 'refused').toEqual(expected)
    if (!ok) expect(reasons.map(({ code }) => code)).toEqual(['policy'])
    expect(opensslPolicies(chain)).toEqual(expected)
  })

  test('a policy that only any policy stands for, inhibited, is not mapped (OpenSSL 3.0 maps it)', async () => {
    const chain = { ...(await mappedOnlyByAny()), policies: { inhibitAny: true } }
    expect(validateCase(chain).policies).toEqual([])
  })

  test('tell what was wanted and what is there', async () => {
    const { reasons } = validateCase({ ...(await plain()), policies: { acceptable: [policyB], requireExplicit: true } })
    expect(reasons[0]?.message).toBe('the path is valid for the policies 1.2.3.4.1; wanted: 1.2.3.4.2')
  })

  test('a leaf that is its own anchor has policies too', async () => {
    const { leaf } = await plain()
    const own = { leaf, anchors: [leaf], intermediates: [] }
    expect(validateCase({ ...own, policies: { acceptable: [policyA], requireExplicit: true } }).policies).toEqual([
      policyA,
    ])
    expect(validateCase({ ...own, policies: { acceptable: [policyB], requireExplicit: true } }).ok).toBe(false)
  })
})

test('mappings of all to all, level after level, cost no more than their number (RFC 9618)', async () => {
  const names = Array.from({ length: 40 }, (_, index) => `1.2.3.${index + 1}`)
  const extensions = [
    policies(...names),
    policyMappings(...names.flatMap((issuer) => names.map((subject) => [issuer, subject] as const))),
    requireExplicitPolicy(0),
  ]
  const root = await newRoot()
  let authority = root
  for (let level = 0; level < 7; level++)
    authority = await newAuthority(authority, { subject: `CN=${level}`, extensions })
  const leaf = await newLeaf(authority, { extensions: [policies(...names)] })
  const result = validateCase({ leaf, anchors: [root.certificate], intermediates: [...authority.chain] })
  expect(result.ok).toBe(true)
  expect(result.policies).toHaveLength(40)
})
