/** Binds the verbs to the process: streams, environment, signals, exit code. */
import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import process from 'node:process'
import { dispatch } from './dispatch.ts'
import { ExitCode } from './exit-codes.ts'
import { reportError } from './report-error.ts'
import type { Output } from './verb.ts'
import { verbTable } from './verb-table.ts'
import { wantsColour } from './wants-colour.ts'

export async function runCommandLine(): Promise<void> {
  const { env } = process
  const stdout = outputTo(process.stdout)
  const stderr = outputTo(process.stderr)
  process.on('SIGINT', () => process.exit(ExitCode.Interrupted))
  // What no verb awaits; without this node would print a stack and exit with 1, which means something else here.
  process.on('uncaughtException', (error) => process.exit(reportError(error, stderr, env)))
  process.exitCode = await dispatch(process.argv.slice(2), verbTable, {
    stdout,
    stderr,
    isTerminal: { stdout: process.stdout.isTTY === true, stderr: process.stderr.isTTY === true },
    colour: { stdout: wantsColour(process.stdout, env), stderr: wantsColour(process.stderr, env) },
    env,
    cwd: process.cwd(),
    now: new Date(),
    version: packageVersion(),
  })
}

/**
 * A reader that goes away (`| head`) is no error. What is written after is dropped, and the verb still runs to its
 * end: the exit code must not depend on who reads.
 */
function outputTo(stream: NodeJS.WriteStream): Output {
  let open = true
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    open = false
  })
  return {
    write(text) {
      if (open) stream.write(text)
    },
  }
}

function packageVersion(): string {
  const file = findPackageJSON('..', import.meta.url)
  if (file === undefined) throw new Error('package.json of smimelab wanted above its own source, not found')
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  return version
}
