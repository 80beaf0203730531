/** macOS: the profile brings certificates, identities and, on the user channel, the account; S/MIME is up to the user. */
import type { Platform } from '../../device/platform.ts'
import { applePlatform } from './install-profile.ts'

export const macos: Platform = applePlatform('macos', 'com.apple.mail')
