/**
 * The main job: every device installs what is delivered, writes and reads today's mail, then tries to open the archive.
 * Reports facts; nothing is judged here.
 */
import type { OpenOutcome } from '../simulator/device/open-outcome.ts'
import { LabError } from '../simulator/error.ts'
import type { Installation, Lab } from '../simulator/lab.ts'
import type { Certificate } from '../simulator/pki/certificate.ts'
import { encryptEntity, signEntity, textEntity, toMessage } from '../simulator/smime/index.ts'
import type { TenantDevice, TenantUser } from '../simulator/tenant/index.ts'
import { attributeCause, type Cause } from './attribute-cause.ts'

export interface Letter {
  readonly id: string
  /** Where the bytes came from: a file of the archive, or the live exchange. */
  readonly source: string
  readonly live: boolean
  readonly bytes: Buffer
}

export interface Cell {
  readonly message: string
  readonly device: string
  readonly outcome: OpenOutcome
  readonly cause: Cause | undefined
}

export interface Sent {
  readonly device: string
  readonly message: string
  readonly error?: { readonly code: string; readonly message: string }
}

export interface Observation {
  readonly installations: readonly Installation[]
  /** What each device's key store really held when all was delivered: sha256 of the certificates. */
  readonly held: ReadonlyMap<string, readonly string[]>
  readonly letters: readonly Letter[]
  readonly cells: readonly Cell[]
  readonly sent: readonly Sent[]
}

export interface MainJobOptions {
  readonly archive: readonly { readonly id: string; readonly file: string; readonly bytes: Buffer }[]
  /** Called as cells are done, of how many. */
  readonly onProgress?: (done: number, of: number) => void
}

export async function runMainJob(lab: Lab, options: MainJobOptions): Promise<Observation> {
  const installations: Installation[] = []
  for (const device of lab.tenant.devices) installations.push(...(await lab.sync(device)))
  const held = new Map([...lab.devices.values()].map((device) => [device.id, [...device.stores.keys.keys()]]))

  const sent = await exchangeMail(lab)
  const letters: Letter[] = [
    ...options.archive.map(({ id, file, bytes }) => ({ id, source: file, live: false, bytes })),
    ...receivedLetters(lab),
  ]

  const cells: Cell[] = []
  const of = letters.length * lab.devices.size
  for (const description of lab.tenant.devices) {
    const device = lab.device(description.id)
    const user = lab.tenant.users.find((each) => each.upn === description.user)
    const everOfUser = user === undefined ? [] : lab.tenant.certificatesOf(user, lab.policy)
    for (const letter of letters) {
      const outcome = device.open(letter.bytes)
      cells.push({ message: letter.id, device: device.id, outcome, cause: attributeCause(outcome, everOfUser) })
      if (cells.length % 16 === 0) {
        options.onProgress?.(cells.length, of)
        await new Promise(setImmediate)
      }
    }
  }
  options.onProgress?.(of, of)
  return { installations, held, letters, cells, sent }
}

/** Each device writes to the first colleague with a certificate, with a copy to its own user; the colleague answers. */
async function exchangeMail(lab: Lab): Promise<Sent[]> {
  const sent: Sent[] = []
  for (const description of lab.tenant.devices) {
    const user = lab.tenant.users.find((each) => each.upn === description.user)
    const colleague = lab.tenant.users.find(
      (each) => each !== user && lab.directory.certificatesFor(each.address, lab.tenant.now).length > 0,
    )
    if (user === undefined || colleague === undefined) continue
    const message = `live-${description.id}`
    sent.push(await attempt(description, message, () => writeFromDevice(lab, description, user, colleague, message)))
  }
  for (const user of lab.tenant.users) {
    const devices = lab.tenant.devices.filter((device) => device.user === user.upn)
    const colleague = lab.tenant.users.find(
      (each) => each !== user && lab.tenant.signingIdentityOf(each.upn) !== undefined,
    )
    if (devices.length === 0 || colleague === undefined) continue
    const message = `live-reply-to-${user.upn.split('@')[0]}`
    sent.push(await attempt({ id: colleague.upn }, message, () => writeFromColleague(lab, colleague, user, message)))
  }
  return sent
}

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
  const { bytes } = lab.device(from.id).compose(
    {
      to: [to.address],
      cc: [user.address],
      subject: `Sent from ${from.id}`,
      text: `This was signed and encrypted on ${from.id}.\n`,
      messageId: `<${id}@lab.example.test>`,
    },
    lab.directory,
  )
  await lab.send(user.address, [to.address, user.address], bytes)
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
function receivedLetters(lab: Lab): Letter[] {
  const letters = new Map<string, Letter>()
  for (const user of lab.tenant.users) {
    for (const bytes of lab.office.fetch(user.address)) {
      const id =
        /^Message-ID: <([^@>]+)@/im.exec(bytes.subarray(0, 4096).toString('latin1'))?.[1] ?? `live-${letters.size}`
      letters.set(id, { id, source: `mailbox of ${user.address}`, live: true, bytes })
    }
  }
  return [...letters.values()].sort((a, b) => a.id.localeCompare(b.id))
}
