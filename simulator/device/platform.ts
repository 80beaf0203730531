/** The contract that every operating-system family fulfils. */
import type { Delivery, DeliveryMediaType } from '../delivery/delivery.ts'
import type { InstallReport } from './install-report.ts'
import type { DeviceStores } from './stores.ts'

export type PlatformFamily = 'ios' | 'macos' | 'windows' | 'android'

export interface InstallContext {
  readonly now: Date
  /** As the vendor writes it: '18.6', '10.0.26100', '15'. */
  readonly osVersion: string
}

export interface Platform {
  readonly family: PlatformFamily
  readonly mediaType: DeliveryMediaType
  /** The mail app that the simulated user reads with, as in `HeldKey.access`. */
  readonly mailApp: string
  /**
   * Parses and checks the delivery's bytes, fills the stores and answers in the platform's own terms.
   * Never throws for what is in the bytes: hostile input ends in the platform's refusal, the stores as they were.
   */
  install(stores: DeviceStores, delivery: Delivery, context: InstallContext): InstallReport
}
