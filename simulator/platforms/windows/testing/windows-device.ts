/** For tests: messages made by hand and by the encoder, put through the platform. */
import type { Delivery } from '../../../delivery/delivery.ts'
import { encodeSyncMl, type SyncMlCommand } from '../../../delivery/syncml.ts'
import type { InstallReport } from '../../../device/install-report.ts'
import type { DeviceStores } from '../../../device/stores.ts'
import type { Identity } from '../../../pki/certificate.ts'
import { writePkcs12 } from '../../../pki/pkcs12/index.ts'
import { password } from '../../testing/identities.ts'
import { windows } from '../index.ts'

export const now = new Date('2026-11-24T09:00:00Z')
export const guid = 'C556E16F-56C4-4EDB-9C64-D9469EE1FBE0'
export const pfxNode = './User/Vendor/MSFT/ClientCertificateInstall/PFXCertInstall'
export const accountNode = `./User/Vendor/MSFT/ActiveSync/Accounts/%7B${guid}%7D`

export function pfxOf(identity: Identity, protection: 'pbe-sha1-3des' | 'pbes2-aes-256' = 'pbe-sha1-3des'): Buffer {
  return writePkcs12({ identities: [identity], password, protection })
}

export function install(
  stores: DeviceStores,
  content: readonly SyncMlCommand[] | string,
  { osVersion = '10.0.26100', channel = 'user' as Delivery['channel'], id = 'delivery-1' } = {},
): InstallReport {
  const bytes =
    typeof content === 'string'
      ? Buffer.from(content)
      : encodeSyncMl({
          sessionId: '1',
          msgId: '2',
          target: 'device-1',
          source: 'https://mdm.example/dm',
          commands: content,
        })
  const delivery: Delivery = { id, profile: 'Test', mediaType: windows.mediaType, channel, bytes }
  return windows.install(stores, delivery, { now, osVersion })
}

/** A message by hand, for what the encoder would not write. */
export function message(body: string): string {
  return `<SyncML xmlns="SYNCML:SYNCML1.2"><SyncHdr><VerDTD>1.2</VerDTD><VerProto>DM/1.2</VerProto><SessionID>1</SessionID><MsgID>1</MsgID></SyncHdr><SyncBody>${body}<Final/></SyncBody></SyncML>`
}

export function statuses(report: InstallReport): string[] {
  if (report.native.kind !== 'syncml') throw new Error('a SyncML answer was wanted')
  return report.native.statuses.map(({ cmd, data }) => `${cmd} ${data}`)
}

export function codes(report: InstallReport): string[] {
  return report.reasons.map(({ code }) => code)
}

export function add(target: string, data: string, format = 'chr'): SyncMlCommand {
  return { name: 'Add', items: [{ target, format, data }] }
}

export function parameters(identity: Identity, changes: Record<string, string | undefined> = {}): [string, string][] {
  const values: Record<string, string | undefined> = {
    KeyLocation: '3',
    PFXCertPassword: password,
    PFXKeyExportable: 'false',
    PFXCertBlob: pfxOf(identity).toString('base64'),
    ...changes,
  }
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
}

const formats: Record<string, string> = {
  KeyLocation: 'int',
  PFXKeyExportable: 'bool',
  PFXCertPasswordEncryptionType: 'int',
}

export function adds(values: readonly [string, string][], node = `${pfxNode}/one`): SyncMlCommand[] {
  return values.map(([name, value]) => add(`${node}/${name}`, value, formats[name]))
}

export function contentsOf(stores: DeviceStores) {
  return {
    keys: [...stores.keys.keys()],
    certificates: [...stores.certificates.keys()],
    profiles: [...stores.profiles.keys()],
    accounts: [...stores.accounts.keys()],
  }
}
