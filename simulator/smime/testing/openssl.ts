/** OpenSSL's command line as an independent peer, for tests. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface OpensslResult {
  readonly ok: boolean
  /** What was written to the file `out`. */
  readonly out: Buffer
  readonly stderr: string
}

/** Runs `openssl` in an empty folder that holds `files`; output is expected in a file named `out`. */
export function openssl(args: readonly string[], files: Readonly<Record<string, string | Uint8Array>>): OpensslResult {
  const folder = mkdtempSync(join(tmpdir(), 'smimelab-openssl-'))
  try {
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes)
    const run = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' })
    if (run.error !== undefined) throw run.error
    return { ok: run.status === 0, out: readIfThere(join(folder, 'out')), stderr: run.stderr }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function readIfThere(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch {
    return Buffer.alloc(0)
  }
}
