/** The managed configuration of Outlook for Android: the account, and S/MIME on or off. No key of it names a certificate. */
import type { ManagedConfiguration } from '../../delivery/android-agent.ts'
import type { MailAccount, Provenance, StoreContents } from '../../device/stores.ts'
import { shows } from './quirks.ts'

export const outlookPackage = 'com.microsoft.office.outlook'

const key = {
  address: 'com.microsoft.outlook.EmailProfile.EmailAddress',
  host: 'com.microsoft.outlook.EmailProfile.ServerHostName',
  accountType: 'com.microsoft.outlook.EmailProfile.AccountType',
  smimeEnabled: 'com.microsoft.outlook.Mail.SMIMEEnabled',
} as const

/** Reads the configuration as the app does: a value of another type than wanted counts as absent. */
export function configureOutlook(
  restrictions: ManagedConfiguration['restrictions'],
  provenance: Provenance,
  osVersion: string,
  contents: StoreContents,
): MailAccount | undefined {
  const smime = restrictions[key.smimeEnabled]
  const address = stringAt(restrictions, key.address)
  const host = hostOf(restrictions, osVersion)
  if (typeof smime === 'boolean') {
    for (const [each, account] of contents.accounts)
      contents.accounts.set(each, { ...account, smime: { ...account.smime, enabled: smime } })
  }
  if (address === undefined || host === undefined || !/^[^\s@]+@[^\s@]+$/.test(address)) return undefined
  const former = contents.accounts.get(address.toLowerCase())
  // Off by default; what the user has switched stays where the configuration says nothing.
  const enabled = typeof smime === 'boolean' ? smime : (former?.smime.enabled ?? false)
  const account: MailAccount = { address, host, smime: { enabled }, provenance }
  contents.accounts.set(address.toLowerCase(), account)
  return account
}

function hostOf(restrictions: ManagedConfiguration['restrictions'], osVersion: string): string | undefined {
  const host = stringAt(restrictions, key.host)
  const modern = stringAt(restrictions, key.accountType) === 'ModernAuth'
  return host === undefined && modern && shows('exchange-online-by-default', osVersion) ? 'outlook.office365.com' : host
}

function stringAt(restrictions: ManagedConfiguration['restrictions'], name: string): string | undefined {
  const value = restrictions[name]
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}
