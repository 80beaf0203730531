/** A device that installs as an honest one would, and then loses all of one kind. */
import type { Platform } from '../../simulator/device/platform.ts'
import type { StoreContents } from '../../simulator/device/stores.ts'

export function acknowledgesAndForgets(platform: Platform, store: keyof StoreContents): Platform {
  return {
    ...platform,
    install(stores, delivery, context) {
      const report = platform.install(stores, delivery, context)
      stores.change((draft) => draft[store].clear())
      return report
    },
  }
}
