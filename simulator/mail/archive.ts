/** Archived mail: one message a file, as every mail program can save it. */
import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError } from '../error.ts'

export interface ArchivedMessage {
  /** File name without .eml. */
  readonly id: string
  readonly file: string
  readonly bytes: Buffer
}

export interface ArchiveProblem {
  readonly file: string
  /** Lower kebab-case: 'archive-too-large', 'archive-not-a-file', 'archive-empty', 'archive-unreadable'. */
  readonly code: string
  readonly message: string
}

export interface ArchiveOptions {
  /** Octets; default 64 MiB. */
  readonly maxMessageSize?: number
}

/**
 * Reads every *.eml in `folder`, in the order of their names. A message that can't be read is a problem to report, not
 * a reason to read no other.
 *
 * @throws LabError `archive-missing` where there is no such folder
 */
export async function readArchive(
  folder: string,
  { maxMessageSize = 64 * 1024 * 1024 }: ArchiveOptions = {},
): Promise<{ messages: ArchivedMessage[]; problems: ArchiveProblem[] }> {
  const messages: ArchivedMessage[] = []
  const problems: ArchiveProblem[] = []
  for (const name of await messageNames(folder)) {
    const file = join(folder, name)
    try {
      messages.push({ id: name.slice(0, -'.eml'.length), file, bytes: await readBounded(file, maxMessageSize) })
    } catch (error) {
      problems.push({ file, ...describe(error) })
    }
  }
  return { messages, problems }
}

async function messageNames(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => /\.eml$/i.test(name)).sort()
  } catch (error) {
    throw new LabError('archive-missing', `${folder}: a folder of .eml files wanted, got ${systemCode(error)}`, {
      hint: 'export the mailbox as .eml files into it, or name another folder',
      cause: error,
    })
  }
}

async function readBounded(file: string, maxSize: number): Promise<Buffer> {
  // Asked before opening: to open a pipe is to wait for its other end.
  if (!(await stat(file)).isFile())
    throw new LabError('archive-not-a-file', 'a regular file wanted, got something else')
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    if (size > maxSize) throw new LabError('archive-too-large', `at most ${maxSize} octets wanted, got ${size}`)
    if (size === 0) throw new LabError('archive-empty', 'a message wanted, got an empty file')
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}

function describe(error: unknown): { code: string; message: string } {
  if (error instanceof LabError) return { code: error.code, message: error.message }
  return { code: 'archive-unreadable', message: `can't be read: ${systemCode(error)}` }
}

function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'an unknown error'
}
