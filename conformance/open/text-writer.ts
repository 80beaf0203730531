/** `smimelab open` for people: the details of one message, but a line for each of several. */
import type { OpenResult } from '../../reports/open-document.ts'
import { painter } from '../../reports/text-layout.ts'
import type { Output } from '../cli/verb.ts'
import { openLine } from './open-line.ts'
import { summaryLines } from './open-summary.ts'
import { messageLines } from './open-text.ts'
import type { ResultWriter } from './result-writer.ts'

interface Told {
  readonly result: OpenResult
  readonly text: readonly string[]
}

/** `verbose`: the details of each. */
export function textWriter(stdout: Output, { colour, verbose }: { colour: boolean; verbose: boolean }): ResultWriter {
  const paint = painter(colour)
  const details = ({ result, text }: Told) => stdout.write(`${messageLines(result, text, paint).join('\n')}\n\n`)
  const line = (result: OpenResult) => stdout.write(`${openLine(result, paint)}\n`)
  let count = 0
  // Until a second one comes, nobody knows whether the first is to be told at length.
  let only: Told | undefined
  return {
    message(result, text) {
      count++
      if (verbose) details({ result, text })
      else if (count === 1) only = { result, text }
      else {
        if (only !== undefined) line(only.result)
        only = undefined
        line(result)
      }
    },
    // Told on stderr when it arose; counted in the summary.
    problem() {},
    end(summary) {
      if (only !== undefined) details(only)
      else if (count > 0 && !verbose) stdout.write('\n')
      stdout.write(`${summaryLines(summary, paint).join('\n')}\n`)
    },
  }
}
