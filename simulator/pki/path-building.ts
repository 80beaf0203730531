/**
 * Finds chains from a certificate up to a trust anchor (RFC 4158): by names, then by signatures, likeliest issuer first.
 * Several chains are told one after the other, as the first one found is not always the one that holds.
 */
import type { Certificate } from './certificate.ts'
import type { CertificateIndex } from './certificate-index.ts'
import { signatureBy } from './signed-by.ts'

/** Leaf and trust anchor included. */
export const maxChainLength = 10

/** Bounds the work that a bag full of look-alike certificates can ask for. */
export const maxSignatureChecks = 200

/** A chain that could not be led up to an anchor, and why. */
export interface DeadEnd {
  readonly chain: readonly Certificate[]
  readonly why: 'no-issuer' | 'bad-signature' | 'algorithm-unsupported' | 'chain-too-long' | 'too-many-signatures'
}

/** One search: its chains, leaf first and anchor last, each signature in them verified; and where it got stuck. */
export class ChainSearch {
  readonly deadEnds: DeadEnd[] = []
  readonly #index: CertificateIndex
  readonly #at: Date
  #checksLeft = maxSignatureChecks

  constructor(index: CertificateIndex, at: Date) {
    this.#index = index
    this.#at = at
  }

  /** Depth first, so the caller may stop at a good one. */
  *chains(leaf: Certificate): Generator<readonly Certificate[]> {
    yield* this.#extend([leaf], leaf)
  }

  *#extend(chain: readonly Certificate[], top: Certificate): Generator<readonly Certificate[]> {
    if (this.#index.isAnchor(top)) {
      yield chain
      return
    }
    const issuers = this.#issuersOf(top).filter((each) => !chain.some((known) => sameEntity(known, each)))
    if (issuers.length > 0 && chain.length === maxChainLength) {
      this.deadEnds.push({ chain, why: 'chain-too-long' })
      return
    }
    let why: DeadEnd['why'] = 'no-issuer'
    let extended = false
    for (const issuer of issuers) {
      if (this.#checksLeft === 0) {
        why = 'too-many-signatures'
        break
      }
      this.#checksLeft--
      const verdict = signatureBy(top, issuer)
      if (verdict === 'valid') {
        extended = true
        yield* this.#extend([...chain, issuer], issuer)
      } else if (verdict === 'unsupported') why = 'algorithm-unsupported'
      // Another key's identifier: somebody else of the same name, who never claimed this signature.
      else if (keyIdsAgree(top, issuer) !== 'no' && why === 'no-issuer') why = 'bad-signature'
    }
    if (!extended || why === 'too-many-signatures') this.deadEnds.push({ chain, why })
  }

  #issuersOf(certificate: Certificate): Certificate[] {
    const rank = (issuer: Certificate): number => {
      const keyId = { yes: 0, unsaid: 4, no: 8 }[keyIdsAgree(certificate, issuer)]
      const valid = issuer.notBefore <= this.#at && this.#at <= issuer.notAfter ? 0 : 1
      return keyId + (this.#index.isAnchor(issuer) ? 0 : 2) + valid
    }
    return [...this.#index.withSubject(certificate.issuer)].sort(
      (a, b) => rank(a) - rank(b) || b.notBefore.getTime() - a.notBefore.getTime(),
    )
  }
}

/** The same name with the same key is the same authority: visiting it twice leads nowhere new (RFC 4158 5.2). */
function sameEntity(a: Certificate, b: Certificate): boolean {
  return a.sha256 === b.sha256 || (a.subject.equals(b.subject) && a.spki.equals(b.spki))
}

function keyIdsAgree(certificate: Certificate, issuer: Certificate): 'yes' | 'no' | 'unsaid' {
  if (certificate.authorityKeyId === undefined || issuer.subjectKeyId === undefined) return 'unsaid'
  return certificate.authorityKeyId.equals(issuer.subjectKeyId) ? 'yes' : 'no'
}
