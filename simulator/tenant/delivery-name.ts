/** Stable names of what is delivered: the same thing has the same name each time, two things never share one. */
import { createHash } from 'node:crypto'
import type { GivenIdentity } from './entitlement.ts'
import type { ProfileCommon } from './profile.ts'

/** 'ios-root-3fa94c21': readable, and unique even where two profiles have one display name. */
export function profileName({ displayName, file }: ProfileCommon): string {
  const readable = displayName
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40)
  const unique = createHash('sha256').update(file).digest('hex').slice(0, 8)
  return readable === '' ? unique : `${readable}-${unique}`
}

export function identityName({ purpose, identity }: GivenIdentity): string {
  return `${purpose}-${identity.certificate.sha1}`
}

/** For people: what it is and whose profile brings it. */
export function identityTitle({ purpose, profile, identity }: GivenIdentity): string {
  return `${profile.displayName} (${purpose}, ${identity.certificate.sha1.slice(0, 8)})`
}
