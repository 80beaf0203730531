/** A device that answers every delivery as an honest one would, and keeps nothing of it. */
import type { Platform } from '../../simulator/device/platform.ts'
import { DeviceStores } from '../../simulator/device/stores.ts'

export function acknowledgesWithoutInstalling(platform: Platform): Platform {
  return {
    ...platform,
    install: (_stores, delivery, context) => platform.install(new DeviceStores(), delivery, context),
  }
}
