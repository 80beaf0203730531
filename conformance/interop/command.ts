/** Runs a peer's command: bounded, and in a bare environment, so that nobody's OPENSSL_CONF colours the matrix. */
import { spawn } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PeerRefusal, type Workplace } from './peer.ts'

export interface Ran {
  /** Undefined where a signal ended it. */
  readonly code: number | undefined
  readonly signal: string | undefined
  readonly stdout: Buffer
  readonly stderr: string
}

const bounds = { milliseconds: 60_000, octets: 16 * 1024 * 1024 }

/** Undefined where there is no such command. */
export function tryCommand(
  { folder, searchPath }: Workplace,
  command: string,
  args: readonly string[],
  input = '',
): Promise<Ran | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: folder,
      env: { PATH: searchPath, HOME: folder, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
      timeout: bounds.milliseconds,
      killSignal: 'SIGKILL',
    })
    const streams = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
    let octets = 0
    for (const name of ['stdout', 'stderr'] as const)
      child[name].on('data', (chunk: Buffer) => {
        octets += chunk.length
        if (octets > bounds.octets) child.kill('SIGKILL')
        else streams[name].push(chunk)
      })
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') resolve(undefined)
      else reject(error)
    })
    // What a killed command left running may hold its output open.
    child.on('exit', () => {
      if (!child.killed) return
      child.stdout.destroy()
      child.stderr.destroy()
    })
    child.on('close', (code, signal) =>
      resolve({
        code: code ?? undefined,
        signal: signal ?? undefined,
        stdout: Buffer.concat(streams.stdout),
        stderr: Buffer.concat(streams.stderr).toString(),
      }),
    )
    // A command that does not read its input ends before it is written.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}

export async function runCommand(
  workplace: Workplace,
  command: string,
  args: readonly string[],
  input = '',
): Promise<Ran> {
  const ran = await tryCommand(workplace, command, args, input)
  if (ran === undefined) throw new PeerRefusal(`${command}: no such command`)
  return ran
}

/** Exit code 0 wanted; `explain` picks the telling part of standard error. */
export async function demand(
  workplace: Workplace,
  command: string,
  args: readonly string[],
  explain: (stderr: string) => string,
  input = '',
): Promise<Ran> {
  const ran = await runCommand(workplace, command, args, input)
  if (ran.code !== 0) throw new PeerRefusal(`${howItEnded(command, ran)}: ${explain(ran.stderr)}`)
  return ran
}

export function howItEnded(command: string, { code, signal }: Ran): string {
  return signal === undefined ? `${command} exit ${code}` : `${command} ended by ${signal}`
}

/** Commands read the file `in` and write the file `out`, which no job inherits from the one before. */
export async function layOut({ folder }: Workplace, input: Buffer): Promise<void> {
  await rm(join(folder, 'out'), { force: true })
  await writeFile(join(folder, 'in'), input)
}

/** @throws PeerRefusal where the command wrote nothing and still called it a success */
export async function takeOutput({ folder }: Workplace): Promise<Buffer> {
  try {
    return await readFile(join(folder, 'out'))
  } catch {
    throw new PeerRefusal('ended well and wrote nothing')
  }
}
