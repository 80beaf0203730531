/** The messages in a folder: files named as messages are, at any depth, and the Maildirs among the folders. */
import type { Dirent } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { LabError } from '../../simulator/error.ts'
import { sortedEntries } from '../../simulator/mail/folder-entries.ts'
import { isMaildir, isMaildirPart, maildirFiles } from '../../simulator/mail/maildir.ts'
import { fileError } from './bounded-file.ts'

/** A file to read, as a path that begins with the folder's own; or what couldn't be looked at. */
export type FoundFile = { readonly file: string } | { readonly file: string; readonly problem: LabError }

const messageName = /\.(eml|p7m|p7z|mbox)$/i

const deepest = 64

/**
 * Each file once, in the order of their names. Hidden files and folders are passed over, except the folders of a Maildir.
 * A symbolic link is followed to a file in the folder. It isn't to a folder, which is read under its own name, and never
 * leads out: who unpacks an archive of others must not find what is elsewhere on the machine in the results.
 */
export async function* messageFiles(cwd: string, folder: string): AsyncGenerator<FoundFile, void> {
  yield* new Walk(cwd, await realpath(resolve(cwd, folder))).below(folder, 0)
}

class Walk {
  readonly #cwd: string
  readonly #root: string

  constructor(cwd: string, root: string) {
    this.#cwd = cwd
    this.#root = root
  }

  async *below(folder: string, depth: number): AsyncGenerator<FoundFile, void> {
    let entries: Dirent[]
    let mail: string[] = []
    try {
      if (depth > deepest)
        throw new LabError('folder-too-deep', `${folder}: at most ${deepest} folders in one another wanted, got more`)
      entries = await sortedEntries(resolve(this.#cwd, folder))
      if (isMaildir(entries)) mail = await maildirFiles(resolve(this.#cwd, folder))
    } catch (error) {
      yield { file: folder, problem: fileError(error, folder, 'folder') }
      return
    }
    for (const path of mail) yield { file: join(folder, path) }
    const isMail = isMaildir(entries)
    for (const entry of entries) {
      if (isMail ? isMaildirPart(entry) : entry.name.startsWith('.')) continue
      const path = join(folder, entry.name)
      if (entry.isDirectory()) yield* this.below(path, depth + 1)
      else if (entry.isSymbolicLink()) yield* this.#link(path)
      else if (messageName.test(entry.name))
        yield entry.isFile() ? { file: path } : { file: path, problem: noFile(path) }
    }
  }

  async *#link(path: string): AsyncGenerator<FoundFile, void> {
    const isNamed = messageName.test(path)
    try {
      const target = await realpath(resolve(this.#cwd, path))
      const isFolder = (await stat(target)).isDirectory()
      const isInside =
        target === this.#root || target.startsWith(this.#root.endsWith(sep) ? this.#root : this.#root + sep)
      if (!isInside && (isFolder || isNamed)) yield { file: path, problem: leadsOut(path) }
      else if (!isFolder && isNamed)
        yield (await stat(target)).isFile() ? { file: path } : { file: path, problem: noFile(path) }
    } catch (error) {
      if (isNamed) yield { file: path, problem: fileError(error, path, 'message') }
    }
  }
}

function noFile(path: string): LabError {
  return new LabError('file-unusable', `${path}: message: a regular file wanted, got something else`)
}

function leadsOut(path: string): LabError {
  return new LabError('link-leads-out', `${path}: a link that leads out of the folder is not followed`, {
    hint: 'name the file or folder that it leads to, if it is to be read',
  })
}
