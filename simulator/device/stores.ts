/**
 * What a device keeps: keys, trust, profiles, accounts. Changes are made to a copy and committed whole
 * (`DeviceStores.change`), so that a refused delivery leaves nothing behind.
 */
import type { KeyObject } from 'node:crypto'
import type { Certificate } from '../pki/certificate.ts'

/** Which delivery, and which part of it, brought a thing to the device, and when. */
export interface Provenance {
  readonly delivery: string
  readonly payload: string
  readonly at: Date
}

export interface HeldKey {
  readonly certificate: Certificate
  readonly privateKey: KeyObject
  readonly provenance: Provenance
  /** Apps that may use the key; 'all' where the platform's mail app reads the store without a grant. */
  readonly access: 'all' | readonly string[]
}

export interface HeldCertificate {
  readonly certificate: Certificate
  readonly trust: 'anchor' | 'intermediate'
  readonly provenance: Provenance
}

/** One installed profile (Apple), node (Windows) or managed configuration (Android), by the platform's own key. */
export interface InstalledProfile {
  readonly key: string
  readonly displayName: string
  readonly provenance: Provenance
}

export interface MailAccount {
  readonly address: string
  readonly host: string
  readonly smime: {
    /** S/MIME is on in the mail app: by the profile, or by the user where the platform leaves it to the user. */
    readonly enabled: boolean
    /** Certificates that the profile binds, by sha256; unset where the app or the user chooses. */
    readonly signingCertificate?: string
    readonly encryptionCertificate?: string
  }
  readonly provenance: Provenance
}

export interface StoreContents {
  /** By sha256 of the certificate. */
  readonly keys: Map<string, HeldKey>
  readonly certificates: Map<string, HeldCertificate>
  readonly profiles: Map<string, InstalledProfile>
  /** By address, lower case. */
  readonly accounts: Map<string, MailAccount>
}

export class DeviceStores {
  #contents: StoreContents = { keys: new Map(), certificates: new Map(), profiles: new Map(), accounts: new Map() }

  get keys(): ReadonlyMap<string, HeldKey> {
    return this.#contents.keys
  }
  get certificates(): ReadonlyMap<string, HeldCertificate> {
    return this.#contents.certificates
  }
  get profiles(): ReadonlyMap<string, InstalledProfile> {
    return this.#contents.profiles
  }
  get accounts(): ReadonlyMap<string, MailAccount> {
    return this.#contents.accounts
  }

  /** Runs `work` on a copy; commits it if `work` returns, drops it if `work` throws. */
  change<T>(work: (draft: StoreContents) => T): T {
    const draft: StoreContents = {
      keys: new Map(this.#contents.keys),
      certificates: new Map(this.#contents.certificates),
      profiles: new Map(this.#contents.profiles),
      accounts: new Map(this.#contents.accounts),
    }
    const result = work(draft)
    this.#contents = draft
    return result
  }
}
