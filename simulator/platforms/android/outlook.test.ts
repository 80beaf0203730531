import { describe, expect, it } from 'vitest'
import type { ManagedConfiguration } from '../../delivery/android-agent.ts'
import { DeviceStores } from '../../device/stores.ts'
import { account, bundle, install, outlook, smimeOn } from './testing/android-device.ts'

describe('the managed configuration of Outlook', () => {
  const configured = (...configurations: ManagedConfiguration[]) => {
    const stores = new DeviceStores()
    for (const each of configurations) install(stores, bundle({ configurations: [each] }))
    return stores.accounts.get('alva@example.com')
  }

  it('leaves S/MIME off without the switch, and where the switch is no boolean', () => {
    expect(configured(account())?.smime.enabled).toBe(false)
    expect(configured(account({ 'com.microsoft.outlook.Mail.SMIMEEnabled': 'true' }))?.smime.enabled).toBe(false)
  })

  it('switches S/MIME for the account that is there, and leaves it where nothing is said', () => {
    const onlySwitch = (on: boolean) => ({
      packageName: outlook,
      restrictions: { 'com.microsoft.outlook.Mail.SMIMEEnabled': on },
    })
    expect(configured(account(), onlySwitch(true))?.smime.enabled).toBe(true)
    expect(configured(account(smimeOn), account())?.smime.enabled).toBe(true)
    expect(configured(account(smimeOn), onlySwitch(false))?.smime.enabled).toBe(false)
  })

  it('needs a host, but for an account with modern authentication', () => {
    const restrictions = { 'com.microsoft.outlook.EmailProfile.EmailAddress': 'alva@example.com' }
    expect(configured({ packageName: outlook, restrictions })).toBeUndefined()
    const modern = { ...restrictions, 'com.microsoft.outlook.EmailProfile.AccountType': 'ModernAuth' }
    expect(configured({ packageName: outlook, restrictions: modern })?.host).toBe('outlook.office365.com')
  })

  it('is nothing to another app', () => {
    expect(configured({ ...account(), packageName: 'com.example.mail' })).toBeUndefined()
  })
})
