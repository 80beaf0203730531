/** Things read lately, by the octets that they were read from: a bounded memory that forgets what was longest not asked for. */
export class RecentlyRead<T extends object> {
  readonly #most: number
  readonly #maxOctets: number
  /** By all octets, so that no collision of digests can pass one thing off as another. The longest unused comes first. */
  readonly #known = new Map<string, T>()

  /** @param maxOctets what is longer is read anew each time */
  constructor(most: number, maxOctets: number) {
    this.#most = most
    this.#maxOctets = maxOctets
  }

  /** What was read from these octets, or is now. `read` must copy what it keeps. */
  get(octets: Buffer, read: (octets: Buffer) => T): T {
    if (octets.length > this.#maxOctets) return read(octets)
    const key = octets.toString('latin1')
    const found = this.#known.get(key) ?? read(octets)
    this.#known.delete(key)
    this.#known.set(key, found)
    if (this.#known.size > this.#most) {
      const [oldest] = this.#known.keys()
      if (oldest !== undefined) this.#known.delete(oldest)
    }
    return found
  }
}
