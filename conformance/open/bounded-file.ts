/** Reads files that the command line names: of any kind (a pipe too), of a bounded size, with errors that name the file. */
import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { LabError } from '../../simulator/error.ts'

const chunkSize = 64 * 1024

/** `what` says what the file should have been: "identity", "message". */
export async function readBounded(cwd: string, file: string, what: string, limit: number): Promise<Buffer> {
  return await collect(fileChunks(cwd, file, what), { file, what, limit })
}

/** The octets as they come, until there are more than `limit`. */
export async function collect(
  chunks: AsyncIterable<Uint8Array>,
  { file, what, limit }: { file: string; what: string; limit: number },
): Promise<Buffer> {
  const kept: Uint8Array[] = []
  let total = 0
  for await (const chunk of chunks) {
    total += chunk.length
    if (total > limit)
      throw new LabError('file-too-large', `${file}: ${what} of at most ${limit} octets wanted, the file has more`)
    kept.push(chunk)
  }
  return Buffer.concat(kept)
}

/** A file of any size or none, as a pipe has. */
export async function* fileChunks(cwd: string, file: string, what: string): AsyncGenerator<Buffer, void> {
  try {
    const handle = await open(resolve(cwd, file))
    try {
      for (;;) {
        const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(chunkSize), 0, chunkSize, null)
        if (bytesRead === 0) return
        yield buffer.subarray(0, bytesRead)
      }
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw fileError(error, file, what)
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

/** The operating system's refusal as an error of ours, which stays as it is; a defect of the program is thrown on. */
export function fileError(error: unknown, file: string, what: string): LabError {
  if (error instanceof LabError) return error
  const { code } = error as NodeJS.ErrnoException
  if (code === undefined) throw error
  return new LabError('file-unusable', `${file}: ${what}: ${reasons[code] ?? code}`, { cause: error })
}
