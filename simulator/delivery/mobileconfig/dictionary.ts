/** Typed reading of a property-list dictionary: what is wanted, what came, and where, without ever quoting a value. */
import type { PlistValue } from 'plist'
import { LabError } from '../../error.ts'

interface PlistTypes {
  string: string
  integer: number
  boolean: boolean
  data: Buffer
  array: readonly PlistValue[]
  dictionary: Readonly<Record<string, PlistValue>>
}

/** Codes tell the profile's own keys from a payload's, as Apple's two error domains do. */
export class Dictionary {
  readonly #entries: Readonly<Record<string, PlistValue>>
  readonly #level: 'profile' | 'payload'
  readonly place: string

  constructor(value: PlistValue | undefined, level: 'profile' | 'payload', place: string) {
    this.#level = level
    this.place = place
    this.#entries = this.#expect(value, 'dictionary', place)
  }

  required<T extends keyof PlistTypes>(key: string, type: T): PlistTypes[T] {
    const value = this.optional(key, type)
    if (value === undefined) throw this.fault('missing-key', `${key} wanted, the key is not there`)
    return value
  }

  optional<T extends keyof PlistTypes>(key: string, type: T): PlistTypes[T] | undefined {
    if (!Object.hasOwn(this.#entries, key)) return undefined
    return this.#expect(this.#entries[key], type, key)
  }

  /** All entries but those named. */
  without(keys: readonly string[]): Record<string, PlistValue> {
    return Object.fromEntries(Object.entries(this.#entries).filter(([key]) => !keys.includes(key)))
  }

  fault(what: 'missing-key' | 'wrong-type' | 'unsupported-value' | 'unsupported-version', message: string): LabError {
    return new LabError(`${this.#level}-${what}`, `${this.place}: ${message}`)
  }

  #expect<T extends keyof PlistTypes>(value: PlistValue | undefined, type: T, what: string): PlistTypes[T] {
    const came = typeOf(value)
    if (came !== type) throw this.fault('wrong-type', `${what}: a value of type ${type} wanted, got ${came}`)
    return (value instanceof Uint8Array ? Buffer.from(value) : value) as PlistTypes[T]
  }
}

function typeOf(value: PlistValue | undefined): keyof PlistTypes | 'real' | 'date' | 'nothing' {
  if (value === undefined || value === null) return 'nothing'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'real'
  if (typeof value === 'string' || typeof value === 'boolean') return typeof value as 'string' | 'boolean'
  if (value instanceof Date) return 'date'
  if (value instanceof Uint8Array) return 'data'
  return Array.isArray(value) ? 'array' : 'dictionary'
}
