/** What to do next, where the results show that something was left out. Each is told once, behind the results. */
import type { OpenResult } from '../../reports/open-document.ts'
import type { Arguments } from '../cli/arguments.ts'
import type { Tally } from './tally.ts'

export class Hints {
  readonly #args: Arguments
  readonly #told = new Set<string>()

  constructor(args: Arguments) {
    this.#args = args
  }

  see({ cause, file, outcome, signature }: OpenResult): void {
    const misses = (option: string) => this.#args.value(option) === undefined
    if (signature.status === 'untrusted' && misses('trust'))
      this.#told.add('no signature can be trusted without --trust FILE (root certificates)')
    if (cause === 'never-recipient' && misses('identity'))
      this.#told.add('nothing can be decrypted without --identity FILE (PKCS#12, or PEM with the private key)')
    if (outcome === 'closed' && /\.p7s$/i.test(file) && misses('content'))
      this.#told.add('a detached signature wants what it signs: --content FILE')
  }

  all({ summary, isGood }: Tally): string[] {
    const isList = summary.messages > 1 && !this.#args.has('json') && !this.#args.has('verbose')
    return [...this.#told, ...(isList && !isGood ? ['--verbose tells why, message by message'] : [])]
  }
}
