/**
 * Certification path validation (RFC 5280 6.1 and 6.3, S/MIME profile of RFC 8550 4): is this certificate, at this time
 * and for this purpose, one to rely on under these trust anchors?
 *
 * An anchor's name and key are trusted without a signature, whether it is a root or not. Its validity and the limits
 * in its certificate are kept, as mail clients and OpenSSL do (RFC 5937).
 */
import type { Certificate } from './certificate.ts'
import { CertificateIndex } from './certificate-index.ts'
import type { CertificateRevocationList } from './crl.ts'
import { namesEqual } from './name.ts'
import { ChainSearch, type DeadEnd, maxChainLength, maxSignatureChecks } from './path-building.ts'
import { checkChain, type PathPurpose } from './path-checks.ts'
import { type PathReason, reason } from './path-reason.ts'
import { revocationStatus } from './revocation.ts'

export type { PathReason } from './path-reason.ts'

export interface PathOptions {
  readonly anchors: readonly Certificate[]
  /** Untrusted ones, from wherever: they only help to find a chain. */
  readonly intermediates: readonly Certificate[]
  readonly at: Date
  readonly crls?: readonly CertificateRevocationList[]
  /** 'any' (the default) looks at no key usage of the leaf and no extended key usage. */
  readonly purpose?: PathPurpose
  /** Refuse a chain where the lists leave the status of any certificate open. */
  readonly requireRevocation?: boolean
}

export interface PathResult {
  readonly ok: boolean
  /** Leaf first; up to the anchor where one was reached. */
  readonly chain: readonly Certificate[]
  /** Empty when ok. */
  readonly reasons: readonly PathReason[]
}

/** Tries the chains that can be found until one holds; else the one with the least against it is reported. */
export function validatePath(leaf: Certificate, options: PathOptions): PathResult {
  const index = new CertificateIndex(options.anchors, options.intermediates)
  const signers = new CrlSigners(index, options)
  const { at, purpose = 'any' } = options
  return findPath(leaf, index, at, purpose, (chain) => checkRevocation(chain, options, signers))
}

function findPath(
  leaf: Certificate,
  index: CertificateIndex,
  at: Date,
  purpose: PathPurpose,
  checkMore: (chain: readonly Certificate[]) => readonly PathReason[],
): PathResult {
  const search = new ChainSearch(index, at)
  let best: PathResult | undefined
  for (const chain of search.chains(leaf)) {
    const reasons = [...checkChain({ chain, anchored: true, at, purpose }), ...checkMore(chain)]
    if (reasons.length === 0) return { ok: true, chain, reasons }
    if (best === undefined || reasons.length < best.reasons.length) best = { ok: false, chain, reasons }
  }
  return best ?? unanchored(leaf, search.deadEnds, at, purpose)
}

/** No chain reached an anchor: the longest attempt is told, with whatever else is wrong with it. */
function unanchored(leaf: Certificate, deadEnds: readonly DeadEnd[], at: Date, purpose: PathPurpose): PathResult {
  const longest = deadEnds.reduce<DeadEnd>(
    (best, each) => (each.chain.length > best.chain.length ? each : best),
    deadEnds[0] ?? { chain: [leaf], why: 'no-issuer' },
  )
  const { chain, why } = deadEnds.find((each) => each.why === 'too-many-signatures') ?? longest
  const reasons = [deadEndReason(chain.at(-1) ?? leaf, why), ...checkChain({ chain, anchored: false, at, purpose })]
  return { ok: false, chain, reasons }
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

/** Every certificate but the anchor. */
function checkRevocation(
  chain: readonly Certificate[],
  { crls = [], at, requireRevocation = false }: PathOptions,
  signers: { of(above: readonly Certificate[]): Iterable<Certificate> },
): PathReason[] {
  if (crls.length === 0 && !requireRevocation) return []
  return chain.slice(0, -1).flatMap((certificate, index) => {
    const above = chain.slice(index + 1)
    const found = revocationStatus({ certificate, at, crls, signers: () => signers.of(above) })
    if (found.status === 'revoked')
      return reason('revoked', certificate, `was revoked ${found.revokedAt.toISOString()} (${found.reason})`)
    if (found.status === 'unknown' && requireRevocation)
      return reason('revocation-unknown', certificate, `may be revoked: ${found.why.join('; ')}`)
    return []
  })
}

/** So many certificates of second keys are looked at for one question. */
const maxOtherSigners = 8

/** An authority may sign its lists with a second key, certified under the same anchor (RFC 5280 6.3.3 (f)). */
class CrlSigners {
  readonly #index: CertificateIndex
  readonly #options: PathOptions
  /** The anchor of each other signer looked at, undefined where there is no path. */
  readonly #anchors = new Map<string, string | undefined>()

  constructor(index: CertificateIndex, options: PathOptions) {
    this.#index = index
    this.#options = options
  }

  /** @param above the chain from the issuer up to the anchor */
  *of(above: readonly Certificate[]): Generator<Certificate> {
    const [issuer] = above
    const anchor = above.at(-1)
    if (issuer === undefined || anchor === undefined) return
    yield issuer
    for (const other of this.#index.withSubject(issuer.subject))
      if (other.keyUsage?.has('cRLSign') === true && this.#anchorOf(other) === anchor.sha256) yield other
  }

  #anchorOf(signer: Certificate): string | undefined {
    if (!this.#anchors.has(signer.sha256) && this.#anchors.size < maxOtherSigners) {
      // Second keys don't vouch for second keys: so the question ends, and a key can't clear itself.
      const issuerOnly = { of: (above: readonly Certificate[]) => above.slice(0, 1) }
      const known = { ...this.#options, requireRevocation: false }
      const path = findPath(signer, this.#index, known.at, 'any', (chain) => checkRevocation(chain, known, issuerOnly))
      this.#anchors.set(signer.sha256, path.ok ? path.chain.at(-1)?.sha256 : undefined)
    }
    return this.#anchors.get(signer.sha256)
  }
}
