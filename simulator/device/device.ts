/** One virtual device: a platform, its stores, and a mail app. It knows of the world only what was delivered to it. */
import type { Delivery } from '../delivery/delivery.ts'
import type { RecipientDirectory } from '../mail/directory.ts'
import type { Certificate } from '../pki/certificate.ts'
import { Correspondents } from '../smime/index.ts'
import { type Composed, composeInMailApp, type Draft } from './compose.ts'
import type { InstallReport } from './install-report.ts'
import { defaultMailSettings, type MailAppContext, type MailSettings, openInMailApp } from './mail-app.ts'
import type { OpenOutcome } from './open-outcome.ts'
import type { Platform } from './platform.ts'
import { DeviceStores } from './stores.ts'

export interface DeviceDescription {
  readonly id: string
  readonly platform: Platform
  readonly osVersion: string
  /** How the mail app is set; what isn't given is as it comes. */
  readonly mail?: Partial<MailSettings>
}

/** What the person does by hand where the platform leaves it to them (Windows, macOS). */
export interface UserSetUp {
  readonly mailAccount?: { readonly address: string; readonly host: string }
  readonly smime?: boolean
}

export class Device {
  readonly id: string
  readonly platform: Platform
  readonly osVersion: string
  readonly stores = new DeviceStores()
  readonly #clock: () => Date
  readonly #removed: Certificate[] = []
  readonly #correspondents = new Correspondents()
  readonly #mailSettings: MailSettings

  constructor(description: DeviceDescription, clock: () => Date) {
    this.id = description.id
    this.platform = description.platform
    this.osVersion = description.osVersion
    this.#mailSettings = { ...defaultMailSettings, ...description.mail }
    this.#clock = clock
  }

  install(delivery: Delivery): InstallReport {
    const before = [...this.stores.keys.values()]
    const report = this.platform.install(this.stores, delivery, { now: this.#clock(), osVersion: this.osVersion })
    for (const key of before) {
      if (!this.stores.keys.has(key.certificate.sha256)) this.#removed.push(key.certificate)
    }
    return report
  }

  userSetsUp(setUp: UserSetUp): void {
    const at = this.#clock()
    this.stores.change((draft) => {
      if (setUp.mailAccount !== undefined && draft.accounts.size === 0) {
        const { address, host } = setUp.mailAccount
        draft.accounts.set(address.toLowerCase(), {
          address,
          host,
          smime: { enabled: false },
          provenance: { delivery: 'user', payload: 'mail settings', at },
        })
      }
      if (setUp.smime === undefined) return
      for (const [key, account] of draft.accounts)
        draft.accounts.set(key, { ...account, smime: { ...account.smime, enabled: setUp.smime } })
    })
  }

  open(message: Uint8Array): OpenOutcome {
    return openInMailApp(message, this.#mailApp())
  }

  compose(draft: Draft, directory: RecipientDirectory): Composed {
    return composeInMailApp(draft, this.#mailApp(), directory)
  }

  #mailApp(): MailAppContext {
    return {
      stores: this.stores,
      app: this.platform.mailApp,
      now: this.#clock(),
      removed: this.#removed,
      correspondents: this.#correspondents,
      settings: this.#mailSettings,
    }
  }
}
