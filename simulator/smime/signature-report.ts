/** From cryptographic facts to a verdict on a signature: the signer's path, the time of signing, and the author named (RFC 8550 3, 4). */
import { LabError } from '../error.ts'
import type { Certificate, CertificateRevocationList } from '../pki/index.ts'
import { type PathReason, type PathResult, validatePath } from '../pki/path-validation.ts'
import type { SignerResult, VerifyResult } from './cms/index.ts'
import type { Author } from './message-headers.ts'
import { addressesEqual } from './mime/address.ts'

export interface TrustSettings {
  readonly anchors: readonly Certificate[]
  readonly intermediates?: readonly Certificate[]
  readonly crls?: readonly CertificateRevocationList[]
  /** "Now": when the message is read. */
  readonly at: Date
}

export type SignerStatus = 'valid' | 'invalid' | 'untrusted'

export interface SignerReport {
  /** Of the signer's certificate. */
  readonly emails: string[]
  readonly status: SignerStatus
  /** Why it isn't valid; of a valid one, what a careful reader should know. */
  readonly reasons: PathReason[]
  readonly subject?: string
  readonly sha256?: string
  /** As the signer claims it: nothing but the signature vouches for it. */
  readonly signingTime?: Date
}

export interface SignatureReport {
  /** The worst of the signers': one good signature says nothing for another one's (RFC 5652 5.1). */
  readonly status: SignerStatus | 'unsigned'
  readonly signers: SignerReport[]
}

export const unsigned: SignatureReport = { status: 'unsigned', signers: [] }

/** What a signed layer has to show for itself; `broken` where no signer can be read from it. */
export type SignatureEvidence = { readonly read: VerifyResult } | { readonly broken: PathReason }

/** Zero signers are no signature (RFC 8551 3.8 uses that for certificates alone). */
export function judgeSignature(evidence: SignatureEvidence, author: Author, trust: TrustSettings): SignatureReport {
  if ('broken' in evidence)
    return { status: 'invalid', signers: [{ emails: [], status: 'invalid', reasons: [evidence.broken] }] }
  const { signers: results, certificates } = evidence.read
  const signers = results.map((signer) => judgeSigner(signer, certificates, author, trust))
  return { status: signers.map((each) => each.status).reduce(worse, 'unsigned'), signers }
}

const severity = ['unsigned', 'valid', 'untrusted', 'invalid'] as const

function worse(a: SignatureReport['status'], b: SignatureReport['status']): SignatureReport['status'] {
  return severity.indexOf(a) >= severity.indexOf(b) ? a : b
}

interface Judgement {
  readonly status: SignerStatus
  readonly reasons: readonly PathReason[]
}

function judgeSigner(
  signer: SignerResult,
  certificates: readonly Certificate[],
  author: Author,
  trust: TrustSettings,
): SignerReport {
  const { certificate, signingTime } = signer
  const judgements: Judgement[] = [{ status: signer.cryptoValid ? 'valid' : 'invalid', reasons: signer.reasons }]
  if (certificate !== undefined)
    judgements.push(judgeReadablePath(certificate, certificates, signingTime, trust), judgeAuthor(certificate, author))
  else if (signer.cryptoValid) judgements.push(invalid('signer-certificate-missing', 'no certificate of the signer'))
  return {
    emails: [...(certificate?.emails ?? [])],
    status: judgements.map((each) => each.status).reduce((a, b) => (worse(a, b) === a ? a : b), 'valid'),
    reasons: judgements.flatMap((each) => each.reasons),
    ...(certificate === undefined ? {} : { subject: certificate.subjectText, sha256: certificate.sha256 }),
    ...(signingTime === undefined ? {} : { signingTime }),
  }
}

/** Certificates in a message are whatever a sender put there: one that can't be read is against its signer, no failure. */
function judgeReadablePath(...question: Parameters<typeof judgePath>): Judgement {
  try {
    return judgePath(...question)
  } catch (error) {
    if (error instanceof LabError) return invalid('certificate-malformed', error.message)
    throw error
  }
}

/** Certificates in the message that may help to build a path; honest mail has a handful, and each costs time. */
const maxEmbedded = 32

/**
 * The path is judged as of now. Where time alone has run out since, it is judged as of the claimed signing time: an archived
 * message stays what it was. Revocation isn't forgiven so, as whoever holds a stolen key can claim any time.
 */
function judgePath(
  certificate: Certificate,
  embedded: readonly Certificate[],
  signingTime: Date | undefined,
  trust: TrustSettings,
): Judgement {
  const path = (at: Date): PathResult =>
    validatePath(certificate, {
      anchors: trust.anchors,
      intermediates: [...(trust.intermediates ?? []), ...embedded.slice(0, maxEmbedded)],
      at,
      purpose: 'smime-sign',
      ...(trust.crls === undefined ? {} : { crls: trust.crls }),
    })
  const now = path(trust.at)
  const signedAt = signingTime ?? trust.at
  const window = signingWindow(certificate, signedAt)
  if (window !== undefined) return window
  if (now.ok) return { status: 'valid', reasons: [] }
  if (!now.reasons.every(({ code }) => code === 'expired' || code === 'untrusted')) return troubled(now)
  if (!now.reasons.some(({ code }) => code === 'expired')) return troubled(now)
  const then = path(signedAt)
  const expiredSince = { code: 'expired-since', message: `expired since it signed: ${certificate.subjectText}` }
  return then.ok ? { status: 'valid', reasons: [expiredSince] } : troubled(then)
}

function signingWindow(certificate: Certificate, signedAt: Date): Judgement | undefined {
  const when = signedAt.toISOString()
  if (signedAt < certificate.notBefore) return invalid('not-yet-valid', `not yet valid when it signed, ${when}`)
  if (signedAt > certificate.notAfter) return invalid('expired', `already expired when it signed, ${when}`)
  return undefined
}

/** 'untrusted' where the only trouble is that no path leads to an anchor. */
function troubled({ reasons }: PathResult): Judgement {
  return { status: reasons.every(({ code }) => code === 'untrusted') ? 'untrusted' : 'invalid', reasons }
}

function judgeAuthor(certificate: Certificate, author: Author): Judgement {
  if (author.kind === 'ambiguous') return invalid('ambiguous-from', author.message)
  if (author.kind === 'none') return invalid('from-missing', 'a From field to hold the signer against wanted, got none')
  const names = (address: string): boolean => certificate.emails.some((each) => addressesEqual(each, address))
  if (certificate.emails.length === 0)
    return valid(
      'no-certificate-address',
      'the certificate names no address: it does not tie the signer to the From field',
    )
  if (names(author.from)) return { status: 'valid', reasons: [] }
  if (author.sender !== undefined && names(author.sender))
    return valid('signed-by-sender', `signed by the Sender ${author.sender}, not by the author ${author.from}`)
  return invalid(
    'address-mismatch',
    `the certificate of ${author.from} wanted, got that of ${certificate.emails.join(', ')}`,
  )
}

function valid(code: string, message: string): Judgement {
  return { status: 'valid', reasons: [{ code, message }] }
}

function invalid(code: string, message: string): Judgement {
  return { status: 'invalid', reasons: [{ code, message }] }
}
