/**
 * Certificate policies (RFC 5280 6.1.2 to 6.1.5): which of them are valid for the whole path, and whether that is enough
 * for the authorities on it and for whoever asks.
 *
 * Kept as the graph of RFC 9618, where a policy is one node a level however many ways lead to it: the tree of RFC 5280
 * grows exponentially with mappings.
 */
import { Oid } from '../asn1/oid.ts'
import type { Certificate } from './certificate.ts'
import { namesEqual } from './name.ts'
import {
  type PolicyMapping,
  readInhibitAnyPolicy,
  readMappings,
  readPolicies,
  readPolicyConstraints,
} from './policy-extensions.ts'

/** The initial settings of RFC 5280 6.1.1 (c) to (g). */
export interface PolicySettings {
  /** Dotted object identifiers. Absent: any policy will do. */
  readonly acceptable?: readonly string[]
  /** Refuse a path that is valid for none of these, even where no authority on it asks for a policy. */
  readonly requireExplicit?: boolean
  readonly inhibitMapping?: boolean
  /** Take anyPolicy in a certificate for no policy at all. */
  readonly inhibitAny?: boolean
}

export interface PolicyOutcome {
  /** The user-constrained policy set (RFC 5280 6.1.5 (g)): acceptable policies that the path is valid for. */
  readonly policies: readonly string[]
  /** What is wrong, in plain words. */
  readonly violation?: string
}

/** `expected`: the policies that stand for this one in the next certificate. */
interface PolicyNode {
  readonly policy: string
  readonly expected: ReadonlySet<string>
  readonly parents: readonly PolicyNode[]
}

/** The nodes of one depth, by their policy. */
type Level = ReadonlyMap<string, PolicyNode>

/**
 * @param path from the certificate under the trust anchor down to the leaf
 * @throws LabError 'asn1-malformed'
 */
export function evaluatePolicies(path: readonly Certificate[], settings: PolicySettings): PolicyOutcome {
  let level: Level = new Map([[Oid.anyPolicy, newNode(Oid.anyPolicy, [])]])
  let explicit = settings.requireExplicit ? 0 : path.length + 1
  let mapping = settings.inhibitMapping ? 0 : path.length + 1
  let inhibitAny = settings.inhibitAny ? 0 : path.length + 1

  for (const [index, certificate] of path.entries()) {
    const last = index === path.length - 1
    const selfIssued = namesEqual(certificate.issuer, certificate.subject)
    level = nextLevel(level, readPolicies(certificate), inhibitAny > 0 || (!last && selfIssued))
    if (explicit === 0 && level.size === 0) return noneLeft(certificate)

    if (!last) {
      const mappings = readMappings(certificate)
      if (mappings.some(({ issuer, subject }) => issuer === Oid.anyPolicy || subject === Oid.anyPolicy))
        return { policies: [], violation: `'${certificate.subjectText}' maps anyPolicy` }
      level = map(level, mappings, mapping > 0)
    }
    if (last || !selfIssued) {
      explicit = Math.max(explicit - 1, 0)
      mapping = Math.max(mapping - 1, 0)
      inhibitAny = Math.max(inhibitAny - 1, 0)
    }
    const constraints = readPolicyConstraints(certificate)
    // RFC 5280 6.1.5 (b): in the last certificate only a zero counts.
    if (!last || constraints.requireExplicitPolicy === 0)
      explicit = Math.min(explicit, constraints.requireExplicitPolicy ?? explicit)
    mapping = Math.min(mapping, constraints.inhibitPolicyMapping ?? mapping)
    inhibitAny = Math.min(inhibitAny, readInhibitAnyPolicy(certificate) ?? inhibitAny)
    if (last && explicit === 0 && level.size === 0) return noneLeft(certificate)
  }

  const byAuthorities = rootPolicies(level)
  const policies = constrain(byAuthorities, settings.acceptable)
  if (explicit > 0 || policies.length > 0) return { policies }
  const wanted = settings.acceptable?.join(', ') ?? ''
  return { policies, violation: `the path is valid for the policies ${byAuthorities.join(', ')}; wanted: ${wanted}` }
}

function noneLeft(certificate: Certificate): PolicyOutcome {
  return { policies: [], violation: `a valid policy is required, and at '${certificate.subjectText}' none is left` }
}

function newNode(policy: string, parents: readonly PolicyNode[], expected: readonly string[] = [policy]): PolicyNode {
  return { policy, expected: new Set(expected), parents }
}

/** RFC 5280 6.1.3 (d) and (e), RFC 9618 5.3. */
function nextLevel(level: Level, policies: readonly string[], anyCounts: boolean): Level {
  const expecting = new Map<string, PolicyNode[]>()
  for (const node of level.values())
    for (const policy of node.expected) {
      const nodes = expecting.get(policy)
      if (nodes === undefined) expecting.set(policy, [node])
      else nodes.push(node)
    }
  const next = new Map<string, PolicyNode>()
  const any = level.get(Oid.anyPolicy)
  for (const policy of policies) {
    if (policy === Oid.anyPolicy) continue
    const parents = expecting.get(policy) ?? (any === undefined ? undefined : [any])
    if (parents !== undefined) next.set(policy, newNode(policy, parents))
  }
  if (anyCounts && policies.includes(Oid.anyPolicy))
    for (const [policy, parents] of expecting) if (!next.has(policy)) next.set(policy, newNode(policy, parents))
  return next
}

/** RFC 5280 6.1.4 (b), RFC 9618 5.4. */
function map(level: Level, mappings: readonly PolicyMapping[], allowed: boolean): Level {
  const mapped = new Map(level)
  for (const [issuer, group] of Map.groupBy(mappings, (each) => each.issuer)) {
    // A policy that only anyPolicy stands for becomes its sibling.
    const parents = (level.get(issuer) ?? level.get(Oid.anyPolicy))?.parents
    if (!allowed) mapped.delete(issuer)
    else if (parents !== undefined) {
      const subjects = group.map((each) => each.subject)
      mapped.set(issuer, newNode(issuer, parents, subjects))
    }
  }
  return mapped
}

/** The authority-constrained policy set (RFC 9618 5.5): what the lowest level goes back to, in the anchor's own terms. */
function rootPolicies(level: Level): string[] {
  const roots = new Set<string>()
  const seen = new Set<PolicyNode>()
  const open = [...level.values()]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    // Under anyPolicy: where a policy first got its name. anyPolicy itself counts at the lowest level only.
    if (node.policy === Oid.anyPolicy || node.parents.some((each) => each.policy === Oid.anyPolicy))
      roots.add(node.policy)
    else open.push(...node.parents)
  }
  return roots.has(Oid.anyPolicy) ? [Oid.anyPolicy] : [...roots].sort()
}

/** RFC 9618 5.5: anyPolicy from the authorities lets every acceptable policy pass. */
function constrain(byAuthorities: readonly string[], acceptable: readonly string[] | undefined): string[] {
  if (acceptable === undefined || acceptable.includes(Oid.anyPolicy)) return [...byAuthorities]
  const any = byAuthorities.includes(Oid.anyPolicy)
  return [...new Set(acceptable)].filter((each) => any || byAuthorities.includes(each)).sort()
}
