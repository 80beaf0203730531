/**
 * The run record: everything that a run found, and the only thing that reports are made from. A record may be read
 * years after the run, so the schema has a version and refuses fields that it does not know.
 */
import { z } from 'zod'
import { causeCodes } from './cause.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const instant = z.iso.datetime()
const code = z.string().regex(/^[a-z0-9]+([-/][a-z0-9]+)*$/)
const count = z.int().min(0)
const reason = z.strictObject({ code, message: z.string() })

export const causeSchema = z.enum(causeCodes)
export const signatureStatusSchema = z.enum(['valid', 'invalid', 'untrusted', 'unsigned'])
export const policySchema = z
  .enum(['per-device', 'shared', 'shared-newest-only', 'shared-newest-accumulating', 'escrowed'])
  .describe('How encryption keys are given out')

const device = z.strictObject({
  id: z.string().min(1),
  platform: z.enum(['ios', 'macos', 'windows', 'android']),
  os: z.string().describe('As the vendor writes it: 18.6, 10.0.26100'),
  user: z.string(),
})

const message = z.strictObject({
  id: z.string().min(1),
  file: z.string().nullable().describe('null: sent in this run, never a file'),
  subject: z.string(),
  date: instant.nullable(),
  from: z.string(),
  addressedTo: z.array(z.string()),
  encrypted: z.boolean(),
  live: z.boolean().describe('Sent in this run; otherwise from the archive'),
  algorithms: z.array(z.string()),
  sha256,
})

export const openedBySchema = z.strictObject({
  label: z.string().describe('Of the key, as in keys'),
  sha256: sha256.describe('Of the certificate'),
  serial: z.string(),
  subject: z.string(),
  issuer: z.string(),
  notBefore: instant,
  notAfter: instant,
})

const place = {
  message: z.string().describe('Id of the message'),
  device: z.string().describe('Id of the device'),
  signature: signatureStatusSchema,
  note: z.string().optional(),
}

/** Closed has a cause, opened has a key, clear has neither: anything else cannot be written. */
export const cellSchema = z.discriminatedUnion('outcome', [
  z.strictObject({ ...place, outcome: z.literal('opened'), cause: z.null(), openedBy: openedBySchema }),
  z.strictObject({ ...place, outcome: z.literal('closed'), cause: causeSchema, openedBy: z.null() }),
  z.strictObject({ ...place, outcome: z.literal('clear'), cause: z.null(), openedBy: z.null() }),
])

const install = z.strictObject({
  delivery: z.string(),
  profile: z.string(),
  device: z.string().describe('Id of the device'),
  channel: z.enum(['device', 'user']),
  mediaType: z.string(),
  accepted: z.boolean(),
  native: z.looseObject({ kind: z.string() }).describe("The platform's own answer, in its own terms"),
  installed: z.array(
    z.strictObject({ kind: z.string(), payload: z.string(), label: z.string(), sha256: sha256.optional() }),
  ),
  reasons: z.array(reason),
})

const mail = z.strictObject({
  device: z.string().describe('Id of the sending device'),
  message: z.string().describe('Id of the message'),
  transport: z.string(),
  sent: z.boolean(),
  error: z.string().optional(),
})

const key = z.strictObject({
  label: z.string(),
  sha256: sha256.describe('Of the certificate'),
  notBefore: instant,
  notAfter: instant,
  owner: z.string(),
})

const verdict = z.strictObject({
  sentence: z.string().describe("A whole sentence without the policy's name: 'All devices open all mail.'"),
  promise: z.enum(['every-device-opens-all-mail', 'none']),
  kept: z.boolean(),
  closedByDevice: z.array(z.strictObject({ device: z.string(), closed: count })),
  counts: z
    .strictObject({ messages: count, opened: count, closed: count, clear: count })
    .describe('Messages, and cells by outcome'),
})

const fault = z.strictObject({
  code,
  message: z.string(),
  messageId: z.string().optional(),
  device: z.string().optional().describe('Id of the device'),
})

export const policyRecordSchema = z.strictObject({
  policy: policySchema,
  devices: z.array(device),
  messages: z.array(message),
  cells: z.array(cellSchema).describe('One per message and mailbox that holds it'),
  installs: z.array(install),
  mail: z.array(mail).optional(),
  keys: z.array(key),
  verdict,
  faults: z.array(fault).describe('What smimelab itself did wrong, or cannot vouch for'),
  digest: sha256.describe('Of the meaning: outcomes, causes, key labels, verdict; neither ciphertext nor time of run'),
})

const problem = z.strictObject({
  file: z.string(),
  place: z.string().optional(),
  code,
  message: z.string(),
  severity: z.enum(['error', 'warning']),
})

const secondOpinions = z.strictObject({
  asked: count,
  agreed: count,
  peers: z
    .array(
      z.strictObject({
        name: z.string(),
        version: z.string(),
        asked: count,
        agreed: count,
        cannotSay: count.describe("Cells beyond the peer's known limits"),
        silent: count.describe('Cells on which it should have answered and did not'),
      }),
    )
    .optional(),
  disagreements: z.array(
    z.strictObject({
      peer: z.string(),
      about: z.string().describe('What both were asked: message, device, operation'),
      ours: z.string(),
      theirs: z.string(),
    }),
  ),
  unavailable: z.array(
    z.strictObject({ peer: z.string(), reason: z.string(), install: z.string().describe('The command that helps') }),
  ),
})

export const recordSchema = z.strictObject({
  version: z.literal(1),
  smimelab: z.string().describe('Version of the package that ran'),
  tenant: z.string(),
  now: instant.describe("The lab's clock"),
  seed: z.int().optional(),
  policies: z.array(policyRecordSchema),
  problems: z.array(problem),
  secondOpinions,
  digest: sha256,
})

export type Policy = z.infer<typeof policySchema>
export type Cell = z.infer<typeof cellSchema>
export type InstallRecord = z.infer<typeof install>
export type MessageRecord = z.infer<typeof message>
export type DeviceRecord = z.infer<typeof device>
export type KeyRecord = z.infer<typeof key>
export type PolicyRecord = z.infer<typeof policyRecordSchema>
export type SignatureStatus = z.infer<typeof signatureStatusSchema>
export type RunRecord = z.infer<typeof recordSchema>
