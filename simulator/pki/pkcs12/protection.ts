/** How a PKCS#12 file is protected, in the words that platforms differ by. */
import type { EncryptionScheme } from './encryption-scheme.ts'
import type { Mac } from './mac.ts'
import type { Bag } from './safe-contents.ts'

/**
 * Schemes by name: 'pbe-sha1-3des', 'pbe-sha1-rc2-40', 'pbes2-aes-256-cbc-hmac-sha256', ...; 'none' for what is in the
 * clear or not in the file. Where a file mixes schemes for one kind of content, all of them, joined by '+'.
 */
export interface Pkcs12Protection {
  /** Of the private keys; 'not-visible' if only the password would tell. */
  readonly key: string
  readonly certificates: string
  /** 'hmac-sha1', 'hmac-sha256', 'pbmac1-hmac-sha256', ...; 'none' without a MAC. */
  readonly mac: string
  /** The highest iteration count of all schemes and the MAC. */
  readonly iterations: number
}

/** A safe as far as it could be read: `bags` is undefined while it is encrypted. */
export interface SafeView {
  readonly encryption: EncryptionScheme | undefined
  readonly bags: readonly Bag[] | undefined
}

export function describeProtection(safes: readonly SafeView[], mac: Mac | undefined): Pkcs12Protection {
  const key = new Set<string>()
  const certificates = new Set<string>()
  const iterations = [mac?.iterations ?? 0]
  let hidden = false
  for (const { encryption, bags } of safes) {
    const outer = encryption === undefined ? [] : [encryption]
    iterations.push(...outer.map((scheme) => scheme.iterations))
    if (bags === undefined) {
      hidden = true
      // Every common writer puts certificates, and only certificates, into an encrypted safe.
      for (const scheme of outer) certificates.add(scheme.name)
      continue
    }
    for (const bag of bags) {
      const schemes = bag.kind === 'shrouded-key' ? [...outer, bag.encryption] : outer
      const names = bag.kind === 'certificate' ? certificates : key
      for (const scheme of schemes) names.add(scheme.name)
      iterations.push(...schemes.map((scheme) => scheme.iterations))
    }
  }
  return {
    key: key.size === 0 && hidden ? 'not-visible' : join(key),
    certificates: join(certificates),
    mac: mac?.name ?? 'none',
    iterations: Math.max(...iterations),
  }
}

function join(names: ReadonlySet<string>): string {
  return names.size === 0 ? 'none' : [...names].join('+')
}
