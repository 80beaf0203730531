/** Writes what was inside a message. The name comes from a file name that others may have chosen. */
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { LabError } from '../../simulator/error.ts'
import { fileError } from './bounded-file.ts'

const longestName = 100
/** Device names of Windows, with any extension. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)$/i

/** A name without separators, controls or leading dots: it cannot lead out of the folder that it is put in. */
export function safeName(file: string): string {
  const stem = basename(file.replaceAll('\\', '/'))
    .replace(/\.(eml|p7m|p7z|p7s|msg|mime|txt)$/i, '')
    .replace(/[^\p{L}\p{N}\p{M}._-]/gu, '_')
    .replace(/^[.-]+/, '')
  const short = [...stem].slice(0, longestName).join('') || 'message'
  return reserved.test(short.split('.', 1)[0] ?? '') ? `_${short}` : short
}

export class ContentFolder {
  readonly #cwd: string
  readonly #folder: string
  readonly #used = new Set<string>()
  /** How often a name was asked for: a thousand messages of one name must not ask for each number again. */
  readonly #counts = new Map<string, number>()

  constructor(cwd: string, folder: string) {
    this.#cwd = cwd
    this.#folder = folder
  }

  /** Returns the path as it reads from the working directory. Never overwrites: 'would-overwrite'. */
  async write(source: string, bytes: Buffer): Promise<string> {
    const written = join(this.#folder, this.#freeName(safeName(source)))
    try {
      await mkdir(resolve(this.#cwd, this.#folder), { recursive: true })
      // What was encrypted is for its reader alone; `wx` also refuses to follow a symbolic link.
      await writeFile(resolve(this.#cwd, written), bytes, { flag: 'wx', mode: 0o600 })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST')
        throw new LabError('would-overwrite', `${written}: exists already, the content of ${source} is not written`, {
          hint: 'give --out another folder, or remove the file',
        })
      throw fileError(error, written, `content of ${source}`)
    }
    return written
  }

  /** Two messages of one run may have the same name in different folders; case is no difference everywhere. */
  #freeName(stem: string): string {
    const key = (name: string) => name.normalize('NFC').toLowerCase()
    for (let count = (this.#counts.get(key(stem)) ?? 0) + 1; ; count++) {
      this.#counts.set(key(stem), count)
      const name = count === 1 ? stem : `${stem}-${count}`
      if (this.#used.has(key(name))) continue
      this.#used.add(key(name))
      return `${name}.opened.eml`
    }
  }
}
