import { describe, expect, test } from 'vitest'
import { LabError } from '../../simulator/error.ts'
import { dispatch } from './dispatch.ts'
import { ExitCode } from './exit-codes.ts'
import type { Verb, VerbTable } from './verb.ts'

function verb(name: string, run: Verb['run']): [string, () => Promise<Verb>] {
  const example = { command: `smimelab ${name}`, purpose: 'to see it' }
  const options = [{ name: 'json', summary: 'as JSON' }]
  return [
    name,
    async () => ({ name, summary: `does ${name}`, usage: name, options, examples: [example, example], run }),
  ]
}

const table: VerbTable = new Map([
  verb('open', async ({ stdout, args }) => {
    stdout.write(`opened ${args.positionals.join(' ')}`)
    return ExitCode.Inconclusive
  }),
  verb('refuse', async () => {
    throw new LabError('x', 'profile \u001b[2J: no', { hint: 'give another' })
  }),
  verb('break', async () => {
    throw new TypeError('undefined is\nnot a function')
  }),
])

async function run(argv: string[], env: Record<string, string> = {}) {
  const stdout: string[] = []
  const stderr: string[] = []
  const code = await dispatch(argv, table, {
    stdout: { write: (text) => stdout.push(text) },
    stderr: { write: (text) => stderr.push(text) },
    isTerminal: { stdout: false, stderr: false },
    colour: { stdout: false, stderr: false },
    env,
    cwd: '/',
    now: new Date(0),
    version: '1.2.3',
  })
  return { code, stdout: stdout.join(''), stderr: stderr.join('') }
}

test("a verb gets its arguments, and its exit code is the command's", async () => {
  expect(await run(['open', 'a', 'b'])).toEqual({ code: 4, stdout: 'opened a b', stderr: '' })
})

test('a refusal is told with its hint, inert, without a stack', async () => {
  expect(await run(['refuse'])).toEqual({
    code: 2,
    stdout: '',
    stderr: 'smimelab: profile <U+001B>[2J: no\n  hint: give another\n',
  })
})

test('a defect is one line, how to report it, and exit code 5', async () => {
  const { code, stdout, stderr } = await run(['break'])
  expect([code, stdout]).toEqual([5, ''])
  expect(stderr).toMatch(/^smimelab: unexpected error: TypeError: undefined is not a function\n {2}hint: .*defect/)
  expect(stderr).not.toMatch(/^\s+at /m)
})

test('the stack is there for who asks', async () => {
  expect((await run(['break'], { SMIMELAB_DEBUG: '1' })).stderr).toMatch(/^\s+at .*dispatch\.test\.ts/m)
})

test.each([
  [['opne'], 'unknown verb "opne"', 'did you mean: smimelab open'],
  [['hlep'], 'unknown verb "hlep"', 'did you mean: smimelab help'],
  [['deliver'], 'unknown verb "deliver"', 'see: smimelab help'],
  [['--verbose'], 'unknown option "--verbose"', 'see: smimelab help'],
  [['help', 'oepn'], 'unknown verb "oepn"', 'did you mean: smimelab open'],
  [['open', '--jsno'], 'unknown option --jsno', 'did you mean --json'],
])('%j suggests what was meant', async (argv, message, hint) => {
  const { code, stdout, stderr } = await run(argv)
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(message)
  expect(stderr).toContain(hint)
})

describe('help', () => {
  test.each([[['help']], [['--help']], [['-h']]])('%j is the overview', async (argv) => {
    const { code, stdout } = await run(argv)
    expect(code).toBe(0)
    expect(stdout).toMatch(/Verbs\n {2}open {2,}does open\n/)
    expect(stdout).toMatch(/^ {2}130 {2}interrupted$/m)
  })

  test.each([[['help', 'open']], [['open', '--help']], [['open', '--wrong', '-h']], [['--help', 'open']]])(
    "%j is the verb's page",
    async (argv) => {
      const { code, stdout } = await run(argv)
      expect(code).toBe(0)
      expect(stdout).toMatch(/^Usage: smimelab open\n/)
    },
  )

  test('behind -- is no option', async () => {
    expect((await run(['open', '--', '--help'])).stdout).toBe('opened --help')
  })

  test('nothing at all is a usage error that shows the overview', async () => {
    const { code, stdout, stderr } = await run([])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('Usage: smimelab VERB')
  })
})

test.each([['--version'], ['-V']])('%s', async (word) => {
  expect(await run([word])).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' })
})
