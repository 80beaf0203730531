/** What one file may cost to open. The file's writer chooses its iteration counts, so its reader must set the limit. */
import { type Asn1Node, smallInteger } from '../../asn1/read.ts'
import { LabError } from '../../error.ts'
import { malformed } from './refusals.ts'

/** All iterations of one file together. Firefox writes three times 600 000. */
export const defaultMaxIterations = 5_000_000

/** Safes and bags together. Far above any key history, far below what makes pairing keys with certificates slow. */
const maxParts = 1024

export class OpeningBudget {
  readonly #maxIterations: number
  #iterations = 0
  #parts = 0

  constructor(maxIterations: number) {
    this.#maxIterations = maxIterations
  }

  /** Reads an iteration count and takes it off the budget: when it is read, so before anything is derived with it. */
  iterations(node: Asn1Node | undefined, what: string): number {
    const count = smallInteger(node, what)
    if (count === 0) throw malformed(`${what}: an iteration count of 1 or more wanted, got 0`)
    this.#iterations += count
    if (this.#iterations > this.#maxIterations)
      throw new LabError(
        'pkcs12-too-expensive',
        `PKCS#12: ${what}: ${this.#iterations} iterations asked for so far, the limit is ${this.#maxIterations}`,
        { hint: 'export the identity anew with fewer iterations' },
      )
    return count
  }

  countPart(): void {
    this.#parts++
    if (this.#parts > maxParts) throw malformed(`at most ${maxParts} safes and bags wanted, got more`)
  }
}
