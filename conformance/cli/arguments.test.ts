import { describe, expect, test } from 'vitest'
import { LabError } from '../../simulator/error.ts'
import { parseArguments } from './arguments.ts'
import type { VerbOption } from './verb-option.ts'

const options: readonly VerbOption[] = [
  { name: 'identity', value: 'FILE', repeatable: true, summary: '' },
  { name: 'at', value: 'DATE', summary: '' },
  { name: 'json', short: 'j', summary: '' },
]

function parse(...argv: string[]) {
  return parseArguments(argv, options, 'smimelab open')
}

test('values, switches and positionals, in any order', () => {
  const args = parse('a.eml', '--identity', 'one', '--json', '--identity=two', '--', '--b.eml')
  expect(args.positionals).toEqual(['a.eml', '--b.eml'])
  expect(args.values('identity')).toEqual(['one', 'two'])
  expect(args.has('json')).toBe(true)
  expect(args.value('at')).toBeUndefined()
  expect(parse('-j').has('json')).toBe(true)
})

test('a value may begin with a dash where it is written with =', () => {
  expect(parse('--at=-1').value('at')).toBe('-1')
})

test('a verb that asks for what it never declared is broken', () => {
  expect(() => parse().has('jsno')).toThrow(TypeError)
})

describe('tells what was meant', () => {
  test.each<[string[], string, string]>([
    [['--idnetity', 'x'], 'unknown option --idnetity', 'did you mean --identity? see: smimelab open --help'],
    [['--colour'], 'unknown option --colour', 'see: smimelab open --help'],
    [['-x'], 'unknown option -x', 'see: smimelab open --help'],
    [['--at'], '--at wants a value', 'write --at DATE'],
    [['--at='], '--at wants a value', 'write --at DATE'],
    [['--at', '--json'], '--at wants a value', 'write --at DATE'],
    [['--at', '1', '--at', '2'], '--at is given more than once', 'write --at DATE once'],
    [['--json=yes'], '--json takes no value', 'write only --json'],
    [['--__proto__'], 'unknown option --__proto__', 'see: smimelab open --help'],
  ])('%j', (argv, message, hint) => {
    const attempt = () => parse(...argv)
    expect(attempt).toThrow(LabError)
    expect(attempt).toThrow(expect.objectContaining({ code: 'usage', message, hint }))
  })
})
