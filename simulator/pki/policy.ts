/**
 * Certificate policies (RFC 5280 6.1.2 to 6.1.5) with the initial policy set "any policy": whether some policy is valid
 * for the whole path, asked only where an authority requires one.
 *
 * With that initial set nobody needs the tree of RFC 5280 itself, only whether its lowest level is empty; so one level
 * is kept, as RFC 9618 advises against the tree's exponential growth.
 */
import { Oid } from '../asn1/oid.ts'
import { type Asn1Node, isContext, oid, readOnly, sequence, smallInteger } from '../asn1/read.ts'
import type { Certificate } from './certificate.ts'
import { namesEqual } from './name.ts'

/** Valid policies of the lowest level, each with the policies expected in the next certificate. */
type Level = Map<string, ReadonlySet<string>>

/**
 * What is wrong, in plain words, or undefined.
 *
 * @param path from the certificate under the trust anchor down to the leaf
 * @throws LabError 'asn1-malformed'
 */
export function policyViolation(path: readonly Certificate[]): string | undefined {
  let level: Level = new Map([[Oid.anyPolicy, new Set([Oid.anyPolicy])]])
  let explicit = path.length + 1
  let mapping = path.length + 1
  let inhibitAny = path.length + 1

  for (const [index, certificate] of path.entries()) {
    const last = index === path.length - 1
    const selfIssued = namesEqual(certificate.issuer, certificate.subject)
    level = nextLevel(level, readPolicies(certificate), inhibitAny > 0 || (!last && selfIssued))
    if (explicit === 0 && level.size === 0) return noPolicy(certificate)

    if (!last) {
      const mappings = readMappings(certificate)
      if (mappings.some(({ issuer, subject }) => issuer === Oid.anyPolicy || subject === Oid.anyPolicy))
        return `'${certificate.subjectText}' maps anyPolicy`
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
    if (last && explicit === 0 && level.size === 0) return noPolicy(certificate)
  }
  return undefined
}

function noPolicy(certificate: Certificate): string {
  return `an authority requires a valid policy, and at '${certificate.subjectText}' none is left`
}

/** RFC 5280 6.1.3 (d) and (e). */
function nextLevel(level: Level, policies: readonly string[], anyCounts: boolean): Level {
  const next: Level = new Map()
  const expected = new Set([...level.values()].flatMap((each) => [...each]))
  for (const policy of policies)
    if (policy !== Oid.anyPolicy && (expected.has(policy) || level.has(Oid.anyPolicy)))
      next.set(policy, new Set([policy]))
  if (anyCounts && policies.includes(Oid.anyPolicy))
    for (const policy of expected) if (!next.has(policy)) next.set(policy, new Set([policy]))
  return next
}

interface PolicyMapping {
  readonly issuer: string
  readonly subject: string
}

/** RFC 5280 6.1.4 (b). */
function map(level: Level, mappings: readonly PolicyMapping[], allowed: boolean): Level {
  const mapped: Level = new Map(level)
  for (const [issuer, group] of Map.groupBy(mappings, (each) => each.issuer)) {
    if (!allowed) mapped.delete(issuer)
    else if (level.has(issuer) || level.has(Oid.anyPolicy))
      mapped.set(issuer, new Set(group.map((each) => each.subject)))
  }
  return mapped
}

function extensionValue(certificate: Certificate, type: string): Asn1Node | undefined {
  const found = certificate.extensions.find((each) => each.oid === type)
  return found === undefined ? undefined : readOnly(found.value)
}

function readPolicies(certificate: Certificate): string[] {
  const node = extensionValue(certificate, Oid.certificatePolicies)
  if (node === undefined) return []
  return sequence(node, 'certificatePolicies').map((each) =>
    oid(sequence(each, 'PolicyInformation')[0], 'policyIdentifier'),
  )
}

function readMappings(certificate: Certificate): PolicyMapping[] {
  const node = extensionValue(certificate, Oid.policyMappings)
  if (node === undefined) return []
  return sequence(node, 'policyMappings').map((each) => {
    const [issuer, subject] = sequence(each, 'policyMappings')
    return { issuer: oid(issuer, 'issuerDomainPolicy'), subject: oid(subject, 'subjectDomainPolicy') }
  })
}

function readPolicyConstraints(certificate: Certificate): {
  requireExplicitPolicy?: number
  inhibitPolicyMapping?: number
} {
  const node = extensionValue(certificate, Oid.policyConstraints)
  if (node === undefined) return {}
  const fields = sequence(node, 'policyConstraints')
  const count = (tag: number) => {
    const field = fields.find((each) => isContext(each, tag))
    return field === undefined ? undefined : smallInteger(field, 'SkipCerts')
  }
  const requireExplicitPolicy = count(0)
  const inhibitPolicyMapping = count(1)
  return {
    ...(requireExplicitPolicy === undefined ? {} : { requireExplicitPolicy }),
    ...(inhibitPolicyMapping === undefined ? {} : { inhibitPolicyMapping }),
  }
}

function readInhibitAnyPolicy(certificate: Certificate): number | undefined {
  const node = extensionValue(certificate, Oid.inhibitAnyPolicy)
  return node === undefined ? undefined : smallInteger(node, 'inhibitAnyPolicy')
}
