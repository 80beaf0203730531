/** What is wrong in a tenant's folder. One bad file is a problem of that file; the rest of the tenant goes on. */
import type { LabError } from '../error.ts'

export interface TenantProblem {
  /** Inside the tenant's folder, with forward slashes. */
  readonly file: string
  /** Where in the file, or for whom: 'line 3, column 7', 'devices[2].user', 'device alva-iphone'. */
  readonly place?: string
  /** Lower kebab-case, stable. */
  readonly code: string
  readonly message: string
  readonly hint?: string
  /** An error keeps something from being delivered; a warning says what was assumed or left aside. */
  readonly severity: 'error' | 'warning'
}

/** Collects problems; the same one is kept once, however many devices meet it. */
export class ProblemList {
  readonly #problems = new Map<string, TenantProblem>()

  add(problem: TenantProblem): void {
    const { file, place = '', code, message } = problem
    this.#problems.set([file, place, code, message].join('\n'), problem)
  }

  /** `error` as a problem of `file`. */
  addError(file: string, error: LabError, place?: string): void {
    this.add({
      file,
      ...(place === undefined ? {} : { place }),
      code: error.code,
      message: error.message,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      severity: 'error',
    })
  }

  get all(): readonly TenantProblem[] {
    return [...this.#problems.values()]
  }
}
