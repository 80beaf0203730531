/**
 * Text from a message, a profile or a certificate, made harmless for a terminal and for a reader's eye: a subject can
 * carry escape sequences that repaint the screen, or bidirectional controls that show "exe.txt" for "txt.exe".
 */

/**
 * Controls (C0, C1), format characters (bidirectional controls, zero-width, tags), line and paragraph separators,
 * lone surrogates, private use and unassigned code points. The zero-width joiner holds emoji together and is let
 * through between two of them.
 */
const harmful =
  /(?<!\p{Extended_Pictographic}\ufe0f?)\u200d|\u200d(?!\p{Extended_Pictographic})|(?!\u200d)[\p{C}\p{Zl}\p{Zp}]/gu
const manyMarks = /(\p{M}{4})\p{M}+/gu

/** Every harmful code point written out, `<U+202E>`; white space of all kinds becomes one space; marks don't pile up. */
export function inert(text: string): string {
  return text
    .replace(/[\t\r\n\p{Zs}]+/gu, ' ')
    .replace(harmful, (each) => `<U+${(each.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`)
    .replace(manyMarks, '$1')
}

/** As `inert`, cut to at most `columns` with an ellipsis. */
export function inertWithin(text: string, columns: number): string {
  // More than could ever be shown need not be looked at.
  return cut(inert(text.slice(0, 4 * columns + 64)), columns)
}

const wide =
  /^(?:\p{Emoji_Presentation}|\p{Emoji}\ufe0f|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}])/u
const narrowOnly = /^[\x20-\x7e\u00a1-\u02ff\u2010-\u2027]*$/
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Columns that the text takes in a terminal. */
export function columnsOf(text: string): number {
  if (narrowOnly.test(text)) return text.length
  let columns = 0
  for (const { segment } of graphemes.segment(text)) columns += widthOf(segment)
  return columns
}

function widthOf(grapheme: string): number {
  return wide.test(grapheme) ? 2 : 1
}

/** Cut to at most `columns`, an ellipsis in place of what is missing. */
export function cut(text: string, columns: number): string {
  return columnsOf(text) <= columns ? text : `${beginning(text, columns - 1)}…`
}

/** As much of the text as fits into `columns`. */
export function beginning(text: string, columns: number): string {
  let kept = ''
  let used = 0
  for (const { segment } of graphemes.segment(text)) {
    used += widthOf(segment)
    if (used > columns) break
    kept += segment
  }
  return kept
}
