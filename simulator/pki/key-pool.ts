/**
 * A pool of ready-made key pairs. RSA keys are slow to make and can't be made from a seed, so a run that must come out
 * the same twice picks its keys from files.
 *
 * A label's hash says where in the pool it starts to look; taken keys are stepped over. So a label gets the same key in
 * every run, whatever else is taken, unless two labels start at the same key: then the one that asks first gets it, and
 * the order of the calls matters for these two. Take the labels in a fixed order where every key must be the same.
 */
import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { LabError } from '../error.ts'
import { readPem } from './pem.ts'
import { readPrivateKey } from './private-key.ts'

export interface KeyPairObjects {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

export type PoolKeyKind = 'rsa-2048' | 'p-256'

export interface KeyPool {
  /**
   * The same pair for the same label, different pairs for different labels.
   *
   * @throws LabError 'key-pool-exhausted'
   */
  take(kind: PoolKeyKind, label: string): KeyPairObjects
}

/**
 * A pool from concatenated PKCS#8 PEM blocks; each call gives a fresh pool with nothing taken.
 *
 * @throws LabError 'pem-malformed', 'private-key-unusable', 'key-pool-malformed'
 */
export function loadKeyPool(pem: { rsa: string; ec: string }): KeyPool {
  const shelves = { 'rsa-2048': new Shelf('rsa-2048', pem.rsa), 'p-256': new Shelf('p-256', pem.ec) }
  return { take: (kind, label) => shelves[kind].take(label) }
}

/** The keys of one kind. They are read when first taken: a run that needs five keys doesn't pay for all. */
class Shelf {
  readonly #kind: PoolKeyKind
  readonly #blocks: readonly Buffer[]
  readonly #slotByLabel = new Map<string, number>()
  readonly #pairBySlot = new Map<number, KeyPairObjects>()

  constructor(kind: PoolKeyKind, pem: string) {
    this.#kind = kind
    this.#blocks = readPem(pem)
      .filter(({ label }) => label === 'PRIVATE KEY')
      .map(({ bytes }) => bytes)
  }

  take(label: string): KeyPairObjects {
    const slot = this.#slotByLabel.get(label) ?? this.#freeSlot(label)
    const pair = this.#pairBySlot.get(slot) ?? this.#read(slot)
    this.#slotByLabel.set(label, slot)
    this.#pairBySlot.set(slot, pair)
    return pair
  }

  #freeSlot(label: string): number {
    const size = this.#blocks.length
    if (this.#slotByLabel.size >= size)
      throw new LabError(
        'key-pool-exhausted',
        `${this.#kind} key for '${label}': all ${size} keys of the pool are taken`,
        {
          hint: 'use fewer identities, or a pool with more keys',
        },
      )
    const taken = new Set(this.#slotByLabel.values())
    let slot = createHash('sha256').update(`${this.#kind}:${label}`).digest().readUInt32BE(0) % size
    while (taken.has(slot)) slot = (slot + 1) % size
    return slot
  }

  #read(slot: number): KeyPairObjects {
    const privateKey = readPrivateKey(this.#blocks[slot] as Buffer)
    const found = kindOf(privateKey)
    if (found !== this.#kind)
      throw new LabError('key-pool-malformed', `key ${slot} of the pool: a ${this.#kind} key wanted, got ${found}`)
    return { privateKey, publicKey: createPublicKey(privateKey) }
  }
}

function kindOf(key: KeyObject): string {
  const details = key.asymmetricKeyDetails
  if (key.asymmetricKeyType === 'rsa') return `rsa-${details?.modulusLength}`
  return details?.namedCurve === 'prime256v1' ? 'p-256' : `${key.asymmetricKeyType}`
}
