/** Peak memory of a process of its own that opens a large message. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Benchmark } from './measure.ts'
import { envelope } from './opening.ts'
import { benchIdentity } from './people.ts'

const megabyte = 1024 * 1024
const octets = 100 * megabyte

export const memoryBenchmarks: readonly Benchmark[] = [
  {
    name: 'memory-100m',
    unit: 'MB',
    peer: "the message's size, message included",
    atMost: 3,
    async read() {
      const key = await benchIdentity('rsa-2048', 'encrypt')
      const folder = mkdtempSync(join(tmpdir(), 'smimelab-memory-'))
      try {
        writeFileSync(join(folder, 'message.der'), envelope(key, octets))
        const child = fileURLToPath(new URL('open-large-message.ts', import.meta.url))
        const peak = (file: string): number =>
          Number(execFileSync(process.execPath, [child, file], { encoding: 'utf8' }))
        writeFileSync(join(folder, 'small.der'), envelope(key, 1024))
        const grown = peak(join(folder, 'message.der')) - peak(join(folder, 'small.der'))
        return { value: grown / megabyte, peer: octets / megabyte }
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    },
  },
]
