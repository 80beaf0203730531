/**
 * Keys of the pool that no certificate of the tenant has yet. The same pool may have been used to make the tenant; were
 * one key in two certificates, a message to the one would open with the other, by its subject key identifier.
 */
import type { Certificate } from '../pki/certificate.ts'
import type { KeyPairObjects, KeyPool } from '../pki/key-pool.ts'

export class UnusedKeys {
  readonly #pool: KeyPool
  /** By SubjectPublicKeyInfo. */
  readonly #used: Set<string>

  constructor(pool: KeyPool, certificates: readonly Certificate[]) {
    this.#pool = pool
    this.#used = new Set(certificates.map(({ spki }) => spki.toString('base64')))
  }

  /**
   * A pair that was neither in use nor taken here before.
   *
   * @throws LabError 'key-pool-exhausted'
   */
  take(label: string): KeyPairObjects {
    for (let attempt = 1; ; attempt++) {
      const pair = this.#pool.take('rsa-2048', attempt === 1 ? label : `${label}#${attempt}`)
      const spki = pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
      if (this.#used.has(spki)) continue
      this.#used.add(spki)
      return pair
    }
  }
}
