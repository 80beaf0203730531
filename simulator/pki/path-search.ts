/** Tries the chains that can be found until one holds; else the one with the least against it is told. */
import type { Certificate } from './certificate.ts'
import type { CertificateIndex } from './certificate-index.ts'
import { namesEqual } from './name.ts'
import { ChainSearch, type DeadEnd, maxChainLength, maxSignatureChecks } from './path-building.ts'
import { type ChainJudgement, checkChain, type PathPurpose } from './path-checks.ts'
import { type PathReason, reason } from './path-reason.ts'
import type { PolicySettings } from './policy.ts'

export interface PathQuestion {
  readonly at: Date
  readonly purpose: PathPurpose
  readonly policies?: PolicySettings
}

export interface FoundPath extends ChainJudgement {
  /** Leaf first; up to the anchor where one was reached. */
  readonly chain: readonly Certificate[]
  readonly anchored: boolean
}

/** @param checkMore asked of each chain that reaches an anchor */
export function findPath(
  leaf: Certificate,
  index: CertificateIndex,
  question: PathQuestion,
  checkMore: (chain: readonly Certificate[]) => readonly PathReason[],
): FoundPath {
  const search = new ChainSearch(index, question.at)
  let best: FoundPath | undefined
  for (const chain of search.chains(leaf)) {
    const judged = checkChain({ ...question, chain, anchored: true })
    const reasons = [...judged.reasons, ...checkMore(chain)]
    const found = { ...judged, reasons, chain, anchored: true }
    if (reasons.length === 0) return found
    if (best === undefined || reasons.length < best.reasons.length) best = found
  }
  return best ?? unanchored(leaf, search.deadEnds, question)
}

/** No chain reached an anchor: the longest attempt is told, with whatever else is wrong with it. */
function unanchored(leaf: Certificate, deadEnds: readonly DeadEnd[], question: PathQuestion): FoundPath {
  const longest = deadEnds.reduce<DeadEnd>(
    (best, each) => (each.chain.length > best.chain.length ? each : best),
    deadEnds[0] ?? { chain: [leaf], why: 'no-issuer' },
  )
  const { chain, why } = deadEnds.find((each) => each.why === 'too-many-signatures') ?? longest
  const judged = checkChain({ ...question, chain, anchored: false })
  const reasons = [deadEndReason(chain.at(-1) ?? leaf, why), ...judged.reasons]
  return { reasons, policies: [], chain, anchored: false }
}

function deadEndReason(top: Certificate, why: DeadEnd['why']): PathReason {
  switch (why) {
    case 'bad-signature':
      return reason('bad-signature', top, `has a signature that '${top.issuerText}' did not make`)
    case 'algorithm-unsupported':
      return reason('algorithm-unsupported', top, 'is signed with an algorithm or a key that is not supported here')
    case 'chain-too-long':
      return reason('path-too-long', top, `ends a chain of ${maxChainLength} certificates without a trust anchor`)
    case 'too-many-signatures':
      return reason(
        'untrusted',
        top,
        `has too many possible issuers: no trust anchor within ${maxSignatureChecks} signature checks`,
      )
    case 'no-issuer':
      return namesEqual(top.issuer, top.subject)
        ? reason('untrusted', top, 'is self-signed and no trust anchor')
        : reason('untrusted', top, `was issued by '${top.issuerText}', which is not known here`)
  }
}
