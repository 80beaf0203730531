/** One line that overwrites itself, on a terminal only. */
import type { Output } from '../cli/verb.ts'

export interface Progress {
  show(line: string): void
  done(): void
}

export function progressOn(stream: Output, isTerminal: boolean): Progress {
  if (!isTerminal) return { show: () => {}, done: () => {} }
  return {
    show: (line) => stream.write(`\r\x1b[K${line.slice(0, 78)}`),
    done: () => stream.write('\r\x1b[K'),
  }
}
