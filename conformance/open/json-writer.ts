/** `smimelab open --json`: one document, written while the messages are opened. */
import type { OpenDocument } from '../../reports/open-document.ts'
import type { Output } from '../cli/verb.ts'
import type { OpenProblem, ResultWriter } from './result-writer.ts'

export function jsonWriter(stdout: Output): ResultWriter {
  const version: OpenDocument['version'] = 1
  const problems: OpenProblem[] = []
  let isFirst = true
  const begin = () => {
    stdout.write(isFirst ? `{\n  "version": ${version},\n  "messages": [\n    ` : ',\n    ')
    isFirst = false
  }
  return {
    message(result) {
      begin()
      stdout.write(indented(result))
    },
    problem: (problem) => void problems.push(problem),
    end(summary) {
      stdout.write(isFirst ? `{\n  "version": ${version},\n  "messages": []` : '\n  ]')
      const rest: Omit<OpenDocument, 'version' | 'messages'> = { problems, summary }
      stdout.write(`,${JSON.stringify(rest, null, 2).slice(1)}\n`)
    },
  }
}

/** As it stands in the list of messages. */
function indented(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', '\n    ')
}
