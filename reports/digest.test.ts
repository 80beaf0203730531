import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { computeDigest, computePolicyDigest } from './digest.ts'
import { twoPolicies } from './golden/example-record.ts'
import type { PolicyRecord, RunRecord } from './record.ts'

test('is the same on every machine and in every version, for the same meaning', () => {
  // Changes only where what a run means changes: then say so in the changelog.
  expect(twoPolicies().digest).toBe('bffeb842cfaf7aba4f79fc8c110000af1aac1fd0f3a71bb8b0136563433755c1')
})

test('the order of the lists is no meaning', () => {
  const [policy] = twoPolicies().policies
  if (policy === undefined) throw new Error('a policy wanted')
  const shuffled = <T>(list: T[]) => fc.shuffledSubarray(list, { minLength: list.length })
  fc.assert(
    fc.property(
      shuffled(policy.cells),
      shuffled(policy.devices),
      shuffled(policy.messages),
      shuffled(policy.installs),
      (cells, devices, messages, installs) => {
        expect(computePolicyDigest({ ...policy, cells, devices, messages, installs })).toBe(policy.digest)
      },
    ),
    { numRuns: 20 },
  )
})

function digestAfter(change: (record: RunRecord, policy: PolicyRecord) => void): string {
  const record = structuredClone(twoPolicies())
  const [policy] = record.policies
  if (policy === undefined) throw new Error('a policy wanted')
  change(record, policy)
  return computeDigest(record)
}

const other = 'f'.repeat(64)

describe('does not change with', () => {
  test.each<[string, (record: RunRecord, policy: PolicyRecord) => void]>([
    [
      'the time of the run',
      (record) => {
        record.now = '2030-01-01T00:00:00.000Z'
      },
    ],
    [
      'ciphertext',
      (_, policy) => {
        for (const each of policy.messages) each.sha256 = other
      },
    ],
    [
      'the certificate of a key of the same name',
      (_, policy) => {
        for (const each of policy.cells) if (each.openedBy !== null) each.openedBy.sha256 = other
      },
    ],
    [
      'the transport',
      (_, policy) => {
        for (const each of policy.mail ?? []) each.transport = 'in-process'
      },
    ],
    [
      'the peers of this machine',
      (record) => {
        record.secondOpinions.asked = 0
      },
    ],
    [
      'the wording of an answer',
      (_, policy) => {
        for (const each of policy.installs) each.native = { kind: 'apple', status: 'other' }
      },
    ],
  ])('%s', (_what, change) => {
    expect(digestAfter(change)).toBe(twoPolicies().digest)
  })
})

describe('changes with', () => {
  test.each<[string, (record: RunRecord, policy: PolicyRecord) => void]>([
    [
      'an outcome',
      (_, policy) => {
        policy.cells.pop()
      },
    ],
    [
      'a cause',
      (_, policy) => {
        for (const each of policy.cells) if (each.outcome === 'closed') each.cause = 'integrity'
      },
    ],
    [
      'the name of the key that opened',
      (_, policy) => {
        for (const each of policy.cells) if (each.openedBy !== null) each.openedBy.label = '2019'
      },
    ],
    [
      'a signature',
      (_, policy) => {
        for (const each of policy.cells) each.signature = 'invalid'
      },
    ],
    [
      'a refused install',
      (_, policy) => {
        for (const each of policy.installs) each.accepted = false
      },
    ],
    [
      'a broken promise',
      (_, policy) => {
        policy.verdict.kept = !policy.verdict.kept
      },
    ],
    [
      'a fault',
      (_, policy) => {
        policy.faults.push({ code: 'x', message: '' })
      },
    ],
    [
      'a problem',
      (record) => {
        record.problems.push({ file: 'a', code: 'x', message: '', severity: 'error' })
      },
    ],
    [
      'the order of the policies',
      (record) => {
        record.policies.reverse()
      },
    ],
  ])('%s', (_what, change) => {
    expect(digestAfter(change)).not.toBe(twoPolicies().digest)
  })
})
