/**
 * What a run means, as one number. Two runs with equal digests found the same: which message opened where, by the key
 * of which label, or why not. Left out is what may differ between honest repeats: ciphertext and its hashes, the time of
 * the run, the wording of messages, the transport, and the second opinions that this machine could offer.
 */
import { createHash } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'
import type { PolicyRecord, RunRecord } from './record.ts'

type Undigested<T> = Omit<T, 'digest'>

/** Of one policy's results. The order of the lists does not matter. */
export function computePolicyDigest(policy: Undigested<PolicyRecord>): string {
  const { verdict } = policy
  return hash({
    policy: policy.policy,
    devices: unordered(policy.devices, ({ id, platform, os, user }) => ({ id, platform, os, user })),
    messages: unordered(policy.messages, ({ id, encrypted, live }) => ({ id, encrypted, live })),
    cells: unordered(policy.cells, ({ message, device, outcome, cause, openedBy, signature }) => ({
      message,
      device,
      outcome,
      cause,
      key: openedBy?.label ?? null,
      signature,
    })),
    installs: unordered(policy.installs, ({ profile, device, channel, accepted, installed, reasons }) => ({
      profile,
      device,
      channel,
      accepted,
      installed: unordered(installed, ({ kind, label }) => ({ kind, label })),
      reasons: reasons.map((each) => each.code),
    })),
    mail: unordered(policy.mail ?? [], ({ device, message, sent }) => ({ device, message, sent })),
    keys: unordered(policy.keys, ({ label, owner }) => ({ label, owner })),
    verdict: {
      promise: verdict.promise,
      kept: verdict.kept,
      closedByDevice: unordered(verdict.closedByDevice, (each) => each),
      counts: verdict.counts,
    },
    faults: unordered(policy.faults, ({ code, messageId, device }) => ({ code, messageId, device })),
  })
}

/** Of the whole record, from its policies' results (their `digest` fields are not read, but computed anew). */
export function computeDigest(record: Undigested<RunRecord>): string {
  return hash({
    version: record.version,
    tenant: record.tenant,
    policies: record.policies.map(computePolicyDigest),
    problems: unordered(record.problems, ({ file, place, code, severity }) => ({ file, place, code, severity })),
  })
}

function unordered<T>(list: readonly T[], meaning: (each: T) => unknown): string[] {
  return list.map((each) => canonicalJson(meaning(each))).sort()
}

function hash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}
