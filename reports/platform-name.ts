import type { DeviceRecord } from './record.ts'

/** As their makers write them. */
export const platformNames: Readonly<Record<DeviceRecord['platform'], string>> = {
  ios: 'iOS',
  macos: 'macOS',
  windows: 'Windows',
  android: 'Android',
}
