/**
 * Maildir (D. J. Bernstein, maildir(5)): a file for each message, new ones in `new`, seen ones in `cur`, and in `tmp` what is
 * not yet delivered. The name of a file says nothing about what is in it, but begins with the time of delivery.
 */
import type { Dirent } from 'node:fs'
import { join } from 'node:path'
import { byName, sortedEntries } from './folder-entries.ts'

const parts: ReadonlySet<string> = new Set(['cur', 'new', 'tmp'])

/** Whether `entries` are those of a Maildir. */
export function isMaildir(entries: readonly Dirent[]): boolean {
  return entries.filter(isMaildirPart).length === parts.size
}

/** Whether the entry is one of the three folders that make a Maildir. */
export function isMaildirPart(entry: Dirent): boolean {
  return entry.isDirectory() && parts.has(entry.name)
}

/** The files of delivered messages, in the order of their delivery, as paths below `folder`. */
export async function maildirFiles(folder: string): Promise<string[]> {
  const found = await Promise.all(
    ['cur', 'new'].map(async (part) =>
      (await sortedEntries(join(folder, part)))
        // maildir(5): what begins with a dot is no message.
        .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
        .map(({ name }) => ({ name, path: join(part, name) })),
    ),
  )
  return found
    .flat()
    .sort(byName)
    .map(({ path }) => path)
}
