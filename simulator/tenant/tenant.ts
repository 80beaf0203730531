/** The service: it knows the users, their devices and their certificates, and decides who is delivered what. */
import type { Delivery } from '../delivery/delivery.ts'
import { LabError } from '../error.ts'
import type { Certificate, Identity } from '../pki/certificate.ts'
import type { CertificationAuthority } from '../pki/certification-authority.ts'
import { androidDeliveries } from './android-deliveries.ts'
import { iosDeliveries, macosDeliveries } from './apple-deliveries.ts'
import type { LedgerEntry } from './authority-files.ts'
import { type DirectoryEntry, findForSender } from './directory.ts'
import type { EnrolledDevice } from './enrolled-device.ts'
import { decide, type EncryptionPolicy, type Entitlement } from './entitlement.ts'
import type { ImportedCertificate } from './imported-certificates.ts'
import type { Platform, TenantDevice, TenantUser } from './people.ts'
import type { Purpose } from './profile.ts'
import type { Sender } from './sender.ts'
import { windowsDeliveries } from './windows-deliveries.ts'

export interface TenantContents {
  readonly now: Date
  readonly users: readonly TenantUser[]
  readonly enrolled: readonly EnrolledDevice[]
  readonly imports: readonly ImportedCertificate[]
  readonly ledger: readonly LedgerEntry[]
  readonly authority: CertificationAuthority
  readonly sender: Sender
}

export interface IntendedKey {
  readonly purpose: Purpose
  readonly certificate: Certificate
}

const wireForms: Readonly<Record<Platform, (entitlement: Entitlement, sender: Sender) => Delivery[]>> = {
  ios: iosDeliveries,
  macos: macosDeliveries,
  windows: windowsDeliveries,
  android: androidDeliveries,
}

export class Tenant {
  /** "Today" of the lab. */
  readonly now: Date
  readonly organization: string
  readonly users: readonly TenantUser[]
  readonly devices: readonly TenantDevice[]
  /** Issues, revokes and says what is revoked. */
  readonly certificationAuthority: CertificationAuthority
  readonly #contents: TenantContents
  readonly #enrolledById: ReadonlyMap<string, EnrolledDevice>
  readonly #importsByUser: ReadonlyMap<string, readonly ImportedCertificate[]>
  readonly #ownByUser: ReadonlyMap<string, readonly DirectoryEntry[]>

  /** As `loadTenant` makes it. */
  constructor(contents: TenantContents) {
    this.now = contents.now
    this.organization = contents.sender.organization
    this.users = contents.users
    this.devices = contents.enrolled.map(({ device }) => device)
    this.certificationAuthority = contents.authority
    this.#contents = contents
    this.#enrolledById = new Map(contents.enrolled.map((each) => [each.device.id, each]))
    this.#importsByUser = Map.groupBy(contents.imports, ({ user }) => user)
    this.#ownByUser = ownCertificates(contents)
  }

  /**
   * Everything that the service would send to the device today, in its order: trust first, mail last.
   * Equal bytes at every call.
   *
   * @throws LabError 'unknown-device'
   */
  async deliveriesFor(deviceId: string, policy: EncryptionPolicy): Promise<Delivery[]> {
    const entitlement = this.#decide(deviceId, policy)
    return wireForms[entitlement.device.platform](entitlement, this.#contents.sender)
  }

  /** The keys that the device is meant to hold, from the decision itself and not from what was sent. */
  async intendedKeys(deviceId: string, policy: EncryptionPolicy): Promise<IntendedKey[]> {
    return this.#decide(deviceId, policy).identities.map(({ purpose, identity }) => ({
      purpose,
      certificate: identity.certificate,
    }))
  }

  /** The certificates that the device is meant to trust or to know, from the decision itself. */
  intendedCertificates(deviceId: string, policy: EncryptionPolicy): Certificate[] {
    return this.#decide(deviceId, policy).trusted.map(({ certificate }) => certificate)
  }

  /** What a sender's look-up gives: of all a person's certificates the one that was current. */
  directory(policy: EncryptionPolicy): { certificatesFor(address: string, at: Date): readonly Certificate[] } {
    const byAddress = new Map(this.users.map((user) => [user.address.toLowerCase(), user]))
    return {
      certificatesFor: (address, at) => {
        const user = byAddress.get(address.toLowerCase())
        return user === undefined ? [] : findForSender(this.#entriesOf(user, policy), at)
      },
    }
  }

  /** Every encryption certificate that was ever the user's under the policy, oldest first. */
  certificatesOf(user: TenantUser, policy: EncryptionPolicy): readonly Certificate[] {
    return this.#entriesOf(user, policy).map(({ certificate }) => certificate)
  }

  /** The imported signing identity of the user that is current: for people who write from outside the lab's devices. */
  signingIdentityOf(upn: string): Identity | undefined {
    return this.#importsOf(upn)
      .filter(({ purpose }) => purpose === 'signing')
      .map(({ identity }) => identity)
      .findLast(({ certificate }) => certificate.notBefore <= this.now && this.now <= certificate.notAfter)
  }

  #decide(deviceId: string, policy: EncryptionPolicy): Entitlement {
    const enrolled = this.#enrolledById.get(deviceId)
    if (enrolled === undefined)
      throw new LabError('unknown-device', `no device is named '${deviceId}'`, {
        hint: `known: ${this.devices.map(({ id }) => id).join(', ')}`,
      })
    return decide(enrolled, enrolled.user === undefined ? [] : this.#importsOf(enrolled.user.upn), policy)
  }

  #importsOf(upn: string): readonly ImportedCertificate[] {
    return this.#importsByUser.get(upn.toLowerCase()) ?? []
  }

  /** Someone without any device's certificate is reached by imported ones whatever the policy. */
  #entriesOf({ upn }: TenantUser, policy: EncryptionPolicy): readonly DirectoryEntry[] {
    const own = policy === 'per-device' ? this.#ownByUser.get(upn.toLowerCase()) : undefined
    return own ?? importedEntries(this.#importsOf(upn))
  }
}

function importedEntries(imports: readonly ImportedCertificate[]): DirectoryEntry[] {
  return imports
    .filter(({ purpose }) => purpose === 'encryption')
    .map(({ identity: { certificate } }) => ({ certificate, since: certificate.notBefore }))
}

/** By user: those of the ledger, also of devices that are gone, and those that devices were first given today. */
function ownCertificates({ ledger, enrolled }: TenantContents): Map<string, DirectoryEntry[]> {
  const entries = new Map<string, Map<string, DirectoryEntry>>()
  const add = (user: string, { certificate }: { certificate: Certificate }, since: Date) => {
    const known = entries.get(user) ?? new Map<string, DirectoryEntry>()
    known.set(certificate.sha256, { certificate, since })
    entries.set(user, known)
  }
  for (const { user, issued, identity } of ledger) add(user, identity, issued)
  for (const { user, own } of enrolled) {
    for (const { issued, identity } of own) if (user !== undefined) add(user.upn.toLowerCase(), identity, issued)
  }
  return new Map([...entries].map(([user, known]) => [user, [...known.values()].sort(bySince)]))
}

function bySince(a: DirectoryEntry, b: DirectoryEntry): number {
  return a.since.getTime() - b.since.getTime()
}
