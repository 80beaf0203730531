/** iOS and iPadOS: the profile brings certificates, identities and the account, and binds S/MIME to them. */
import type { Platform } from '../../device/platform.ts'
import { applePlatform } from './install-profile.ts'

export const ios: Platform = applePlatform('ios', 'com.apple.mobilemail')
