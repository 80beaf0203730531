/**
 * `npm run interop [-- --json FILE] [-- --only PEER]... [-- --messages FOLDER]`: the matrix of who opens whose mail.
 * Exits 1 where a cell is red and no known limit explains it, where a limit is gone, or where a peer is not installed.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { painter } from '../../reports/text-layout.ts'
import { LabError } from '../../simulator/error.ts'
import { loadKeyPool } from '../../simulator/pki/key-pool.ts'
import { type Arguments, parseArguments } from '../cli/arguments.ts'
import { ExitCode } from '../cli/exit-codes.ts'
import { reportError } from '../cli/report-error.ts'
import { wantsColour } from '../cli/wants-colour.ts'
import { keyPoolFolder } from '../run/package-files.ts'
import { documentOf } from './document.ts'
import { forms } from './form.ts'
import { limits } from './limits.ts'
import { type Matrix, runMatrix } from './matrix.ts'
import type { Peer } from './peer.ts'
import { peers } from './peers/index.ts'
import { renderTable } from './table.ts'
import { judge, type Verdict } from './verdict.ts'
import { buildWorld } from './world.ts'

const options = [
  { name: 'json', value: 'FILE', summary: 'write a JSON document; - is standard output, without the table' },
  { name: 'only', value: 'PEER', repeatable: true, summary: 'this peer and our own engine, without the others' },
  { name: 'messages', value: 'FOLDER', summary: 'keep what was made there, PEER/FORM.eml' },
  { name: 'help', summary: 'print this' },
]

try {
  process.exitCode = await main(parseArguments(process.argv.slice(2), options, 'npm run interop --'))
} catch (error) {
  process.exitCode = reportError(error, process.stderr, process.env)
}

async function main(args: Arguments): Promise<ExitCode> {
  if (args.has('help')) {
    for (const { name, value = '', summary } of options)
      process.stdout.write(`  ${`--${name} ${value}`.padEnd(20)}${summary}\n`)
    return ExitCode.Ok
  }
  const matrix = await makeMatrix(choosePeers(args.values('only')))
  const verdict = judge(matrix, limits)
  const folder = args.value('messages')
  if (folder !== undefined) await keepMessages(matrix, folder)
  await tell(matrix, verdict, args.value('json'))
  return verdict.passed ? ExitCode.Ok : ExitCode.Failed
}

function choosePeers(only: readonly string[]): readonly Peer[] {
  const names = peers.map(({ name }) => name)
  const unknown = only.find((name) => !names.some((each) => each === name))
  if (unknown !== undefined)
    throw new LabError('usage', `no peer is called ${unknown}`, { hint: `one of: ${names.join(', ')}` })
  return only.length === 0 ? peers : peers.filter(({ name }) => name === 'smimelab' || only.includes(name))
}

async function makeMatrix(chosen: readonly Peer[]): Promise<Matrix> {
  const pool = loadKeyPool({
    rsa: await readFile(join(keyPoolFolder, 'rsa-2048.pem'), 'utf8'),
    ec: await readFile(join(keyPoolFolder, 'p-256.pem'), 'utf8'),
  })
  const world = await buildWorld(pool, new Date())
  const folder = await mkdtemp(join(tmpdir(), 'interop-'))
  try {
    return await runMatrix({ world, peers: chosen, forms, folder, searchPath: process.env.PATH ?? '' })
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

async function keepMessages({ messages }: Matrix, folder: string): Promise<void> {
  for (const { producer, form, bytes } of messages) {
    await mkdir(join(folder, producer), { recursive: true })
    await writeFile(join(folder, producer, `${form.id.replaceAll('/', '.')}.eml`), bytes)
  }
}

async function tell(matrix: Matrix, verdict: Verdict, jsonFile: string | undefined): Promise<void> {
  const json = `${JSON.stringify(documentOf(matrix, verdict), null, 2)}\n`
  if (jsonFile === '-') {
    process.stdout.write(json)
    return
  }
  if (jsonFile !== undefined) await writeFile(jsonFile, json)
  const page = { paint: painter(wantsColour(process.stdout, process.env)), width: 98 }
  process.stdout.write(renderTable(matrix, verdict, page))
}
