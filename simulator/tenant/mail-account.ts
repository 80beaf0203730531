/** The account that a mail profile makes for a user. */
import type { TenantUser } from './people.ts'
import type { MailProfile } from './profile.ts'

export interface MailAccountSettings {
  readonly address: string
  readonly userName: string
  readonly host: string
  readonly accountName: string
}

export function accountFor({ settings, displayName }: MailProfile, user: TenantUser): MailAccountSettings {
  const login = settings.usernameSource ?? settings.usernameAADSource ?? 'userPrincipalName'
  return {
    address: settings.emailAddressSource === 'userPrincipalName' ? user.upn : user.address,
    userName: login.toLowerCase() === 'primarysmtpaddress' ? user.address : user.upn,
    host: settings.hostName,
    accountName: settings.accountName ?? displayName,
  }
}
