/** Binds the verbs to the process: streams, environment, signals, exit code. */
import { existsSync, readFileSync } from 'node:fs'
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

/** Of the nearest package.json above this file: two folders up in the source, three in what is built. */
function packageVersion(): string {
  for (let folder = new URL('.', import.meta.url); ; folder = new URL('..', folder)) {
    const file = new URL('package.json', folder)
    if (existsSync(file)) {
      const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
      return version
    }
    if (new URL('..', folder).href === folder.href)
      throw new Error('package.json wanted above the source of smimelab, not found')
  }
}
