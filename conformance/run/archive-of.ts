/** The mail that was really sent under a policy: what the directory held decided to which key. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type ArchivedMessage, type ArchiveProblem, readArchive } from '../../simulator/mail/index.ts'
import type { EncryptionPolicy } from '../../simulator/tenant/index.ts'
import { type MessageTruth, readManifest } from './manifest.ts'

export interface PolicyArchive {
  readonly messages: readonly ArchivedMessage[]
  readonly problems: readonly ArchiveProblem[]
  readonly truths: ReadonlyMap<string, MessageTruth> | undefined
}

/**
 * `archive/per-device` and `archive/shared` beside a tenant's profiles, where it has an archive for each world;
 * `archive` itself where there is one archive only, as in real life.
 */
export async function archiveOf(tenantFolder: string, policy: EncryptionPolicy): Promise<PolicyArchive> {
  const all = join(tenantFolder, 'archive')
  const world = policy === 'per-device' ? 'per-device' : 'shared'
  const own = join(all, world)
  const { messages, problems } = await readArchive(existsSync(own) ? own : all)
  return { messages, problems, truths: await readManifest(all, world) }
}
