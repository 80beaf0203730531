/** Mail of today: each device writes, a colleague answers, and all of it passes through a transport into mailboxes. */
import { LabError } from '../simulator/error.ts'
import type { Lab } from '../simulator/lab.ts'
import type { Certificate } from '../simulator/pki/certificate.ts'
import { encryptEntity, signEntity, textEntity, toMessage } from '../simulator/smime/index.ts'
import type { TenantDevice, TenantUser } from '../simulator/tenant/index.ts'

export interface Letter {
  readonly id: string
  /** Where the bytes came from: a file of the archive, or the live exchange. */
  readonly source: string
  readonly live: boolean
  readonly bytes: Buffer
}

export interface Sent {
  readonly device: string
  readonly message: string
  readonly error?: { readonly code: string; readonly message: string }
}

/** Each device writes to a colleague, with a copy to its own user; then a colleague answers. Who is alone writes to themselves. */
export async function exchangeMail(lab: Lab): Promise<Sent[]> {
  const { tenant, directory } = lab
  const sent: Sent[] = []
  for (const description of tenant.devices) {
    const user = tenant.users.find((each) => each.upn === description.user)
    // A device without a user (a kiosk) has no mail.
    if (user === undefined) continue
    const colleague = tenant.users.find(
      (each) => each !== user && directory.certificatesFor(each.address, tenant.now).length > 0,
    )
    const message = `${livePrefix}${description.id}`
    sent.push(
      await attempt(description, message, () => writeFromDevice(lab, description, user, colleague ?? user, message)),
    )
  }
  for (const user of tenant.users) {
    const hasDevice = tenant.devices.some((device) => device.user === user.upn)
    const colleague = tenant.users.find((each) => each !== user && tenant.signingIdentityOf(each.upn) !== undefined)
    if (!hasDevice || colleague === undefined) continue
    const message = `${livePrefix}reply-to-${user.upn.split('@')[0]}`
    sent.push(await attempt({ id: colleague.upn }, message, () => writeFromColleague(lab, colleague, user, message)))
  }
  return sent
}

/** No file name has a slash in it, so mail of this run can't be taken for archived mail. */
const livePrefix = 'live/'

async function attempt({ id }: { readonly id: string }, message: string, send: () => Promise<void>): Promise<Sent> {
  try {
    await send()
    return { device: id, message }
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    return { device: id, message, error: { code: error.code, message: error.message } }
  }
}

async function writeFromDevice(
  lab: Lab,
  from: TenantDevice,
  user: TenantUser,
  to: TenantUser,
  id: string,
): Promise<void> {
  const { envelopes } = lab.device(from.id).compose(
    {
      to: [to.address],
      cc: [user.address],
      subject: `Sent from ${from.id}`,
      text: `This was signed and encrypted on ${from.id}.\n`,
      messageId: `<${id}@lab.example.test>`,
    },
    lab.directory,
  )
  for (const envelope of envelopes) await lab.send(user.address, envelope.to, envelope.message)
}

/** The colleague's mail program is outside the lab: it signs with their identity and encrypts to what the directory holds. */
async function writeFromColleague(lab: Lab, from: TenantUser, to: TenantUser, id: string): Promise<void> {
  const identity = lab.tenant.signingIdentityOf(from.upn)
  if (identity === undefined) throw new LabError('no-signing-key', `${from.upn} has no signing identity`)
  const recipients: Certificate[] = [from, to].flatMap((user) => [
    ...lab.directory.certificatesFor(user.address, lab.tenant.now),
  ])
  const { now } = lab.tenant
  const signed = signEntity(textEntity('Received, thank you.\n'), {
    signer: identity,
    certificates: [...lab.tenant.certificationAuthority.chain],
    form: 'clear',
    signingTime: now,
  })
  const message = toMessage(
    {
      from: from.address,
      to: [to.address],
      subject: 'Re: your mail',
      date: now,
      messageId: `<${id}@lab.example.test>`,
    },
    encryptEntity(signed, { recipients, contentCipher: 'aes-256-cbc' }),
  )
  await lab.send(from.address, [to.address], message)
}

/** What lies in the users' mailboxes, once each. */
export function receivedLetters(lab: Lab): Letter[] {
  const letters = new Map<string, Letter>()
  for (const user of lab.tenant.users) {
    for (const bytes of lab.office.fetch(user.address)) {
      const id =
        /^Message-ID: <([^@>]+)@/im.exec(bytes.subarray(0, 4096).toString('latin1'))?.[1] ??
        `${livePrefix}${letters.size}`
      letters.set(id, { id, source: `mailbox of ${user.address}`, live: true, bytes })
    }
  }
  return [...letters.values()].sort((a, b) => a.id.localeCompare(b.id))
}
