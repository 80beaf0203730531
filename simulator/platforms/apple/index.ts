/** Apple's systems as platforms that a virtual device runs. */
export { removeProfile } from './installed-profile.ts'
export { ios } from './ios.ts'
export { macos } from './macos.ts'
export { type AppleFamily, appleQuirks, type Quirk } from './quirks.ts'
