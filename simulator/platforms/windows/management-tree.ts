/** Carries out one command on one node of the management tree: which Status it earns, and what it changes. */

import type { ItemCommandName, SyncMlItem } from '../../delivery/syncml.ts'
import type { InstalledItem } from '../../device/install-report.ts'
import { showLocUri } from './loc-uri.ts'
import { type InstalledNode, isInstalledNode, isRefusal, type Place, type Property } from './node-kind.ts'
import { findNode, type Spot } from './node-lookup.ts'
import { readValue } from './node-value.ts'
import { shows } from './quirks.ts'
import { type Refusal, refuse } from './refusal.ts'

export interface TreeOptions extends Place {
  /** False: only ./Device can be reached. */
  readonly userSignedIn: boolean
}

/** What a command came to: its effect, or why there is none. */
export interface Outcome {
  readonly status: number
  readonly refusal?: Refusal
  readonly installed?: readonly InstalledItem[]
  /** Written in an Atomic: takes effect when that commits. */
  readonly pending?: Spot & { readonly property: Property }
}

const done: Outcome = { status: 200 }

function failed(refusal: Refusal): Outcome {
  return { status: refusal.status, refusal }
}

/** For one message. The nodes themselves are in the stores. */
export class ManagementTree {
  readonly #place: TreeOptions
  /** Values of secret properties that came in this message, by LocURI. They go with it. */
  readonly #secrets = new Map<string, string>()
  /** Nodes that this message made: to add more to one is no collision. */
  readonly #made = new Set<string>()
  readonly #collided = new Map<string, Spot>()

  constructor(place: TreeOptions) {
    this.#place = place
  }

  /** In an Atomic, what a write sets off waits for `commit`. */
  perform(command: ItemCommandName, item: SyncMlItem, inAtomic: boolean): Outcome {
    // A server's alert tells, and asks for nothing.
    if (command === 'Alert') return done
    if (item.target === '') return failed(refuse(400, 'command-malformed', `${command}: an Item with a Target wanted`))
    const found = findNode(item.target)
    if (isRefusal(found)) return failed(found)
    if ('interior' in found) return onInterior(command, found.interior)
    if (found.scope === 'user' && !this.#place.userSignedIn && this.#shows('user-scope-needs-signed-in-user'))
      return failed(
        refuse(
          500,
          'user-not-signed-in',
          `${found.key}: no enrolled user is signed in`,
          'user-scope-needs-signed-in-user',
        ),
      )
    const { property } = found
    if (property === undefined) return this.#onInstance(command, found)
    return this.#onProperty(command, { ...found, property }, item, inAtomic)
  }

  /** Applies a node all of whose changes are in. */
  commit(spot: Spot, written: ReadonlySet<string>): Outcome {
    return this.#apply(spot, written, true)
  }

  /** A collision outlives the roll-back of the Atomic that ran into it. */
  settleCollisions(): void {
    for (const spot of this.#collided.values()) this.#remove(spot)
  }

  #onInstance(command: ItemCommandName, spot: Spot): Outcome {
    const { key } = spot
    if (command === 'Exec') return notAllowed(command, key)
    const there = this.#node(key) !== undefined
    if (command === 'Add') {
      if (there) return failed(refuse(418, 'node-exists', `${showLocUri(key)} is there already`))
      this.#store(spot, new Map())
      return done
    }
    if (!there) return missing(key)
    if (command === 'Delete') this.#remove(spot)
    return done
  }

  #onProperty(
    command: ItemCommandName,
    spot: Spot & { readonly property: Property },
    item: SyncMlItem,
    inAtomic: boolean,
  ): Outcome {
    const { kind, key, property } = spot
    const locUri = `${key}/${property.name}`
    if (command === 'Exec' || command === 'Alert' || !property.commands.includes(command))
      return notAllowed(command, locUri)
    if (command === 'Add' && kind.collision !== undefined && this.#collides(key)) {
      this.#collided.set(key, spot)
      if (!inAtomic) this.#remove(spot)
      return failed(kind.collision(locUri))
    }
    const node = this.#node(key)
    const there = node?.values.has(property.name) ?? false
    if (command === 'Add' && there) return failed(refuse(418, 'node-exists', `${showLocUri(locUri)} is there already`))
    if (command !== 'Add' && !there) return missing(locUri)
    if (command === 'Get') return done
    if (command === 'Delete') {
      const rest = new Map(node?.values)
      rest.delete(property.name)
      this.#store(spot, rest)
      return done
    }
    const value = readValue(property, item, locUri)
    if (typeof value !== 'string') return failed(value)
    if (property.secret) this.#secrets.set(locUri, value)
    this.#store(spot, new Map(node?.values).set(property.name, property.secret ? '' : value))
    if (inAtomic) return { status: 200, pending: spot }
    const outcome = this.#apply(spot, new Set([property.name]), false)
    if (outcome.refusal !== undefined) this.#putBack(key, node)
    return outcome
  }

  #apply(spot: Spot, written: ReadonlySet<string>, atomic: boolean): Outcome {
    const { kind, key, name, scope } = spot
    const node = this.#node(key)
    if (node === undefined) return done
    const values = new Map(node.values)
    for (const property of kind.properties) {
      if (!property.secret || !values.has(property.name)) continue
      const value = this.#secrets.get(`${key}/${property.name}`)
      if (value === undefined) values.delete(property.name)
      else values.set(property.name, value)
    }
    const effect = kind.apply({ key, name, scope, values, written, atomic }, this.#place)
    if (isRefusal(effect)) return failed(effect)
    if (effect.values !== undefined) this.#store(spot, new Map([...node.values, ...effect.values]))
    return { status: 200, installed: effect.installed }
  }

  #collides(key: string): boolean {
    return this.#collided.has(key) || (this.#node(key) !== undefined && !this.#made.has(key))
  }

  #node(key: string): InstalledNode | undefined {
    const profile = this.#place.contents.profiles.get(key)
    return isInstalledNode(profile) ? profile : undefined
  }

  #store({ kind, key, name }: Spot, values: ReadonlyMap<string, string>): void {
    if (this.#node(key) === undefined) this.#made.add(key)
    const provenance = { ...this.#place.provenance, payload: key }
    const node: InstalledNode = { key, displayName: kind.displayName(name), provenance, values }
    this.#place.contents.profiles.set(key, node)
  }

  #putBack(key: string, former: InstalledNode | undefined): void {
    if (former === undefined) this.#place.contents.profiles.delete(key)
    else this.#place.contents.profiles.set(key, former)
  }

  #remove({ kind, key }: Spot): void {
    const node = this.#node(key)
    if (node === undefined) return
    this.#place.contents.profiles.delete(key)
    kind.remove(node, this.#place.contents)
  }

  #shows(id: Parameters<typeof shows>[0]): boolean {
    return shows(id, this.#place.osVersion)
  }
}

function onInterior(command: ItemCommandName, locUri: string): Outcome {
  if (command === 'Get') return done
  if (command === 'Add') return failed(refuse(418, 'node-exists', `${showLocUri(locUri)} is always there`))
  return notAllowed(command, locUri)
}

function missing(locUri: string): Outcome {
  return failed(refuse(404, 'node-missing', `${showLocUri(locUri)} is not there`))
}

function notAllowed(command: ItemCommandName, locUri: string): Outcome {
  return failed(refuse(405, 'command-not-allowed', `${showLocUri(locUri)}: ${command} is not for this node`))
}
