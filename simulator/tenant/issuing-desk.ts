/** Where one device's own certificates come from: the ledger, or the certification authority and the key pool. */
import { LabError } from '../error.ts'
import type { Identity } from '../pki/certificate.ts'
import type { CertificationAuthority, IssueRequest } from '../pki/certification-authority.ts'
import type { LedgerEntry } from './authority-files.ts'
import { peopleFile, type TenantDevice, type TenantUser } from './people.ts'
import { type Applicant, requestByProfile, requestOwnEncryption } from './pkcs-connector.ts'
import type { ProblemList } from './problem.ts'
import type { PkcsProfile } from './profile.ts'
import type { UnusedKeys } from './unused-keys.ts'

export interface IssuingSources {
  readonly authority: CertificationAuthority
  readonly ledger: readonly LedgerEntry[]
  readonly keys: UnusedKeys
}

export interface IssuedByProfile {
  readonly profile: PkcsProfile
  readonly identity: Identity
}

export interface DatedIdentity {
  readonly issued: Date
  readonly identity: Identity
}

export class IssuingDesk {
  readonly #device: TenantDevice
  readonly #user: TenantUser
  readonly #now: Date
  readonly #sources: IssuingSources

  constructor(device: TenantDevice, user: TenantUser, now: Date, sources: IssuingSources) {
    this.#device = device
    this.#user = user
    this.#now = now
    this.#sources = sources
  }

  async issueByProfiles(profiles: readonly PkcsProfile[], problems: ProblemList): Promise<IssuedByProfile[]> {
    const issued: IssuedByProfile[] = []
    for (const [index, profile] of profiles.entries()) {
      const label = `signing/${this.#device.id}${index === 0 ? '' : `/${profile.displayName}`}`
      const identity = await this.#issue(label, (each) => requestByProfile(profile, each), profile.file, problems)
      if (identity !== undefined) issued.push({ profile, identity })
    }
    return issued
  }

  /** The encryption certificates that this device alone has: all since it enrolled, or a first one as of today. */
  async ownEncryption(problems: ProblemList): Promise<readonly DatedIdentity[]> {
    const before = this.#sources.ledger.filter(
      ({ device, user, issued }) =>
        device === this.#device.id && user === this.#user.upn.toLowerCase() && issued >= this.#device.enrolled,
    )
    if (before.length > 0) return before
    const identity = await this.#issue(`encryption/${this.#device.id}`, requestOwnEncryption, peopleFile, problems)
    return identity === undefined ? [] : [{ issued: this.#now, identity }]
  }

  async #issue(
    label: string,
    request: (applicant: Applicant) => IssueRequest,
    file: string,
    problems: ProblemList,
  ): Promise<Identity | undefined> {
    const { authority, keys } = this.#sources
    try {
      const { publicKey, privateKey } = keys.take(label)
      const issuer = authority.certificate
      const asked = request({ user: this.#user, device: this.#device, publicKey, at: this.#now, issuer })
      return { certificate: await authority.issue(asked), privateKey }
    } catch (error) {
      if (!(error instanceof LabError)) throw error
      problems.addError(file, error, `device ${this.#device.id}`)
      return undefined
    }
  }
}
