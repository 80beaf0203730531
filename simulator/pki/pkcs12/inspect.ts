/** A look at a PKCS#12 file from outside: what any importer must know before it can try the password. */
import { OpeningBudget } from './opening-budget.ts'
import { readPfx } from './pfx.ts'
import { describeProtection, type Pkcs12Protection } from './protection.ts'
import { refuseMalformed } from './refusals.ts'
import { readSafeContents } from './safe-contents.ts'

/**
 * Tells a file's protection without its password, as far as it is visible, and derives nothing.
 *
 * @throws LabError 'pkcs12-malformed' or 'pkcs12-unsupported'
 */
export function inspectPkcs12(bytes: Uint8Array): Pkcs12Protection {
  return refuseMalformed(() => {
    const budget = new OpeningBudget(Number.POSITIVE_INFINITY)
    const { mac, safes } = readPfx(bytes, budget)
    const views = safes.map(({ encryption, octets }) => ({
      encryption,
      bags: encryption === undefined ? readSafeContents(octets, budget) : undefined,
    }))
    return describeProtection(views, mac)
  })
}
