/** Lines of text for a terminal: padding, wrapping, colour. All of it works on columns, not on characters. */
import { beginning, columnsOf } from './inert.ts'

export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)))
}

/** Breaks at spaces; a word that is longer than a line is cut into lines. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    let rest = word
    const joined = line === '' ? rest : `${line} ${rest}`
    if (columnsOf(joined) <= columns) {
      line = joined
      continue
    }
    if (line !== '') lines.push(line)
    while (columnsOf(rest) > columns) {
      // Where even one character is wider than the line, the line has to be wider.
      const taken = beginning(rest, columns) || beginning(rest, 2)
      lines.push(taken)
      rest = rest.slice(taken.length)
    }
    line = rest
  }
  if (line !== '' || lines.length === 0) lines.push(line)
  return lines
}

/** `first` before the first line, as many spaces before the others. */
export function hang(first: string, text: string, columns: number): string[] {
  const indent = columnsOf(first)
  return wrap(text, Math.max(10, columns - indent)).map((line, index) =>
    index === 0 ? first + line : ' '.repeat(indent) + line,
  )
}

export type Tone = 'good' | 'bad' | 'quiet' | 'strong' | 'plain'

/** SGR (ECMA-48 8.3.117): on and off. */
const sgr: Readonly<Record<Exclude<Tone, 'plain'>, readonly [number, number]>> = {
  good: [32, 39],
  bad: [31, 39],
  quiet: [2, 22],
  strong: [1, 22],
}

export type Paint = (tone: Tone, text: string) => string

/** Never the only carrier of a meaning: what is painted says the same in words. */
export function painter(colour: boolean): Paint {
  return (tone, text) => {
    if (!colour || tone === 'plain' || text.trim() === '') return text
    const [on, off] = sgr[tone]
    return `\u001b[${on}m${text}\u001b[${off}m`
  }
}

/** What every part of a page needs to know. */
export interface Page {
  readonly paint: Paint
  readonly width: number
}
