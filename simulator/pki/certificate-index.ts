/** The certificates that a path may be built from, by subject; trust anchors told from the others. */
import type { Certificate } from './certificate.ts'
import { canonicalName } from './name.ts'

export class CertificateIndex {
  readonly #anchors: ReadonlySet<string>
  readonly #distinct: ReadonlyMap<string, Certificate>
  readonly #bySubject: ReadonlyMap<string, readonly Certificate[]>

  constructor(anchors: readonly Certificate[], intermediates: readonly Certificate[]) {
    this.#anchors = new Set(anchors.map((each) => each.sha256))
    this.#distinct = new Map([...anchors, ...intermediates].map((each) => [each.sha256, each]))
    this.#bySubject = Map.groupBy(this.#distinct.values(), (each) => canonicalName(each.subject))
  }

  isAnchor(certificate: Certificate): boolean {
    return this.#anchors.has(certificate.sha256)
  }

  withSubject(name: Buffer): readonly Certificate[] {
    return this.#bySubject.get(canonicalName(name)) ?? []
  }

  /** Those made for this purpose (a dotted object identifier), not those for any. */
  *withUsage(extendedKeyUsage: string): Generator<Certificate> {
    for (const each of this.#distinct.values()) if (each.extendedKeyUsage?.includes(extendedKeyUsage)) yield each
  }
}
