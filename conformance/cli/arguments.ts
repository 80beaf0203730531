/** Reads a verb's arguments with node:util's parseArgs, and says what was meant where they are wrong. */
import { parseArgs } from 'node:util'
import { LabError } from '../../simulator/error.ts'
import { nearest } from './nearest.ts'
import type { VerbOption } from './verb-option.ts'

/** The arguments of one verb. Asking for an option that the verb has not declared is a programming error and throws. */
export class Arguments {
  readonly positionals: readonly string[]
  readonly #options: readonly VerbOption[]
  readonly #given: ReadonlyMap<string, readonly string[]>

  constructor(
    options: readonly VerbOption[],
    given: ReadonlyMap<string, readonly string[]>,
    positionals: readonly string[],
  ) {
    this.#options = options
    this.#given = given
    this.positionals = positionals
  }

  /** Was the switch given? */
  has(name: string): boolean {
    return this.#find(name).length > 0
  }

  /** The value of an option that is given at most once. */
  value(name: string): string | undefined {
    return this.#find(name)[0]
  }

  /** The values of a repeatable option, in the order given. */
  values(name: string): readonly string[] {
    return this.#find(name)
  }

  #find(name: string): readonly string[] {
    if (!this.#options.some((each) => each.name === name)) throw new TypeError(`the verb declares no option --${name}`)
    return this.#given.get(name) ?? []
  }
}

function usageError(message: string, hint: string): LabError {
  return new LabError('usage', message, { hint })
}

/** `command` is what the hints name: `smimelab open`. */
export function parseArguments(argv: readonly string[], options: readonly VerbOption[], command: string): Arguments {
  const seeHelp = `see: ${command} --help`
  const { tokens, positionals } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      options.map((each) => [
        each.name,
        {
          type: each.value === undefined ? ('boolean' as const) : ('string' as const),
          multiple: true,
          ...(each.short === undefined ? {} : { short: each.short }),
        },
      ]),
    ),
    // parseArgs' own strictness stops with a sentence for programmers; the tokens let us write one for users.
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const given = new Map<string, string[]>()
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const option = options.find((each) => each.name === token.name)
    if (option === undefined) {
      const near = nearest(
        token.name,
        options.map((each) => each.name),
      )
      throw usageError(
        `unknown option ${token.rawName}`,
        near === undefined ? seeHelp : `did you mean --${near}? ${seeHelp}`,
      )
    }
    if (option.value === undefined) {
      if (token.value !== undefined) throw usageError(`--${option.name} takes no value`, `write only --${option.name}`)
      given.set(option.name, ['true'])
      continue
    }
    const written = `--${option.name} ${option.value}`
    // `--at --json`: parseArgs takes the second for the value of the first.
    const swallowed = token.inlineValue === false && token.value?.startsWith('-') && token.value !== '-'
    if (token.value === undefined || token.value === '' || swallowed)
      throw usageError(`--${option.name} wants a value`, `write ${written}`)
    const values = given.get(option.name) ?? []
    if (values.length > 0 && option.repeatable !== true)
      throw usageError(`--${option.name} is given more than once`, `write ${written} once`)
    given.set(option.name, [...values, token.value])
  }
  return new Arguments(options, given, positionals)
}
