/**
 * One world: a clock, a tenant, its devices, and the mail between them.
 * The only place that knows both sides; what passes from tenant to device is bytes.
 */
import type { Delivery } from './delivery/delivery.ts'
import { Device } from './device/device.ts'
import type { InstallReport } from './device/install-report.ts'
import type { Platform, PlatformFamily } from './device/platform.ts'
import type { RecipientDirectory } from './mail/directory.ts'
import { inProcessTransport, PostOffice } from './mail/index.ts'
import type { Transport } from './mail/transport.ts'
import { android } from './platforms/android/index.ts'
import { ios, macos } from './platforms/apple/index.ts'
import { windows } from './platforms/windows/index.ts'
import type { EncryptionPolicy, Tenant, TenantDevice } from './tenant/index.ts'

export const platforms: Readonly<Record<PlatformFamily, Platform>> = { ios, macos, windows, android }

export interface Installation {
  readonly device: string
  readonly delivery: Delivery
  readonly report: InstallReport
}

export interface LabOptions {
  readonly tenant: Tenant
  readonly policy: EncryptionPolicy
  /** Stand-ins for the built-in platforms: how broken devices are put into the world. */
  readonly platforms?: Partial<Record<PlatformFamily, Platform>>
  /** Carries mail into the post office; in process where none is given. */
  readonly transport?: (office: PostOffice) => Promise<Transport>
}

export class Lab {
  readonly tenant: Tenant
  readonly policy: EncryptionPolicy
  readonly devices: ReadonlyMap<string, Device>
  readonly office = new PostOffice()
  readonly directory: RecipientDirectory
  readonly #transport: Promise<Transport>

  constructor(options: LabOptions) {
    this.tenant = options.tenant
    this.policy = options.policy
    this.directory = options.tenant.directory(options.policy)
    this.#transport = (options.transport ?? (async (office) => inProcessTransport(office)))(this.office)
    // A transport that cannot start must fail the one who sends, not the process that waits.
    this.#transport.catch(() => {})
    const built = { ...platforms, ...options.platforms }
    this.devices = new Map(
      options.tenant.devices.map((device) => [
        device.id,
        new Device({ id: device.id, platform: built[device.platform], osVersion: device.os }, () => options.tenant.now),
      ]),
    )
  }

  /** Delivers everything that the tenant has for the device, in its order, then lets the person do their part. */
  async sync(description: TenantDevice): Promise<Installation[]> {
    const device = this.device(description.id)
    const installations: Installation[] = []
    for (const delivery of await this.tenant.deliveriesFor(description.id, this.policy)) {
      installations.push({ device: device.id, delivery, report: device.install(delivery) })
    }
    const user = this.tenant.users.find((each) => each.upn === description.user)
    const { mailAccount, smime } = description.userSetUp ?? {}
    device.userSetsUp({
      ...(mailAccount && user !== undefined
        ? { mailAccount: { address: user.address, host: 'outlook.office365.com' } }
        : {}),
      ...(smime ? { smime } : {}),
    })
    return installations
  }

  async send(from: string, to: readonly string[], message: Buffer): Promise<void> {
    const transport = await this.#transport
    await transport.send({ from, to }, message)
  }

  device(id: string): Device {
    const device = this.devices.get(id)
    if (device === undefined) throw new RangeError(`no device ${id} in this lab`)
    return device
  }

  async close(): Promise<void> {
    const transport = await this.#transport.catch(() => undefined)
    await transport?.close()
  }
}
