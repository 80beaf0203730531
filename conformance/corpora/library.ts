/** The corpora on disk. It keeps which files were read, so that what no case has looked at can be told. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface CorpusFolder {
  /** @throws Error of node:fs when there is no such file */
  read(file: string): Buffer
}

/** Read by people; everything else in a folder is data. */
const papers: ReadonlySet<string> = new Set(['SOURCE.md', 'VERDICTS.tsv', 'LICENSE.txt'])

export class Library {
  readonly #root: string
  readonly #read = new Set<string>()

  constructor(root: string) {
    this.#root = root
  }

  folder(name: string): CorpusFolder {
    return {
      read: (file) => {
        const path = name === '' ? file : `${name}/${file}`
        const bytes = readFileSync(join(this.#root, path))
        this.#read.add(path)
        return bytes
      },
    }
  }

  folders(): string[] {
    return readdirSync(this.#root, { withFileTypes: true })
      .filter((each) => each.isDirectory())
      .map((each) => each.name)
      .sort()
  }

  /** Files of a folder that nothing has read so far, as paths below the folder. */
  unread(folder: string): string[] {
    return readdirSync(join(this.#root, folder), { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile() && !papers.has(each.name))
      .map((each) => join(each.parentPath, each.name).slice(join(this.#root, folder).length + 1))
      .filter((file) => !this.#read.has(`${folder}/${file}`))
      .sort()
  }
}
