/**
 * The management tree, as far as this device has one: kinds of nodes, each instance of which (a certificate request, a
 * certificate, an account) is kept as one profile of the stores with the values that the service set below it.
 */
import type { InstalledItem } from '../../device/install-report.ts'
import type { InstalledProfile, Provenance, StoreContents } from '../../device/stores.ts'
import type { Scope } from './loc-uri.ts'
import type { Refusal } from './refusal.ts'

export interface InstalledNode extends InstalledProfile {
  /** By property, canonical names; a secret's value is empty: only that it was set is kept. */
  readonly values: ReadonlyMap<string, string>
}

export function isInstalledNode(profile: InstalledProfile | undefined): profile is InstalledNode {
  return profile !== undefined && 'values' in profile
}

export interface Property {
  readonly name: string
  /** Formats that the device takes for it (Meta Format). */
  readonly formats: readonly string[]
  readonly commands: readonly ('Add' | 'Replace' | 'Delete' | 'Get')[]
  readonly secret?: boolean
}

/** One instance in the middle of a change. */
export interface NodeChange {
  readonly key: string
  /** The instance's own name. */
  readonly name: string
  readonly scope: Scope
  /** All values that hold now, those of secrets included if they came in this message. */
  readonly values: ReadonlyMap<string, string>
  /** Properties that this command, or this Atomic, wrote. */
  readonly written: ReadonlySet<string>
  /** In an Atomic everything must be there when it commits; outside, more commands may follow. */
  readonly atomic: boolean
}

export interface Effect {
  readonly installed: readonly InstalledItem[]
  /** Read-only properties that the device itself sets. */
  readonly values?: ReadonlyMap<string, string>
}

export interface Place {
  readonly contents: StoreContents
  readonly provenance: Provenance
  readonly osVersion: string
  /** For one PKCS#12 file, its share of what the whole message may cost. */
  readonly maxIterations: number
}

export interface NodeKind {
  /** Names below `Vendor/MSFT` that lead to the instances. */
  readonly path: readonly string[]
  readonly scopes: readonly Scope[]
  readonly properties: readonly Property[]
  /** The name as it is kept, or why it can't be one. */
  instanceName(name: string): string | Refusal
  displayName(name: string): string
  /** Puts into the stores what the node now stands for. Must check everything before it changes anything. */
  apply(change: NodeChange, place: Place): Effect | Refusal
  /** Takes out of the stores what the node brought. */
  remove(node: InstalledNode, contents: StoreContents): void
  /** Refuses an Add below an instance that a former message completed; `remove` then follows. */
  collision?(locUri: string): Refusal
}

export function isRefusal(value: object): value is Refusal {
  return 'status' in value
}
