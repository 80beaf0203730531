/** The directory that senders look into. It publishes one certificate a person: publishing a newer one replaces it. */
import type { Certificate } from '../pki/certificate.ts'

export interface DirectoryEntry {
  readonly certificate: Certificate
  /** When it was published. */
  readonly since: Date
}

/** The newest entry of one person that was published by then; `entries` are oldest first. */
export function findForSender(entries: readonly DirectoryEntry[], at: Date): readonly Certificate[] {
  const found = entries.findLast(({ since }) => since <= at)
  return found === undefined ? [] : [found.certificate]
}
