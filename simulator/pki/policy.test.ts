import { describe, expect, test } from 'vitest'
import { Oid } from '../asn1/oid.ts'
import * as write from '../asn1/write.ts'
import { type Extra, extension, threeLevels } from './testing/hierarchy.ts'
import { agreed, judge, type Verdict } from './testing/openssl-verify.ts'

const policies = (...oids: string[]): Extra =>
  extension(Oid.certificatePolicies, write.sequence(...oids.map((each) => write.sequence(write.oid(each)))), false)
const requireExplicitPolicy = (skip: number): Extra =>
  extension(Oid.policyConstraints, write.sequence(write.contextPrimitive(0, Buffer.of(skip))))
const inhibitAnyPolicy = (skip: number): Extra => extension(Oid.inhibitAnyPolicy, write.integer(skip))
const policyMapping = (issuer: string, subject: string): Extra =>
  extension(Oid.policyMappings, write.sequence(write.sequence(write.oid(issuer), write.oid(subject))))

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
