/** From cryptographic facts to a verdict on a signature: the signer's path, the time of signing, and the author named (RFC 8550 3, 4). */
import type { Certificate } from '../pki/index.ts'
import { type PathOptions, type PathReason, type PathResult, validatePath } from '../pki/path-validation.ts'
import type { RecipientId, SignerResult, VerifyResult } from './cms/index.ts'
import type { Author } from './message-headers.ts'
import { addressesEqual } from './mime/address.ts'

/** As path validation takes them: lists and responses, how much they must tell, policies to accept. */
export interface TrustSettings extends Pick<PathOptions, 'crls' | 'ocsp' | 'revocation' | 'policies'> {
  readonly anchors: readonly Certificate[]
  readonly intermediates?: readonly Certificate[]
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
  /** What the signer would like to be sent (RFC 8551 2.5.2), dotted: believe it of a valid one only. */
  readonly capabilities?: readonly string[]
  /** Which certificate answers are to be encrypted to (RFC 8551 2.5.3): likewise. */
  readonly encryptionKeyPreference?: RecipientId
}

export interface SignatureReport {
  /** The worst of the signers': one good signature says nothing for another one's (RFC 5652 5.1). */
  readonly status: SignerStatus | 'unsigned'
  readonly signers: SignerReport[]
  /** What came along. No signature covers them: each has to be validated before use. */
  readonly certificates?: readonly Certificate[]
}

export const unsigned: SignatureReport = { status: 'unsigned', signers: [] }

/** What a signed layer has to show for itself; `broken` where no signer can be read from it. */
export type SignatureEvidence = { readonly read: VerifyResult } | { readonly broken: PathReason }

/** Zero signers are no signature (RFC 8551 3.8 uses that for certificates alone). */
export function judgeSignature(evidence: SignatureEvidence, author: Author, trust: TrustSettings): SignatureReport {
  if ('broken' in evidence)
    return { status: 'invalid', signers: [{ emails: [], status: 'invalid', reasons: [evidence.broken] }] }
  const { signers: results, certificates } = evidence.read
  if (results.length === 0) return unsigned
  const signers = results.map((signer) => judgeSigner(signer, certificates, author, trust))
  return { status: signers.map((each) => each.status).reduce(worse, 'unsigned'), signers, certificates }
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
  const { certificate, signingTime, capabilities, encryptionKeyPreference } = signer
  const judgements: Judgement[] = [{ status: cryptoStatus(signer), reasons: signer.reasons }]
  if (certificate !== undefined)
    judgements.push(judgePath(certificate, certificates, signingTime, trust), judgeAuthor(certificate, author))
  else if (signer.cryptoValid) judgements.push(invalid('signer-certificate-missing', 'no certificate of the signer'))
  return {
    emails: [...(certificate?.emails ?? [])],
    status: judgements.map((each) => each.status).reduce((a, b) => (worse(a, b) === a ? a : b), 'valid'),
    reasons: judgements.flatMap((each) => each.reasons),
    ...(certificate === undefined ? {} : { subject: certificate.subjectText, sha256: certificate.sha256 }),
    ...(signingTime === undefined ? {} : { signingTime }),
    ...(capabilities === undefined ? {} : { capabilities }),
    ...(encryptionKeyPreference === undefined ? {} : { encryptionKeyPreference }),
  }
}

/** What can't be checked for lack of an algorithm or a certificate is not known to be forged: it is not trusted. */
function cryptoStatus({ cryptoValid, reasons }: SignerResult): SignerStatus {
  if (cryptoValid) return 'valid'
  const unjudged =
    reasons.length > 0 &&
    reasons.every(({ code }) => code === 'algorithm-unsupported' || code === 'signer-certificate-missing')
  return unjudged ? 'untrusted' : 'invalid'
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
      ...trust,
      intermediates: [...(trust.intermediates ?? []), ...embedded.slice(0, maxEmbedded)],
      at,
      purpose: 'smime-sign',
    })
  const now = path(trust.at)
  const signedAt = signingTime ?? trust.at
  const window = signingWindow(certificate, signedAt)
  if (window !== undefined) return window
  if (now.ok) return { status: 'valid', reasons: now.notices }
  if (!now.reasons.every(({ code }) => code === 'expired' || code === 'untrusted')) return troubled(now)
  if (!now.reasons.some(({ code }) => code === 'expired')) return troubled(now)
  const then = path(signedAt)
  const expiredSince = { code: 'expired-since', message: `expired since it signed: ${certificate.subjectText}` }
  return then.ok ? { status: 'valid', reasons: [expiredSince, ...then.notices] } : troubled(then)
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
  if (author.kind === 'no-message')
    return valid('no-message', 'no message is around the signature, so no From field: look yourself whose it is')
  // RFC 8550 3: the address has to match where there is one. Without a From field nobody is claimed to have written it.
  if (author.kind === 'none')
    return valid('from-missing', 'the message has no From field: look yourself whose signature it is')
  const names = (address: string): boolean => certificate.emails.some((each) => addressesEqual(each, address))
  if (author.outer !== undefined) return judgeMismatch(author.from, author.outer, names(author.from))
  if (certificate.emails.length === 0)
    return valid(
      'no-certificate-address',
      'the certificate names no address: it does not tie the signer to the From field',
    )
  if (names(author.from)) return { status: 'valid', reasons: [] }
  if (author.sender !== undefined && names(author.sender))
    // RFC 8550 3 lets the Sender match instead, and readers show the From field: whoever may sign at all could be anybody.
    return {
      status: 'untrusted',
      reasons: [
        {
          code: 'signed-by-sender',
          message: `signed by the Sender ${author.sender}, not by the author ${author.from}`,
        },
      ],
    }
  return invalid(
    'address-mismatch',
    `the certificate of ${author.from} wanted, got that of ${certificate.emails.join(', ')}`,
  )
}

/** RFC 9788 4.4: what was signed beats what stands outside, if the signer is who it names; else neither is to be believed. */
function judgeMismatch(inner: string, outer: string, isSigner: boolean): Judgement {
  const told = `the From field says ${outer}, the protected one inside says ${inner}`
  return isSigner ? valid('from-mismatch', `${told}, who signed`) : invalid('ambiguous-from', told)
}

function valid(code: string, message: string): Judgement {
  return { status: 'valid', reasons: [{ code, message }] }
}

function invalid(code: string, message: string): Judgement {
  return { status: 'invalid', reasons: [{ code, message }] }
}
