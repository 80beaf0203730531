/** Reads files that the command line names: of any kind (a pipe too), of a bounded size, with errors that name the file. */
import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { LabError } from '../../simulator/error.ts'

const chunk = 64 * 1024

/** `what` says what the file should have been: "identity", "message". */
export async function readBounded(cwd: string, file: string, what: string, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  try {
    const handle = await open(resolve(cwd, file))
    try {
      for (let total = 0; ; ) {
        const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(chunk), 0, chunk, null)
        if (bytesRead === 0) return Buffer.concat(chunks)
        total += bytesRead
        if (total > limit)
          throw new LabError('file-too-large', `${file}: ${what} of at most ${limit} octets wanted, the file has more`)
        chunks.push(buffer.subarray(0, bytesRead))
      }
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw error instanceof LabError ? error : fileError(error, file, what)
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of its path is no directory',
  EACCES: 'permission denied',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left',
  EEXIST: 'it exists already',
}

/** The operating system's refusal as an error of ours. */
export function fileError(error: unknown, file: string, what: string): LabError {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? 'unknown'
  return new LabError('file-unusable', `${file}: ${what}: ${reasons[code] ?? code}`, { cause: error })
}
