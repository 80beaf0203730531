/** Runs a peer's command: bounded, and in a bare environment, so that nobody's OPENSSL_CONF colours the matrix. */
import { spawn } from 'node:child_process'
import { PeerRefusal, type Workplace } from './peer.ts'

export interface Ran {
  /** Undefined where a signal ended it. */
  readonly code: number | undefined
  readonly signal: string | undefined
  readonly stdout: Buffer
  readonly stderr: string
}

const limits = { milliseconds: 60_000, octets: 16 * 1024 * 1024 }

/** Undefined where there is no such command. */
export function tryCommand(
  { folder, searchPath }: Workplace,
  command: string,
  args: readonly string[],
  input: string | Buffer = '',
): Promise<Ran | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: folder,
      env: { PATH: searchPath, HOME: folder, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
      timeout: limits.milliseconds,
      killSignal: 'SIGKILL',
    })
    const streams = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
    let octets = 0
    for (const name of ['stdout', 'stderr'] as const)
      child[name].on('data', (chunk: Buffer) => {
        octets += chunk.length
        if (octets > limits.octets) child.kill('SIGKILL')
        else streams[name].push(chunk)
      })
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') resolve(undefined)
      else reject(error)
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
  input: string | Buffer = '',
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
  input: string | Buffer = '',
): Promise<Ran> {
  const ran = await runCommand(workplace, command, args, input)
  if (ran.code !== 0) throw new PeerRefusal(`${howItEnded(command, ran)}: ${explain(ran.stderr)}`)
  return ran
}

export function howItEnded(command: string, { code, signal }: Ran): string {
  return signal === undefined ? `${command} exit ${code}` : `${command} ended by ${signal}`
}
