/** `npm run bench [-- NAME...] [-- --json]`: prints one row a benchmark; exits 1 where a bound does not hold, 2 on an unknown name. */
import { parseArgs } from 'node:util'
import { nearest } from '../cli/nearest.ts'
import { libraryBenchmarks } from './libraries.ts'
import { measure, type Row } from './measure.ts'
import { memoryBenchmarks } from './memory.ts'
import { openingBenchmarks } from './opening.ts'
import { signingBenchmarks } from './signing.ts'

const all = [...openingBenchmarks, ...signingBenchmarks, ...libraryBenchmarks, ...memoryBenchmarks]
const { values, positionals, tokens } = parseArgs({
  allowPositionals: true,
  strict: false,
  tokens: true,
  options: { json: { type: 'boolean' } },
})

const flag = tokens.find((token) => token.kind === 'option' && token.name !== 'json')
if (flag?.kind === 'option') {
  console.error(`bench: unknown option ${flag.rawName}; did you mean --json?`)
  process.exit(2)
}

const unknown = positionals.find((name) => !all.some((each) => each.name === name))
if (unknown !== undefined) {
  const names = all.map((each) => each.name)
  const near = nearest(unknown, names)
  console.error(
    `bench: no benchmark is called ${unknown}${near === undefined ? '' : `; did you mean ${near}?`}\n  known: ${names.join(', ')}`,
  )
  process.exit(2)
}

const rows: Row[] = []
for (const benchmark of all.filter((each) => positionals.length === 0 || positionals.includes(each.name))) {
  const row = await measure(benchmark)
  rows.push(row)
  if (values.json !== true) console.log(line(row))
}
if (values.json === true) console.log(JSON.stringify(rows, null, 2))
if (rows.some((row) => !row.holds)) process.exitCode = 1

function line({ name, unit, value, peer, ratio, atLeast, atMost, holds }: Row): string {
  const bound = atLeast !== null ? `at least ${atLeast}` : atMost !== null ? `at most ${atMost}` : 'no bound'
  const figure = value.toFixed(value < 100 ? 1 : 0).padStart(8)
  return `${holds ? 'ok  ' : 'FAIL'} ${name.padEnd(27)} ${figure} ${unit.padEnd(10)} ${ratio.toFixed(2).padStart(7)} (${bound}) of ${peer}`
}
