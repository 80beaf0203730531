/** The checks on a chain whose signatures hold (RFC 5280 6.1.3 to 6.1.5, profile of RFC 8550 4.4). */
import { Oid, oidName } from '../asn1/oid.ts'
import { LabError } from '../error.ts'
import type { Certificate } from './certificate.ts'
import { namesEqual } from './name.ts'
import { constrainedNames, type NameConstraints, readNameConstraints, violation } from './name-constraints.ts'
import { type PathReason, reason } from './path-reason.ts'
import { evaluatePolicies, type PolicyOutcome, type PolicySettings } from './policy.ts'

export type PathPurpose = 'smime-sign' | 'smime-encrypt' | 'any'

export interface ChainQuestion {
  /** Leaf first. */
  readonly chain: readonly Certificate[]
  /** Whether the last one is a trust anchor. */
  readonly anchored: boolean
  readonly at: Date
  readonly purpose: PathPurpose
  readonly policies?: PolicySettings
}

export interface ChainJudgement {
  readonly reasons: readonly PathReason[]
  /** The user-constrained policy set (RFC 5280 6.1.5 (g)). */
  readonly policies: readonly string[]
}

/** Everything that is wrong with the chain but its signatures and revocation. */
export function checkChain({ chain, anchored, at, purpose, policies = {} }: ChainQuestion): ChainJudgement {
  const downwards = [...chain].reverse()
  const reasons = downwards.flatMap((certificate) => [
    ...checkValidity(certificate, at),
    ...checkCriticalExtensions(certificate),
  ])
  for (const [index, certificate] of downwards.slice(0, -1).entries())
    reasons.push(...checkAuthority(certificate, anchored && index === 0, purpose))
  reasons.push(...checkPathLengths(downwards), ...checkNames(downwards))
  const [leaf] = chain
  if (leaf === undefined) return { reasons, policies: [] }
  const outcome = judgePolicies(leaf, anchored && chain.length > 1 ? downwards.slice(1) : downwards, policies)
  reasons.push(...outcome.reasons, ...checkPurpose(leaf, purpose))
  return { reasons, policies: outcome.policies }
}

/** A leaf that is its own anchor is asked for its policies all the same. */
function judgePolicies(leaf: Certificate, path: readonly Certificate[], settings: PolicySettings): ChainJudgement {
  let outcome: PolicyOutcome = { policies: [] }
  const reasons = guarded(leaf, 'policies', () => {
    outcome = evaluatePolicies(path, settings)
    return outcome.violation === undefined ? [] : [{ code: 'policy', message: outcome.violation }]
  })
  return { reasons, policies: outcome.policies }
}

function checkValidity(certificate: Certificate, at: Date): PathReason[] {
  if (at < certificate.notBefore)
    return [reason('not-yet-valid', certificate, `is valid from ${iso(certificate.notBefore)}, asked for ${iso(at)}`)]
  if (at > certificate.notAfter)
    return [reason('expired', certificate, `expired ${iso(certificate.notAfter)}, asked for ${iso(at)}`)]
  return []
}

function iso(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z')
}

/** Processed here, or without bearing on what is asked here (the key identifiers, the issuer's other names). */
const understood: ReadonlySet<string> = new Set([
  Oid.subjectKeyIdentifier,
  Oid.authorityKeyIdentifier,
  Oid.keyUsage,
  Oid.extendedKeyUsage,
  Oid.basicConstraints,
  Oid.subjectAltName,
  Oid.issuerAltName,
  Oid.nameConstraints,
  Oid.certificatePolicies,
  Oid.policyMappings,
  Oid.policyConstraints,
  Oid.inhibitAnyPolicy,
  Oid.crlDistributionPoints,
])

function checkCriticalExtensions(certificate: Certificate): PathReason[] {
  return certificate.extensions
    .filter((each) => each.critical && !understood.has(each.oid))
    .map((each) =>
      reason(
        'unknown-critical-extension',
        certificate,
        `has the critical extension ${oidName(each.oid)}, unknown here`,
      ),
    )
}

/**
 * What an issuer must be. A trust anchor without basicConstraints (a version 1 root) is taken as given; limits that an
 * anchor's certificate does state are kept (RFC 5937).
 */
function checkAuthority(certificate: Certificate, isAnchor: boolean, purpose: PathPurpose): PathReason[] {
  const reasons: PathReason[] = []
  const { basicConstraints, keyUsage } = certificate
  if (basicConstraints === undefined ? !isAnchor : !basicConstraints.ca)
    reasons.push(reason('not-a-ca', certificate, 'issued a certificate, and is no certification authority'))
  if (keyUsage?.has('keyCertSign') === false)
    reasons.push(
      reason('key-usage', certificate, `issued a certificate, its key usage is only ${[...keyUsage].join(', ')}`),
    )
  if (purpose !== 'any' && !servesMail(certificate))
    reasons.push(
      reason('extended-key-usage', certificate, `may not issue for mail: only for ${showUsages(certificate)}`),
    )
  return reasons
}

/** RFC 5280 6.1.4 (l) and (m): each limit counts the authorities below it that are not self-issued. */
function checkPathLengths(downwards: readonly Certificate[]): PathReason[] {
  let allowed = Number.POSITIVE_INFINITY
  for (const [index, certificate] of downwards.slice(0, -1).entries()) {
    if (index > 0 && !isSelfIssued(certificate)) {
      if (allowed === 0)
        return [reason('path-too-long', certificate, 'is one authority more than the path length above it allows')]
      allowed--
    }
    if (certificate.basicConstraints?.ca === true)
      allowed = Math.min(allowed, certificate.basicConstraints.pathLength ?? allowed)
  }
  return []
}

function isSelfIssued(certificate: Certificate): boolean {
  return namesEqual(certificate.issuer, certificate.subject)
}

/** RFC 5280 6.1.3 (b), (c) and 6.1.4 (g). */
function checkNames(downwards: readonly Certificate[]): PathReason[] {
  const reasons: PathReason[] = []
  const constraints: NameConstraints[] = []
  for (const [index, certificate] of downwards.entries()) {
    const last = index === downwards.length - 1
    if (constraints.length > 0 && (last || !isSelfIssued(certificate))) {
      const message = violation(constrainedNames(certificate), constraints)
      if (message !== undefined)
        reasons.push(reason('name-constraints', certificate, `breaks the name constraints above it: ${message}`))
    }
    const extension = certificate.extensions.find((each) => each.oid === Oid.nameConstraints)
    if (extension === undefined || last) continue
    reasons.push(
      ...guarded(certificate, 'name constraints', () => {
        constraints.push(readNameConstraints(extension.value))
        return []
      }),
    )
  }
  return reasons
}

/** An extension that can't be read is a reason, not a crash. */
function guarded(certificate: Certificate, what: string, check: () => PathReason[]): PathReason[] {
  try {
    return check()
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    return [reason('extension-malformed', certificate, `or its chain has ${what} that can't be read: ${error.message}`)]
  }
}

/** RFC 8550 4.4.2 and 4.4.4; a certificate without these extensions is not restricted. */
function checkPurpose(leaf: Certificate, purpose: PathPurpose): PathReason[] {
  if (purpose === 'any') return []
  const reasons: PathReason[] = []
  const wanted =
    purpose === 'smime-sign'
      ? (['digitalSignature', 'nonRepudiation'] as const)
      : (['keyEncipherment', 'keyAgreement'] as const)
  const { keyUsage } = leaf
  if (keyUsage !== undefined && !wanted.some((usage) => keyUsage.has(usage)))
    reasons.push(
      reason('key-usage', leaf, `has key usage ${[...keyUsage].join(', ') || 'none'}; ${wanted.join(' or ')} wanted`),
    )
  if (!servesMail(leaf))
    reasons.push(reason('extended-key-usage', leaf, `may not be used for mail: only for ${showUsages(leaf)}`))
  return reasons
}

function servesMail({ extendedKeyUsage }: Certificate): boolean {
  if (extendedKeyUsage === undefined) return true
  return extendedKeyUsage.includes(Oid.emailProtection) || extendedKeyUsage.includes(Oid.anyExtendedKeyUsage)
}

function showUsages({ extendedKeyUsage }: Certificate): string {
  return extendedKeyUsage?.map(oidName).join(', ') || 'nothing'
}
