/** What `smimelab lint-cert --json` prints: one document for all certificates. */
import { z } from 'zod'

export const lintLevelSchema = z.enum(['error', 'warn', 'notice'])

const lintFindingSchema = z.strictObject({
  id: z.string().describe('Of the lint: area/slug; never renamed'),
  level: lintLevelSchema.describe('error: SHALL or MUST; warn: SHOULD; notice: allowed, and worth a look'),
  statement: z.string().describe('What is required'),
  message: z.string().describe('What was found'),
  clause: z.string(),
  url: z.url(),
})

const count = z.int().min(0)

const lintedCertificateSchema = z.strictObject({
  file: z.string().describe('As given on the command line; a file can hold several certificates'),
  subject: z.string(),
  serial: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  generation: z
    .enum(['legacy', 'multipurpose', 'strict'])
    .nullable()
    .describe('Of the S/MIME Baseline Requirements; null where no reserved policy says it, or several disagree'),
  type: z
    .enum(['mailbox-validated', 'organization-validated', 'sponsor-validated', 'individual-validated'])
    .nullable()
    .describe('As generation'),
  baseline: z
    .enum(['applies', 'not-claimed', 'not-yet-in-force', 'authority', 'self-signed'])
    .describe(
      'Whether the S/MIME Baseline Requirements apply, or why not: no reserved policy, issued before they were in force, the certificate of an authority, or signed by its own key',
    ),
  findings: z.array(lintFindingSchema).describe('Errors first'),
  counts: z
    .strictObject({ error: count, warn: count, notice: count, pass: count, notApplicable: count, notEffective: count })
    .describe('Of lints, by outcome'),
})

export const lintDocumentSchema = z.strictObject({
  version: z.literal(1),
  certificates: z.array(lintedCertificateSchema),
  problems: z
    .array(z.strictObject({ file: z.string(), code: z.string(), message: z.string() }))
    .describe('Files that could not be read; the others were looked at all the same'),
})

export type LintFinding = z.infer<typeof lintFindingSchema>
export type LintedCertificate = z.infer<typeof lintedCertificateSchema>
export type LintDocument = z.infer<typeof lintDocumentSchema>
