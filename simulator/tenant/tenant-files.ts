/** Reads the files of a tenant's folder: bounded, inside the folder only, every failure a LabError that names no content. */
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { LabError } from '../error.ts'

const megabyte = 1024 * 1024
/** A profile is some kilobytes; an imported PFX with a long chain is tens. */
const sizeLimit = 4 * megabyte
const countLimit = 10_000

export class TenantFolder {
  readonly #root: string

  private constructor(root: string) {
    this.#root = root
  }

  /** @throws LabError 'tenant-missing' */
  static async open(folder: string): Promise<TenantFolder> {
    try {
      if ((await stat(folder)).isDirectory()) return new TenantFolder(await realpath(folder))
    } catch (cause) {
      throw missing(folder, 'is not there', cause)
    }
    throw missing(folder, 'is not a folder')
  }

  /** Names of the files in `folder` that end in `extension`, sorted, as paths inside the tenant; none where there is no such folder. */
  async list(folder: string, extension: string): Promise<string[]> {
    let names: string[]
    try {
      names = await readdir(join(this.#root, folder))
    } catch (error) {
      if (isNodeError(error, 'ENOENT')) return []
      throw new LabError('file-unreadable', `${folder} can't be listed`, { cause: error })
    }
    const wanted = names.filter((name) => name.toLowerCase().endsWith(extension)).sort()
    if (wanted.length > countLimit)
      throw new LabError('too-many-files', `${folder}: at most ${countLimit} files are read, it holds ${wanted.length}`)
    return wanted.map((name) => `${folder}/${name}`)
  }

  /**
   * The bytes of `path`, which is relative to the tenant's folder and may not leave it, links included.
   *
   * @throws LabError 'path-outside-tenant' | 'file-missing' | 'file-unreadable' | 'file-too-large'
   */
  async read(path: string): Promise<Buffer> {
    const target = resolve(this.#root, path)
    this.#requireInside(target)
    try {
      const real = await realpath(target)
      this.#requireInside(real)
      const { size } = await stat(real)
      if (size > sizeLimit)
        throw new LabError('file-too-large', `at most ${sizeLimit} octets are read, the file has ${size}`)
      return await readFile(real)
    } catch (error) {
      if (error instanceof LabError) throw error
      if (isNodeError(error, 'ENOENT')) throw new LabError('file-missing', 'the file is not there', { cause: error })
      throw new LabError('file-unreadable', "the file can't be read", { cause: error })
    }
  }

  /** As `read`, undefined for a file that is not there. */
  async readIfThere(path: string): Promise<Buffer | undefined> {
    try {
      return await this.read(path)
    } catch (error) {
      if (error instanceof LabError && error.code === 'file-missing') return undefined
      throw error
    }
  }

  #requireInside(path: string): void {
    const inside = relative(this.#root, path)
    if (inside === '..' || inside.startsWith(`..${sep}`) || resolve(this.#root, inside) !== path)
      throw new LabError('path-outside-tenant', "the path leaves the tenant's folder", {
        hint: "keep the file inside the tenant's folder and name it by a relative path",
      })
  }
}

/** UTF-8 with or without byte order mark, or UTF-16 with one: PowerShell 5.1 exports the latter. */
export function decodeText(bytes: Uint8Array): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8'
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new LabError('text-encoding', `the text is not ${encoding.toUpperCase()}`, { cause })
  }
}

function missing(folder: string, what: string, cause?: unknown): LabError {
  return new LabError('tenant-missing', `the tenant's folder ${folder} ${what}`, {
    hint: 'give the folder that holds people.yaml and "Device Configurations"',
    ...(cause === undefined ? {} : { cause }),
  })
}

function isNodeError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
