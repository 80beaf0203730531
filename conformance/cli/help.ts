/** Help texts, made from the verbs' own tables. */
import { pad, wrap } from '../../reports/text-layout.ts'
import { exitCodeMeanings } from './exit-codes.ts'
import type { Verb, VerbTable } from './verb.ts'
import type { VerbOption } from './verb-option.ts'

const width = 80

/** `smimelab help`. */
export async function overview(table: VerbTable): Promise<string> {
  const verbs = await Promise.all([...table.values()].map((load) => load()))
  return page([
    'Usage: smimelab VERB [options]',
    '',
    ...wrap(
      'Virtual phones and computers install the S/MIME profiles that a device-management service delivers, then open real mail with them.',
      width,
    ),
    '',
    'Verbs',
    ...rows([
      ...verbs.map((each): [string, string] => [each.name, each.summary]),
      ['help [VERB]', 'this page, or the page of a verb: its options, two examples'],
    ]),
    '',
    'Options',
    ...rows([
      ['-h, --help', 'help for smimelab or for the verb before it'],
      ['-V, --version', 'the version'],
    ]),
    '',
    'Exit codes',
    ...rows(exitCodeMeanings.map(({ code, meaning }) => [String(code), meaning])),
    '',
    'Environment',
    ...rows([
      ['NO_COLOR', 'no colour; FORCE_COLOR: colour also into a pipe'],
      ['SMIMELAB_DEBUG=1', 'where an unexpected error arose'],
    ]),
  ])
}

/** `smimelab VERB --help`. */
export function verbHelp(verb: Verb): string {
  return page([
    ...wrap(`Usage: smimelab ${verb.usage}`, width - 2).map((line, index) => (index === 0 ? line : `  ${line}`)),
    '',
    ...wrap(`${verb.summary.charAt(0).toUpperCase()}${verb.summary.slice(1)}.`, width),
    ...(verb.description ?? []).flatMap((paragraph) => ['', ...wrap(paragraph, width)]),
    '',
    'Options',
    ...rows([
      ...verb.options.map((each): [string, string] => [optionText(each), each.summary]),
      ['-h, --help', 'this page'],
    ]),
    '',
    'Examples',
    ...verb.examples.flatMap(({ command, purpose }, index) => [
      ...(index === 0 ? [] : ['']),
      ...wrap(`# ${purpose}`, width - 2).map((line) => `  ${line}`),
      `  ${command}`,
    ]),
  ])
}

function optionText({ short, name, value, repeatable }: VerbOption): string {
  const dashes = `${short === undefined ? '' : `-${short}, `}--${name}`
  return value === undefined ? dashes : `${dashes} ${value}${repeatable === true ? ' ...' : ''}`
}

/** Two columns; what does not fit beside a long left word goes below it. */
function rows(pairs: readonly (readonly [string, string])[]): string[] {
  const left = Math.min(26, Math.max(...pairs.map(([word]) => word.length)) + 2)
  return pairs.flatMap(([word, text]) => {
    const lines = wrap(text, width - 2 - left)
    if (word.length + 2 > left) return [`  ${word}`, ...lines.map((line) => `  ${' '.repeat(left)}${line}`)]
    return lines.map((line, index) => `  ${pad(index === 0 ? word : '', left)}${line}`)
  })
}

function page(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`
}
