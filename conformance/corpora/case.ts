/** What a corpus asks of the engine, and what came of it: both in the same short words, so that right means equal. */
import { LabError } from '../../simulator/error.ts'

export interface Case {
  /** Unique in its corpus: a file, or a file with the vector's number or the question behind it. */
  readonly name: string
  /** The right outcome. What the engine refuses reads 'refused: ' and the error's code. */
  readonly expected: string
  /** Asks the engine. Throwing a LabError is an outcome; throwing anything else is a crash, and never right. */
  run(): string
}

export interface Finding {
  readonly case: string
  readonly expected: string
  readonly got: string
}

export function outcomeOf(run: () => string): string {
  try {
    return run()
  } catch (error) {
    if (error instanceof LabError) return `refused: ${error.code}`
    return `crashed: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`
  }
}
