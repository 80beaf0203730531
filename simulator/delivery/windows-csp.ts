/**
 * Commands for the Windows configuration service providers that S/MIME needs, as a service sends them: trust through
 * RootCATrustedCertificates, keys through ClientCertificateInstall, the account through ActiveSync. There is no node
 * that switches S/MIME on; on Windows that is the user's doing, or the mailbox policy's.
 *
 * Each one starts with a Delete of the node that it is about to add, as the vendor's ClientCertificateInstall sample does: an Add on an
 * existing node answers 418, so a package sent twice would fail. The first Delete answers 404, which harms nobody.
 */
import { createHash } from 'node:crypto'
import { LabError } from '../error.ts'
import type { ItemCommand, SyncMlCommand, SyncMlFormat } from './syncml.ts'

/** A root for the whole device: a user's own Root store can't be reached through this provider. */
export function trustedRoot(der: Uint8Array): SyncMlCommand[] {
  return trustedCertificate('Root', der)
}

/** A certificate of an issuing authority, for building paths; it is trusted only under a root. */
export function intermediate(der: Uint8Array): SyncMlCommand[] {
  return trustedCertificate('CA', der)
}

function trustedCertificate(store: 'Root' | 'CA', der: Uint8Array): SyncMlCommand[] {
  const thumbprint = createHash('sha1').update(der).digest('hex').toUpperCase()
  const node = `./Device/Vendor/MSFT/RootCATrustedCertificates/${store}/${thumbprint}`
  return [remove(node), add(`${node}/EncodedCertificate`, 'b64', Buffer.from(der).toString('base64'))]
}

/** ClientCertificateInstall KeyLocation: 1 TPM, 2 TPM if there is one, 3 software, 4 Windows Hello for Business. */
export type KeyLocation = 1 | 2 | 3 | 4

export interface PfxInstall {
  /** One per certificate, given by the service: deleting it later removes this certificate and its key, no other. */
  readonly uniqueId: string
  readonly pfx: Uint8Array
  readonly password: string
  readonly keyLocation: KeyLocation
  /** Of Windows Hello for Business; KeyLocation 4 fails without it. */
  readonly containerName?: string
  /** Only a key in software may be exportable. */
  readonly exportable: boolean
}

/** A key and its certificate for the store of the signed-in user. */
export function pfxInstall(request: PfxInstall): SyncMlCommand[] {
  const { uniqueId, pfx, password, keyLocation, containerName, exportable } = request
  if (uniqueId === '') throw new LabError('csp-argument', 'uniqueId: a name wanted, got none')
  const node = `./User/Vendor/MSFT/ClientCertificateInstall/PFXCertInstall/${encodeURIComponent(uniqueId)}`
  return [
    remove(node),
    {
      name: 'Atomic',
      commands: [
        add(`${node}/KeyLocation`, 'int', String(keyLocation)),
        ...(containerName === undefined ? [] : [add(`${node}/ContainerName`, 'chr', containerName)]),
        add(`${node}/PFXCertPassword`, 'chr', password),
        add(`${node}/PFXCertPasswordEncryptionType`, 'int', '0'),
        add(`${node}/PFXKeyExportable`, 'bool', String(exportable)),
        add(`${node}/PFXCertBlob`, 'chr', Buffer.from(pfx).toString('base64')),
      ],
    },
  ]
}

export interface ActiveSyncAccount {
  /** Without braces. */
  readonly guid: string
  readonly address: string
  readonly host: string
  readonly userName: string
  /** What the user sees. */
  readonly accountName: string
}

/** An Exchange account of the signed-in user. */
export function activeSyncAccount(account: ActiveSyncAccount): SyncMlCommand[] {
  if (!/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/i.test(account.guid))
    throw new LabError('csp-argument', `guid: 8-4-4-4-12 hex digits without braces wanted, got '${account.guid}'`)
  const node = `./User/Vendor/MSFT/ActiveSync/Accounts/%7B${account.guid.toUpperCase()}%7D`
  return [
    remove(node),
    {
      name: 'Atomic',
      commands: [
        add(`${node}/EmailAddress`, 'chr', account.address),
        add(`${node}/UserName`, 'chr', account.userName),
        add(`${node}/ServerName`, 'chr', account.host),
        add(`${node}/AccountName`, 'chr', account.accountName),
        add(`${node}/AccountType`, 'chr', 'Exchange'),
      ],
    },
  ]
}

function add(target: string, format: SyncMlFormat, data: string): ItemCommand {
  return { name: 'Add', items: [{ target, format, data }] }
}

function remove(target: string): ItemCommand {
  return { name: 'Delete', items: [{ target }] }
}
