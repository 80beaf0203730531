/** The entries of a folder, in one order on every machine, and not more than fit into memory. */
import type { Dirent } from 'node:fs'
import { opendir } from 'node:fs/promises'
import { LabError } from '../error.ts'

/** The largest mail folders have some hundred thousand messages. */
export const mostEntries = 1_000_000

/**
 * By name, code unit by code unit: no locale has a say in it.
 *
 * @throws LabError 'folder-too-large'; what the operating system refuses is thrown as it comes
 */
export async function sortedEntries(folder: string, limit = mostEntries): Promise<Dirent[]> {
  const entries: Dirent[] = []
  for await (const entry of await opendir(folder)) {
    if (entries.length === limit)
      throw new LabError('folder-too-large', `${folder}: a folder of at most ${limit} entries wanted, it has more`)
    entries.push(entry)
  }
  return entries.sort(byName)
}

export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}
