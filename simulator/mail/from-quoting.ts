/**
 * Lines of text that begin with "From " in an mbox: most programs put '>' in front of them, and no file says which way.
 * mboxrd quotes quoted lines once more, so that all of it can be undone; mboxo can't be told from text that had a '>' of
 * its own; RFC 4155 quotes nothing.
 */

const LF = 0x0a
const QUOTE = 0x3e

/**
 * What the stored message may have been, the likeliest first and each once: quoted as in mboxrd, as in mboxo, not at
 * all. A signature tells which it was.
 */
export function* unquotings(stored: Buffer): Generator<Buffer, void> {
  const lines = quotedLines(stored)
  if (lines.length > 0) yield without(stored, lines)
  const once = lines.filter((start) => stored[start + 1] !== QUOTE)
  if (once.length > 0 && once.length < lines.length) yield without(stored, once)
  yield stored
}

/** Offsets of the lines that begin with one '>' or more, and "From " behind. */
function quotedLines(stored: Buffer): number[] {
  const found: number[] = []
  for (let at = stored.indexOf('>From '); at >= 0; at = stored.indexOf('>From ', at + 1)) {
    let start = at
    while (stored[start - 1] === QUOTE) start--
    if (start === 0 || stored[start - 1] === LF) found.push(start)
  }
  return found
}

function without(stored: Buffer, offsets: readonly number[]): Buffer {
  const out = Buffer.allocUnsafe(stored.length - offsets.length)
  let read = 0
  let written = 0
  for (const offset of offsets) {
    written += stored.copy(out, written, read, offset)
    read = offset + 1
  }
  stored.copy(out, written, read)
  return out
}
