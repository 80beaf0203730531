import { expect, test } from 'vitest'
import type { Platform } from './people.ts'
import { pfxProtection } from './pfx-protection.ts'

test.each<[Platform, string, string]>([
  ['ios', '17.7.2', 'pbe-sha1-3des'],
  ['ios', '18', 'pbes2-aes-256'],
  ['ios', '26.1', 'pbes2-aes-256'],
  ['macos', '14.8', 'pbe-sha1-3des'],
  ['macos', '15.0', 'pbes2-aes-256'],
  ['android', '9', 'pbe-sha1-3des'],
  ['android', '13', 'pbe-sha1-3des'],
  ['android', '14', 'pbes2-aes-256'],
  ['windows', '10.0.15063', 'pbe-sha1-3des'],
  ['windows', '10.0.16299', 'pbes2-aes-256'],
  ['windows', '10.0.26100.4061', 'pbes2-aes-256'],
])('%s %s: %s', (platform, os, protection) => {
  expect(pfxProtection(platform, os)).toBe(protection)
})
