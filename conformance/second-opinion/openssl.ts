/**
 * `openssl cms`, always with -recip: without it a wrong key gives garbage with exit code 0 once in 256 times.
 * Signatures inside are taken off with -noverify: trust is not the question here, bytes are.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { certificateToPem } from '../../simulator/pki/certificate.ts'
import { type Answer, compare, type Peer, type Question } from './opinion.ts'

interface Ran {
  readonly code: number | undefined
  readonly stdout: string
}

function openssl(args: readonly string[], cwd?: string): Promise<Ran> {
  return new Promise((resolve) => {
    execFile('openssl', args, { timeout: 20_000, ...(cwd === undefined ? {} : { cwd }) }, (error, stdout) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : undefined
      resolve({ code, stdout })
    })
  })
}

export const opensslPeer: Peer = {
  name: 'openssl',
  async version() {
    const { code, stdout } = await openssl(['version'])
    return code === 0 ? stdout.split('(')[0]?.trim() || 'of unknown version' : undefined
  },
  async ask({ bytes, key, ours, signature }: Question): Promise<Answer> {
    const folder = await mkdtemp(join(tmpdir(), 'smimelab-opinion-'))
    try {
      await Promise.all([
        writeFile(join(folder, 'message.eml'), bytes),
        writeFile(join(folder, 'recipient.pem'), certificateToPem(key.certificate)),
        writeFile(join(folder, 'recipient.key'), key.privateKey.export({ type: 'pkcs8', format: 'pem' }), {
          mode: 0o600,
        }),
      ])
      const decrypted = await openssl(
        [
          'cms',
          '-decrypt',
          '-in',
          'message.eml',
          '-recip',
          'recipient.pem',
          '-inkey',
          'recipient.key',
          '-out',
          'inner',
        ],
        folder,
      )
      if (decrypted.code === undefined)
        return { kind: 'no-answer', reason: 'openssl cms -decrypt did not run to its end' }
      if (decrypted.code !== 0) return compare(ours, undefined)
      let content = await readWritten(join(folder, 'inner'))
      if (content === undefined) return { kind: 'no-answer', reason: 'openssl cms -decrypt wrote nothing' }
      if (isSigned(content)) {
        const verified = await openssl(['cms', '-verify', '-noverify', '-in', 'inner', '-out', 'content'], folder)
        if (verified.code === undefined)
          return { kind: 'no-answer', reason: 'openssl cms -verify did not run to its end' }
        // Both find the signature broken: then there is no content on which they could differ.
        if (verified.code !== 0) {
          return signature === 'invalid'
            ? { kind: 'agrees' }
            : {
                kind: 'disagrees',
                ours: `a signature that is ${signature}`,
                theirs: `a broken one (exit ${verified.code})`,
              }
        }
        content = await readWritten(join(folder, 'content'))
        if (content === undefined) return { kind: 'no-answer', reason: 'openssl cms -verify wrote nothing' }
      }
      return compare(ours, createHash('sha256').update(content).digest('hex'))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

/** A peer that ends in 0 without a result has not answered. */
async function readWritten(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function isSigned(entity: Buffer): boolean {
  const head = entity.subarray(0, 2048).toString('latin1')
  const fields = head.slice(0, head.search(/\r?\n\r?\n/))
  return /^content-type:\s*(multipart\/signed|application\/(x-)?pkcs7-mime)/im.test(fields)
}
