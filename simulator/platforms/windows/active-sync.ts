/** The ActiveSync provider: an Exchange account of the signed-in user. It has no node for S/MIME, which stays off. */
import type { MailAccount, StoreContents } from '../../device/stores.ts'
import { showLocUri } from './loc-uri.ts'
import type { Effect, InstalledNode, NodeChange, NodeKind, Place, Property } from './node-kind.ts'
import { type Refusal, refuse } from './refusal.ts'

const setting = (name: string): Property => ({
  name,
  formats: ['chr'],
  commands: ['Add', 'Replace', 'Delete', 'Get'],
})

const settings = ['EmailAddress', 'Domain', 'UserName', 'ServerName', 'AccountName', 'AccountIcon']
const options = [
  'UseSSL',
  'Schedule',
  'CalendarAgeFilter',
  'MailAgeFilter',
  'MailBodyType',
  'MailHTMLTruncation',
  'MailPlainTextTruncation',
  'Logging',
]

export const activeSyncAccounts: NodeKind = {
  path: ['ActiveSync', 'Accounts'],
  scopes: ['user'],
  properties: [
    ...settings.map(setting),
    { ...setting('Password'), secret: true },
    // Fixed once it is set.
    { ...setting('AccountType'), commands: ['Add', 'Get'] },
    ...options.map((name) => setting(`Options/${name}`)),
    setting('Policies/MailBodyType'),
    setting('Policies/MaxMailAgeFilter'),
  ],
  instanceName: (name) =>
    /^\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}$/i.test(name)
      ? name.toUpperCase()
      : refuse(404, 'not-a-guid', 'ActiveSync/Accounts: a node named by a GUID in braces wanted'),
  displayName: (name) => `ActiveSync account ${name}`,
  apply,
  remove,
  collision: (locUri) =>
    refuse(
      418,
      'account-guid-collision',
      `${showLocUri(locUri)}: the account was there, is deleted now, and no new one is made; delete it first, or take a new GUID`,
      'account-guid-collision',
    ),
}

function apply(change: NodeChange, { contents, provenance }: Place): Effect | Refusal {
  const address = change.values.get('EmailAddress')
  const host = change.values.get('ServerName')
  if (!address || !host) {
    return change.atomic
      ? refuse(500, 'account-incomplete', 'ActiveSync account: EmailAddress and ServerName wanted')
      : { installed: [] }
  }
  if (!/^[^\s@]+@[^\s@]+$/.test(address))
    return refuse(500, 'address-malformed', 'EmailAddress: someone@example.com wanted')
  const former = accountOf(change.key, contents)
  if (former !== undefined) contents.accounts.delete(former.address.toLowerCase())
  contents.accounts.set(address.toLowerCase(), {
    address,
    host,
    // What the user has switched on stays on while the account stays.
    smime: former?.smime ?? { enabled: false },
    provenance: { ...provenance, payload: change.key },
  })
  return { installed: [{ kind: 'mail-account', payload: change.key, label: address }] }
}

function remove(node: InstalledNode, contents: StoreContents): void {
  const account = accountOf(node.key, contents)
  if (account !== undefined) contents.accounts.delete(account.address.toLowerCase())
}

function accountOf(key: string, contents: StoreContents): MailAccount | undefined {
  return [...contents.accounts.values()].find((each) => each.provenance.payload === key)
}
