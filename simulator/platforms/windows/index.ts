/** Windows 10 and 11: OMA DM messages, worked through by the device-management client and its providers. */
import { decodeSyncMl, type SyncMlCommand, type SyncMlMessage, syncMlMediaType } from '../../delivery/syncml.ts'
import type { InstalledItem, InstallReport } from '../../device/install-report.ts'
import type { Platform } from '../../device/platform.ts'
import type { StoreContents } from '../../device/stores.ts'
import { LabError } from '../../error.ts'
import { windowsQuirks } from './quirks.ts'
import { workThrough } from './session.ts'

export { type Quirk, windowsQuirks } from './quirks.ts'

/** What opening all PKCS#12 files of one message may cost; each gets an equal share. */
const iterationsOfMessage = 30_000_000
const iterationsOfFile = 5_000_000

export const windows: Platform = {
  family: 'windows',
  mediaType: syncMlMediaType,
  mailApp: 'outlook',

  install(stores, delivery, { now, osVersion }): InstallReport {
    const message = readMessage(delivery.bytes)
    if (message instanceof LabError) return unreadable(delivery.id, message)
    return stores.change((contents) => {
      const { statuses, installed, refusals } = workThrough(message.commands, {
        contents,
        provenance: { delivery: delivery.id, payload: '', at: now },
        osVersion,
        userSignedIn: delivery.channel === 'user',
        maxIterations: Math.floor(Math.min(iterationsOfFile, iterationsOfMessage / countBlobs(message.commands))),
      })
      return {
        delivery: delivery.id,
        accepted: refusals.length === 0,
        native: { kind: 'syncml', statuses },
        installed: installed.filter((each) => isThere(each, contents)),
        reasons: refusals.map(({ code, message, quirk }) =>
          quirk === undefined ? { code, message } : { code, message, quirk: windowsQuirks[quirk].id },
        ),
      }
    })
  },
}

function readMessage(bytes: Uint8Array): SyncMlMessage | LabError {
  try {
    return decodeSyncMl(bytes)
  } catch (error) {
    if (error instanceof LabError) return error
    throw error
  }
}

/** A message that can't be read has no commands to answer: the one Status is that of its header. */
function unreadable(delivery: string, { code, message }: LabError): InstallReport {
  return {
    delivery,
    accepted: false,
    native: { kind: 'syncml', statuses: [{ cmdRef: '0', cmd: 'SyncHdr', target: '', data: 400 }] },
    installed: [],
    reasons: [{ code, message }],
  }
}

function countBlobs(commands: readonly SyncMlCommand[]): number {
  let count = 0
  for (const command of commands) {
    if ('items' in command) count += command.items.filter(({ target }) => /\/PFXCertBlob$/i.test(target)).length
    else if ('commands' in command) count += countBlobs(command.commands)
  }
  return count
}

/** A later command of the same message may have removed what an earlier one installed. */
function isThere({ kind, payload, sha256 = '' }: InstalledItem, contents: StoreContents): boolean {
  if (kind === 'identity') return contents.keys.get(sha256)?.provenance.payload === payload
  if (kind === 'mail-account')
    return [...contents.accounts.values()].some((each) => each.provenance.payload === payload)
  return contents.certificates.has(sha256)
}
