/**
 * What a mail app learns of those who write to it (RFC 8551 2.5.2, 2.5.3, 2.7.1): which algorithms they read, and which
 * certificate to encrypt to. It decides how secret the next message is, so only sound signatures teach anything.
 */
import type { Certificate } from '../pki/index.ts'
import { validatePath } from '../pki/path-validation.ts'
import { type RecipientId, recipientMatches } from './cms/index.ts'
import { addressesEqual, addressKey } from './mime/address.ts'
import type { OpenedMessage } from './open-message.ts'
import type { SignerReport, TrustSettings } from './signature-report.ts'

export interface Correspondent {
  /** Signing time of the message that told this; an older one changes nothing. */
  readonly signedAt: Date
  /** Dotted object identifiers, best first; undefined where the message had none. */
  readonly capabilities?: readonly string[]
  readonly encryptionKeyPreference?: RecipientId
  /** Theirs to encrypt to, as found in the message, and validated: no signature covers what certificates come along. */
  readonly certificates: readonly Certificate[]
}

/** How far in the future a signing time may lie: clocks differ, forgers' too (RFC 8551 2.7.1). */
const clockSkew = 24 * 60 * 60 * 1000

/** Of what comes along; honest mail has two of the signer's, and each costs a path validation. */
const maxCandidates = 4

export class Correspondents {
  readonly #known = new Map<string, Correspondent>()

  /** What is known of whoever has this address. */
  find(address: string): Correspondent | undefined {
    return this.#known.get(addressKey(address))
  }

  /** Takes what the signers of a message tell about themselves, if their signatures are valid and the newest. */
  learn(opened: Pick<OpenedMessage, 'outcome' | 'signature'>, trust: TrustSettings): void {
    if (opened.outcome === 'closed' || opened.signature.status !== 'valid') return
    for (const signer of opened.signature.signers) {
      const newTo = signer.emails.filter((address) => this.#isNews(address, signer, trust.at))
      if (newTo.length === 0 || signer.signingTime === undefined) continue
      const { signingTime: signedAt, capabilities, encryptionKeyPreference } = signer
      const correspondent: Correspondent = {
        signedAt,
        ...(capabilities === undefined ? {} : { capabilities }),
        ...(encryptionKeyPreference === undefined ? {} : { encryptionKeyPreference }),
        certificates: ownCertificates(signer, opened.signature.certificates ?? [], trust),
      }
      for (const address of newTo) this.#known.set(addressKey(address), correspondent)
    }
  }

  /** A key whose certificate has run out since may be in anyone's hands, and the signing time is its holder's word. */
  #isNews(address: string, { signingTime, reasons }: SignerReport, now: Date): boolean {
    if (signingTime === undefined || reasons.some(({ code }) => code === 'expired-since')) return false
    if (signingTime.getTime() > now.getTime() + clockSkew) return false
    const known = this.find(address)
    return known === undefined || signingTime > known.signedAt
  }
}

/** The one that the signer prefers; without a preference, those of the signer's name (RFC 8551 2.5.3.1). */
function ownCertificates(signer: SignerReport, embedded: readonly Certificate[], trust: TrustSettings): Certificate[] {
  const { encryptionKeyPreference: preferred, sha256 } = signer
  const own = embedded.find((each) => each.sha256 === sha256)
  return embedded
    .filter((each) =>
      preferred === undefined ? own?.subject.equals(each.subject) === true : recipientMatches(preferred, each),
    )
    .slice(0, maxCandidates)
    .filter((each) => names(each, signer.emails) && isSound(each, embedded, trust))
}

function names(certificate: Certificate, addresses: readonly string[]): boolean {
  const { emails } = certificate
  return emails.length === 0 || emails.some((each) => addresses.some((address) => addressesEqual(each, address)))
}

function isSound(certificate: Certificate, embedded: readonly Certificate[], trust: TrustSettings): boolean {
  if (!mayEncrypt(certificate)) return false
  const intermediates = [...(trust.intermediates ?? []), ...embedded]
  return validatePath(certificate, { ...trust, intermediates, purpose: 'smime-encrypt' }).ok
}

/** RFC 8550 4.4.2: what the certificate says its key is for. */
export function mayEncrypt({ keyUsage }: Certificate): boolean {
  return keyUsage === undefined || keyUsage.has('keyEncipherment') || keyUsage.has('keyAgreement')
}

/**
 * The certificate to encrypt to, of those that the directory has for the recipient and those that the recipient sent: the
 * preferred one (RFC 8551 2.5.3.1), else the newest that is valid and may encrypt, as Outlook on the web has it. Undefined
 * where none serves.
 */
export function chooseCertificate(
  known: Correspondent | undefined,
  directory: readonly Certificate[],
  at: Date,
): Certificate | undefined {
  const serves = (each: Certificate): boolean => mayEncrypt(each) && each.notBefore <= at && at <= each.notAfter
  const candidates = [...(known?.certificates ?? []), ...directory].filter(serves)
  const preferred = known?.encryptionKeyPreference
  const wanted = preferred === undefined ? undefined : candidates.find((each) => recipientMatches(preferred, each))
  return wanted ?? candidates.sort((a, b) => b.notBefore.getTime() - a.notBefore.getTime())[0]
}
