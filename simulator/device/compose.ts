/**
 * How the mail app of a device writes: signs with the device's own key, encrypts to whom the directory and earlier mail know.
 * Fails rather than sends in the clear, or weaker than it was told to.
 */
import { LabError } from '../error.ts'
import type { RecipientDirectory } from '../mail/directory.ts'
import type { Certificate } from '../pki/certificate.ts'
import {
  type Addressee,
  answerTo,
  certificateCapabilities,
  chooseCertificate,
  chooseContentCipher,
  everyoneReadsPss,
  type Letter,
  makeEnvelopes,
  type SealedLetter,
  textEntity,
} from '../smime/index.ts'
import { certificatesFor, type MailAppContext, mayUse } from './mail-app.ts'
import type { OpenOutcome } from './open-outcome.ts'
import type { HeldKey, MailAccount } from './stores.ts'

/**
 * The device's own signing key: bound by the profile where the platform binds it, else the newest in reach
 * that may sign (RFC 8550 4.4.2) for the account's address and is valid today.
 */
export function signingKey(account: MailAccount, context: MailAppContext): HeldKey {
  const bound = account.smime.signingCertificate
  const candidates = [...context.stores.keys.values()]
    .filter((key) => mayUse(key, context.app))
    .filter((key) => bound === undefined || key.certificate.sha256 === bound)
    .filter(
      ({ certificate }) =>
        certificate.keyUsage === undefined ||
        certificate.keyUsage.has('digitalSignature') ||
        certificate.keyUsage.has('nonRepudiation'),
    )
    .filter(({ certificate }) => certificate.notBefore <= context.now && context.now <= certificate.notAfter)
    .filter(({ certificate }) =>
      certificate.emails.some((each) => each.toLowerCase() === account.address.toLowerCase()),
    )
    .sort((a, b) => b.certificate.notBefore.getTime() - a.certificate.notBefore.getTime())
  const [key] = candidates
  if (key === undefined) {
    throw new LabError('no-signing-key', `no valid signing key for ${account.address} in reach of ${context.app}`, {
      hint: 'deliver a PKCS, SCEP or imported signing profile to this device',
    })
  }
  return key
}

/** The device's own encryption certificate, for the copy that the sender keeps (RFC 8551 3.3). */
function ownEncryptionCertificate(account: MailAccount, context: MailAppContext): Certificate | undefined {
  const bound = account.smime.encryptionCertificate
  return [...context.stores.keys.values()]
    .filter((key) => mayUse(key, context.app))
    .map((key) => key.certificate)
    .filter((certificate) => bound === undefined || certificate.sha256 === bound)
    .filter(({ keyUsage }) => keyUsage === undefined || keyUsage.has('keyEncipherment') || keyUsage.has('keyAgreement'))
    .filter((certificate) => certificate.notBefore <= context.now && context.now <= certificate.notAfter)
    .sort((a, b) => b.notBefore.getTime() - a.notBefore.getTime())[0]
}

export interface Draft {
  readonly to: readonly string[]
  readonly cc?: readonly string[]
  /** Each gets a message of their own, and nobody else sees that. */
  readonly bcc?: readonly string[]
  readonly subject: string
  readonly text: string
  readonly messageId: string
  /** The message that this one answers: it joins its thread, and hides what was hidden there (RFC 9788 6.1). */
  readonly answers?: OpenOutcome
}

export interface Composed extends SealedLetter {
  readonly from: string
}

/**
 * Composes, signs, then encrypts to everybody named, and to the sender.
 *
 * @throws LabError 'no-account', 'smime-off', 'no-recipient-certificate', 'no-signing-key', 'weak-cipher', 'no-common-cipher'
 */
export function composeInMailApp(draft: Draft, context: MailAppContext, directory: RecipientDirectory): Composed {
  const account = [...context.stores.accounts.values()][0]
  if (account === undefined) throw new LabError('no-account', 'the device has no mail account')
  if (!account.smime.enabled) throw new LabError('smime-off', 'S/MIME is off in the mail app')
  const { to, cc = [], bcc = [], subject, messageId, answers } = draft
  const { correspondents, settings, now } = context
  const addressee = (address: string): Addressee => ({
    mailbox: address,
    certificate: encryptionCertificate(address, context, directory),
  })
  const letter = { to: to.map(addressee), cc: cc.map(addressee), bcc: bcc.map(addressee) }
  const recipients = [...letter.to, ...letter.cc, ...letter.bcc].map(({ mailbox, certificate }) => ({
    address: mailbox,
    capabilities: correspondents.find(mailbox)?.capabilities ?? certificateCapabilities(certificate),
  }))
  const own = ownEncryptionCertificate(account, context)
  const answer = answers === undefined ? undefined : answerTo(answers)
  const sealed = makeEnvelopes({
    ...letter,
    ...headerProtection(draft, context),
    headers: {
      from: account.address,
      subject,
      date: now,
      messageId,
      ...(answer?.headers.inReplyTo === undefined ? {} : { inReplyTo: answer.headers.inReplyTo }),
      ...(answer?.headers.references === undefined ? {} : { references: answer.headers.references }),
    },
    entity: textEntity(draft.text),
    signing: {
      signer: signingKey(account, context),
      // RFC 8551 2.5.3: the preferred certificate comes along, as the signing one may be another.
      certificates: [...(own === undefined ? [] : [own]), ...certificatesFor(context.stores, 'intermediate')],
      form: 'clear',
      signingTime: now,
      pss: everyoneReadsPss(recipients),
      ...(own === undefined ? {} : { encryptionCertificate: own }),
    },
    encryption: { contentCipher: chooseContentCipher(recipients, settings.ciphers) },
    ...(own === undefined ? {} : { own }),
  })
  return { from: account.address, ...sealed }
}

function encryptionCertificate(
  address: string,
  { correspondents, now }: MailAppContext,
  directory: RecipientDirectory,
): Certificate {
  const found = directory.certificatesFor(address, now)
  const certificate = chooseCertificate(correspondents.find(address), found, now)
  if (certificate !== undefined) return certificate
  throw new LabError(
    'no-recipient-certificate',
    found.length === 0
      ? `the directory holds no certificate for ${address}`
      : `of the ${found.length} certificates that the directory holds for ${address}, none is valid and may encrypt`,
  )
}

/** What was confidential in the answered message stays so, whatever the app is set to (RFC 9788 6.1). */
function headerProtection({ answers }: Draft, { settings }: MailAppContext): Pick<Letter, 'headerProtection'> {
  const hidesSomething = (answers?.headerProtection?.confidential.length ?? 0) > 0
  const policy = settings.headerProtection ?? (hidesSomething ? 'baseline' : undefined)
  if (policy === undefined) return {}
  const answering = answers === undefined ? {} : { answering: answerTo(answers).policy }
  // Mail programs that know nothing of this are the rule.
  return { headerProtection: { policy, legacyDisplay: true, ...answering } }
}
