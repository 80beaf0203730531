/** mbox files (RFC 4155 appendix A): messages one after another, each behind a From_ line and before an empty line. */
import { LabError } from '../error.ts'

/** One message of the file, counted from 1, octet for octet as it is stored; or why it can't be had. */
export type MboxMessage =
  | { readonly index: number; readonly bytes: Buffer }
  | { readonly index: number; readonly problem: LabError }

export interface MboxOptions {
  /** Octets; default 64 MiB. A message that is larger becomes a problem; the ones behind it are still read. */
  readonly maxMessageSize?: number
}

/** "From ", the envelope sender, and a date as asctime(3) writes it, with a zone and a remark as some programs add. */
const datedLine =
  /^From .*(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]?\d \d\d:\d\d(?::\d\d)?(?: [A-Z]{1,5}| [+-]\d{4})* \d{4}(?: |\r?$)/

/** A From_ line holds one address and one date. */
const longestFromLine = 1024

/** Octets that suffice to recognise a file by: its From_ line, and the beginning of the field below. */
export const mboxHeadSize = longestFromLine + 128

/** Whether a file that begins with `head` is an mbox: a From_ line with a date, or one with a header field below. */
export function looksLikeMbox(head: Buffer): boolean {
  const lineEnd = head.subarray(0, longestFromLine).indexOf('\n')
  if (lineEnd < 0) return false
  const line = head.toString('latin1', 0, lineEnd)
  if (!line.startsWith('From ')) return false
  return datedLine.test(line) || /^[!-9;-~]+:/.test(head.toString('latin1', lineEnd + 1, lineEnd + 129))
}

/**
 * Reads messages as they arrive; no more than one is held. The quoting of From_ lines in their text is left as it is:
 * see `unquotings`.
 *
 * A message begins where a From_ line follows an empty line. RFC 4155 does not quote text, so only a full From_ line,
 * with its date, is one: "From my point of view" may begin a paragraph. But where the first From_ line of the file has
 * no date, its program doesn't write them, and has to quote: there every "From " behind an empty line counts.
 */
export async function* readMbox(
  chunks: AsyncIterable<Uint8Array>,
  { maxMessageSize = 64 * 1024 * 1024 }: MboxOptions = {},
): AsyncGenerator<MboxMessage, void> {
  const splitter = new Splitter(maxMessageSize)
  for await (const chunk of chunks) yield* splitter.add(chunk)
  yield* splitter.end()
}

class Splitter {
  readonly #message: Gathered
  /** What is not yet known to be text or From_ line. The beginning of the file counts as an empty line. */
  #window: Buffer = Buffer.from('\n\n')
  /** Of the message that is being gathered; 0 before the first From_ line. */
  #index = 0
  /** Whether the first From_ line has a date. */
  #isDated: boolean | undefined

  constructor(maxMessageSize: number) {
    this.#message = new Gathered(maxMessageSize)
  }

  *add(chunk: Uint8Array): Generator<MboxMessage, void> {
    this.#window = Buffer.concat([this.#window, chunk])
    yield* this.#split(false)
  }

  *end(): Generator<MboxMessage, void> {
    yield* this.#split(true)
    this.#message.add(this.#window)
    if (this.#index > 0) yield { index: this.#index, ...this.#message.take(true) }
  }

  *#split(atEnd: boolean): Generator<MboxMessage, void> {
    for (let from = 0; ; ) {
      const window = this.#window
      const feed = window.indexOf('\nFrom ', from)
      const next = feed < 0 ? -1 : window.indexOf('\n', feed + 1)
      const mayGoOn = next < 0 && !atEnd && window.length - feed <= longestFromLine
      if (feed < 0 || mayGoOn) {
        // What may be, or become, the beginning of a From_ line is kept.
        this.#gather(Math.max(0, feed < 0 ? window.length - '\n\r\nFrom'.length : feed - 2))
        return
      }
      const lineEnd = next < 0 ? window.length : next
      const emptyLine = emptyLineBefore(window, feed)
      if (emptyLine < 0 || !this.#isFromLine(window.subarray(feed + 1, lineEnd))) {
        from = feed + 1
        continue
      }
      this.#gather(emptyLine)
      const before = this.#message.take()
      if (this.#index > 0) yield { index: this.#index, ...before }
      this.#index++
      // The line break of the From_ line stays: an empty line may follow at once.
      this.#window = window.subarray(lineEnd)
      from = 0
    }
  }

  /** Moves so many octets from the window to the message. */
  #gather(count: number): void {
    this.#message.add(this.#window.subarray(0, count))
    this.#window = this.#window.subarray(count)
  }

  #isFromLine(line: Buffer): boolean {
    if (line.length > longestFromLine) return false
    const isDated = datedLine.test(line.toString('latin1'))
    this.#isDated ??= isDated
    return isDated || !this.#isDated
  }
}

/** Where the empty line begins that ends before the line feed at `feed`; negative where there is none. */
function emptyLineBefore(window: Buffer, feed: number): number {
  const start = window[feed - 1] === CR ? feed - 1 : feed
  return window[start - 1] === LF ? start : -1
}

const CR = 0x0d
const LF = 0x0a

/** Collects the octets of one message, each time with the line break of the From_ line in front. */
class Gathered {
  readonly #limit: number
  #parts: Buffer[] = []
  #size = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  add(part: Buffer): void {
    this.#size += part.length
    if (this.#size - 1 > this.#limit) this.#parts = []
    else if (part.length > 0) this.#parts.push(part)
  }

  /** `atEnd`: the empty line behind the last message, if it is there, is not yet gone. */
  take(atEnd = false): { readonly bytes: Buffer } | { readonly problem: LabError } {
    const size = this.#size - 1
    const gathered = Buffer.concat(this.#parts)
    this.#parts = []
    this.#size = 0
    if (size > this.#limit)
      return {
        problem: new LabError('message-too-large', `a message of at most ${this.#limit} octets wanted, got ${size}`),
      }
    return { bytes: (atEnd ? withoutEmptyLine(gathered) : gathered).subarray(1) }
  }
}

function withoutEmptyLine(bytes: Buffer): Buffer {
  const start = bytes.at(-1) === LF ? emptyLineBefore(bytes, bytes.length - 1) : -1
  return start < 0 ? bytes : bytes.subarray(0, start)
}
