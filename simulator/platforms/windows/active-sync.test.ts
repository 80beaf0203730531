import { describe, expect, it } from 'vitest'
import { DeviceStores } from '../../device/stores.ts'
import { accountNode, add, adds, codes, install } from './testing/windows-device.ts'

describe('ActiveSync', () => {
  const values = (address = 'alva@example.com'): [string, string][] => [
    ['EmailAddress', address],
    ['ServerName', 'mail.example.com'],
    ['UserName', 'alva'],
  ]

  it('keeps S/MIME as the user left it through a Replace', () => {
    const stores = new DeviceStores()
    install(stores, adds(values(), accountNode))
    stores.change((draft) => {
      for (const [key, account] of draft.accounts) draft.accounts.set(key, { ...account, smime: { enabled: true } })
    })
    install(stores, [{ name: 'Replace', items: [{ target: `${accountNode}/ServerName`, data: 'new.example.com' }] }])
    expect(stores.accounts.get('alva@example.com')).toMatchObject({ host: 'new.example.com', smime: { enabled: true } })
  })

  it.each(['Atomic', 'Sequence'] as const)(
    'deletes the account whose GUID is added again, and makes none (%s)',
    (group) => {
      const stores = new DeviceStores()
      install(stores, adds(values(), accountNode))
      const report = install(stores, [{ name: group, commands: adds(values('edda@example.com'), accountNode) }])
      expect(report.accepted).toBe(false)
      expect(codes(report)).toContain('account-guid-collision')
      expect(stores.accounts.size).toBe(0)
      expect(stores.profiles.size).toBe(0)
    },
  )

  it('fails an Atomic without an address, and a node that is no GUID', () => {
    const stores = new DeviceStores()
    const report = install(stores, [
      { name: 'Atomic', commands: adds(values().slice(1), accountNode) },
      add('./User/Vendor/MSFT/ActiveSync/Accounts/one/EmailAddress', 'alva@example.com'),
    ])
    expect(codes(report)).toEqual(['account-incomplete', 'not-a-guid'])
    expect(stores.accounts.size).toBe(0)
  })
})
