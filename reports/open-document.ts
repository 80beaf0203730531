/** What `smimelab open --json` prints: one document for all messages. */
import { z } from 'zod'
import { signatureStatusSchema } from './record.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.int().min(0)
const reason = z.strictObject({ code: z.string(), message: z.string() })

const signer = z.strictObject({
  emails: z.array(z.string()),
  status: z.enum(['valid', 'invalid', 'untrusted']),
  reasons: z.array(reason),
  subject: z.string().optional(),
  sha256: sha256.optional().describe('Of the certificate'),
  signingTime: z.iso.datetime().optional().describe('As the signer claims'),
})

const recipient = z.union([
  z.strictObject({ issuer: z.string(), serial: z.string() }),
  z.strictObject({ keyIdentifier: z.string() }),
])

const shared = {
  file: z
    .string()
    .describe(
      "As given on the command line, or below the folder given; 'archive.mbox#3' is the third message in the file, '-' standard input",
    ),
  headers: z
    .strictObject({ from: z.string().optional(), subject: z.string().optional(), date: z.iso.datetime().optional() })
    .describe('The protected ones (RFC 9788) where the message has them; no from where it does not name one author'),
  layers: z
    .array(
      z.strictObject({
        kind: z.string(),
        algorithms: z.array(z.string()),
        weak: z.array(z.string()).optional().describe('Those of the algorithms that nobody should send any more'),
        authenticated: z
          .boolean()
          .optional()
          .describe(
            'Of an encrypted layer: whether a change of the ciphertext would have shown (RFC 5083); CBC does not',
          ),
        signature: signatureStatusSchema.optional().describe('Of a signed layer'),
      }),
    )
    .describe('Outermost first, as far as they came off'),
  recipients: z.array(recipient).describe('Of the outermost encryption'),
  signature: z
    .strictObject({ status: signatureStatusSchema, signers: z.array(signer) })
    .describe('Of the innermost signature that covers the content'),
  message: z.string().optional().describe('Why it is closed, or what a careful reader should know'),
  written: z.string().optional().describe('Where --out put the content'),
}

const openedBy = z.strictObject({
  subject: z.string(),
  issuer: z.string(),
  serial: z.string(),
  sha256: sha256.describe('Of the certificate'),
})

const content = z
  .strictObject({ mediaType: z.string(), bytes: z.int().min(0), sha256 })
  .describe(
    'The MIME entity that is left when all S/MIME layers are off; null where they leave nothing, as a message of certificates only does',
  )

const causes = ['never-recipient', 'algorithm-unsupported', 'key-unusable', 'integrity', 'malformed'] as const

const openResultSchema = z.discriminatedUnion('outcome', [
  z.strictObject({ ...shared, outcome: z.literal('opened'), cause: z.null(), openedBy, content: content.nullable() }),
  z.strictObject({
    ...shared,
    outcome: z.literal('closed'),
    cause: z.enum(causes),
    openedBy: z.null(),
    content: z.null(),
  }),
  z.strictObject({
    ...shared,
    outcome: z.literal('clear'),
    cause: z.null(),
    openedBy: z.null(),
    content: content.nullable(),
  }),
])

export const openDocumentSchema = z.strictObject({
  version: z.literal(1),
  messages: z.array(openResultSchema),
  problems: z
    .array(z.strictObject({ file: z.string(), code: z.string(), message: z.string() }))
    .describe('Files that could not be read or written; the other messages were opened all the same'),
  summary: z.strictObject({
    messages: count,
    opened: count,
    clear: count,
    closed: count,
    causes: z.partialRecord(z.enum(causes), count).describe('Of closed messages, each with their number'),
    signatures: z
      .strictObject({ valid: count, invalid: count, untrusted: count, unsigned: count })
      .describe('Of the messages that are not closed'),
    problems: count,
  }),
})

export type OpenResult = z.infer<typeof openResultSchema>
export type OpenDocument = z.infer<typeof openDocumentSchema>
