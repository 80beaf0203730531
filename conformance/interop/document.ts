/** The matrix as a JSON document, for other programs: what `--json` writes. */
import { z } from 'zod'
import type { Matrix } from './matrix.ts'
import { peerNames } from './peer.ts'
import type { Verdict } from './verdict.ts'

const peer = z.enum(peerNames)
const form = z
  .string()
  .regex(/^(sign\/[^/]+\/(clear|opaque)|encrypt\/[^/]+\/[^/]+\/(issuer-and-serial|key-identifier))$/)
const says = z.string().describe('The words of the peer, shortened, or what is wrong with what it did')
const limit = z.string().describe('Id of the known limit that explains it')

export const interopDocumentSchema = z.strictObject({
  version: z.literal(1),
  passed: z.boolean(),
  peers: z.array(z.strictObject({ name: peer, version: z.string() })),
  forms: z.array(form),
  made: z.array(
    z.strictObject({
      producer: peer,
      form,
      result: z.enum(['made', 'not-made']),
      says: says.optional(),
      limit: limit.optional(),
    }),
  ),
  opened: z
    .array(
      z.strictObject({
        producer: peer,
        form,
        consumer: peer,
        result: z
          .enum(['ok', 'refused', 'other-content', 'altered-accepted'])
          .describe('ok: what was sent came out, octet for octet, and the altered message was refused'),
        says: says.optional(),
        limit: limit.optional(),
      }),
    )
    .describe('Every message that was made, by everybody who could open it'),
  limits: z
    .array(
      z.strictObject({
        id: z.string(),
        peer,
        version: z.string(),
        why: z.string(),
        evidence: z.array(z.string()),
        notMade: z.int().min(0).describe('How many results of `made` it explains'),
        notOpened: z.int().min(0).describe('How many results of `opened` it explains'),
      }),
    )
    .describe('Known limits of the peers in these versions'),
  unconfirmed: z.array(form).describe('Forms that no engine but the one that made them opened'),
  problems: z
    .array(
      z.strictObject({
        kind: z.enum(['unexplained', 'altered-accepted', 'limit-gone', 'limit-too-wide', 'peer-absent']),
        message: z.string(),
        hint: z.string(),
      }),
    )
    .describe('Why the run has not passed'),
})

export type InteropDocument = z.infer<typeof interopDocumentSchema>

export function documentOf(matrix: Matrix, verdict: Verdict): InteropDocument {
  return {
    version: 1,
    passed: verdict.passed,
    peers: matrix.peers.map((each) => ({ ...each })),
    forms: matrix.forms.map(({ id }) => id),
    made: verdict.makings.map(({ producer, form: { id }, ...rest }) => ({
      producer,
      form: id,
      result: rest.says === undefined ? ('made' as const) : ('not-made' as const),
      ...explanation(rest),
    })),
    opened: verdict.openings.map(({ producer, form: { id }, consumer, result, ...rest }) => ({
      producer,
      form: id,
      consumer,
      result,
      ...explanation(rest),
    })),
    limits: verdict.limits.map(({ limit: { id, peer, why, evidence }, ...tally }) => ({
      id,
      peer,
      why,
      evidence: [...evidence],
      ...tally,
    })),
    unconfirmed: verdict.unconfirmed.map(({ id }) => id),
    problems: verdict.problems.map((each) => ({ ...each })),
  }
}

function explanation(from: Pick<Verdict['makings'][number], 'says' | 'limit'>): { says?: string; limit?: string } {
  return {
    ...(from.says === undefined ? {} : { says: from.says }),
    ...(from.limit === undefined ? {} : { limit: from.limit.id }),
  }
}
