/**
 * The main job: every device installs what is delivered, writes and reads today's mail, then tries to open the archive.
 * Reports facts; nothing is judged here.
 */
import type { Device } from '../simulator/device/device.ts'
import type { OpenOutcome } from '../simulator/device/open-outcome.ts'
import type { Installation, Lab } from '../simulator/lab.ts'
import type { TenantDevice } from '../simulator/tenant/index.ts'
import { attributeCause, type Cause, isTheirs, type UserView } from './attribute-cause.ts'
import { exchangeMail, type Letter, receivedLetters, type Sent } from './exchange-mail.ts'

export interface Cell {
  readonly message: string
  readonly device: string
  readonly outcome: OpenOutcome
  readonly cause: Cause | undefined
  /** The message was sent to or by the device's user, or encrypted to a key of theirs. */
  readonly theirs: boolean
}

export interface Held {
  /** sha256 of certificates. */
  readonly keys: ReadonlySet<string>
  readonly certificates: ReadonlySet<string>
  /** Addresses, lower case. */
  readonly accounts: ReadonlySet<string>
  /** Deliveries that brought something that is still there. */
  readonly deliveries: ReadonlySet<string>
  /** Deliveries that an installed profile remembers. */
  readonly profiles: ReadonlySet<string>
}

export interface Observation {
  readonly installations: readonly Installation[]
  /** What each device's stores really held when all was delivered. */
  readonly held: ReadonlyMap<string, Held>
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
  const held = new Map([...lab.devices.values()].map((device) => [device.id, holdings(device)]))

  const sent = await exchangeMail(lab)
  const letters: Letter[] = [
    ...options.archive.map(({ id, file, bytes }) => ({ id, source: file, live: false, bytes })),
    ...receivedLetters(lab),
  ]

  const cells: Cell[] = []
  const of = letters.length * lab.devices.size
  for (const description of lab.tenant.devices) {
    const device = lab.device(description.id)
    const user = userView(lab, description)
    for (const letter of letters) {
      const outcome = device.open(letter.bytes)
      cells.push({
        message: letter.id,
        device: device.id,
        outcome,
        cause: attributeCause(outcome, user),
        theirs: isTheirs(outcome, user),
      })
      if (cells.length % 16 === 0) {
        options.onProgress?.(cells.length, of)
        await new Promise(setImmediate)
      }
    }
  }
  options.onProgress?.(of, of)
  return { installations, held, letters, cells, sent }
}

function holdings({ stores }: Device): Held {
  const all = [stores.keys, stores.certificates, stores.profiles, stores.accounts]
  const origins = (store: (typeof all)[number]): string[] => [...store.values()].map((each) => each.provenance.delivery)
  return {
    keys: new Set(stores.keys.keys()),
    certificates: new Set([...stores.certificates.values()].map((each) => each.certificate.sha256)),
    accounts: new Set(stores.accounts.keys()),
    deliveries: new Set(all.flatMap(origins)),
    profiles: new Set(origins(stores.profiles)),
  }
}

function userView({ tenant, policy }: Lab, { user: upn }: TenantDevice): UserView {
  const user = tenant.users.find((each) => each.upn === upn)
  return {
    theirs: user === undefined ? [] : tenant.certificatesOf(user, policy),
    others: tenant.users.filter((each) => each !== user).flatMap((each) => tenant.certificatesOf(each, policy)),
    address: user?.address.toLowerCase() ?? '',
  }
}
