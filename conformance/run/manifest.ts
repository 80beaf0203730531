/** The ground truth of an archive, where it has one: what each message is and what must come out of it. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { LabError } from '../../simulator/error.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

const schema = z.object({
  version: z.literal(1),
  messages: z.array(
    z.object({
      id: z.string(),
      /** Of the innermost MIME entity. */
      contentSha256: sha256,
      archives: z.record(
        z.string(),
        z.object({ sha256, recipients: z.array(z.object({ label: z.string(), sha256 })) }),
      ),
    }),
  ),
})

export interface MessageTruth {
  readonly id: string
  readonly contentSha256: string
  /** Of the file. */
  readonly sha256: string
  /** Certificates that it was encrypted to, by sha256. */
  readonly recipients: readonly string[]
}

/** `archive` is the folder's name: 'shared' or 'per-device'. No manifest is no error: most archives have none. */
export async function readManifest(
  folder: string,
  archive: string,
): Promise<ReadonlyMap<string, MessageTruth> | undefined> {
  const file = join(folder, 'manifest.json')
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new LabError('manifest-unreadable', `${file}: cannot be read: ${(cause as Error).message}`, { cause })
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new LabError('manifest-malformed', `${file}: not JSON: ${(cause as Error).message}`, { cause })
  }
  const parsed = schema.safeParse(json)
  if (!parsed.success) throw new LabError('manifest-malformed', `${file}: ${z.prettifyError(parsed.error)}`)
  const truths = new Map<string, MessageTruth>()
  for (const { id, contentSha256, archives } of parsed.data.messages) {
    const truth = archives[archive]
    if (truth === undefined) continue
    truths.set(id, { id, contentSha256, sha256: truth.sha256, recipients: truth.recipients.map((each) => each.sha256) })
  }
  return truths
}
