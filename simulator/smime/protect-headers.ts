/** Header protection when composing (RFC 9788 5.2): the header fields inside the signature and the encryption, and what of them stands outside. */
import { LabError } from '../error.ts'
import { eitherPolicy, type HeaderPolicy, type HeaderPolicyName, headerPolicies, outerFields } from './header-policy.ts'
import { addLegacyDisplay } from './legacy-display.ts'
import { type Field, fieldKey, fieldLines, type MessageHeaders, writeFields } from './message-fields.ts'
import { canonicalise, parseEntity } from './mime/entity.ts'
import { withParameter } from './mime/leaves.ts'

export interface ProtectHeadersOptions {
  /** 'clear' for what will be signed only, 'cipher' for what will be encrypted (RFC 9788 2.1.1). */
  readonly confidentiality: 'clear' | 'cipher'
  /** What stands outside of an encrypted message; 'baseline' when absent (RFC 9788 3.3). */
  readonly policy?: HeaderPolicyName | HeaderPolicy
  /** The policy that the answered message calls for (`answerTo`), for what the other one would leave (RFC 9788 6.1). */
  readonly answering?: HeaderPolicy
  /** Repeat in the text what is hidden, for readers who know nothing of this (RFC 9788 5.2.2). */
  readonly legacyDisplay?: boolean
}

export interface ProtectedHeaders {
  /** To be signed, and encrypted as was said. */
  readonly payload: Buffer
  /** For `toMessage`, around what the payload became. */
  readonly outer: readonly Field[]
}

/**
 * Puts the header fields into a MIME entity.
 *
 * @throws LabError `header-malformed`, `mime-malformed`; `from-changed` for a policy that changes the author's address;
 * `confidential-header` for an answer in the clear that would tell what was confidential in the answered message
 */
export function protectHeaders(
  entity: Buffer,
  headers: MessageHeaders,
  options: ProtectHeadersOptions,
): ProtectedHeaders {
  const fields = writeFields(headers)
  const answering = options.answering ?? headerPolicies.none
  if (options.confidentiality === 'clear') {
    requireNothingConfidential(fields, answering)
    return { payload: makePayload(entity, 'clear', fields, []), outer: fields }
  }
  const { policy = 'baseline', legacyDisplay = false } = options
  const own = typeof policy === 'string' ? headerPolicies[policy] : policy
  const outer = outerFields(fields, eitherPolicy(own, answering))
  const standing = new Set(outer.map(fieldKey))
  const hidden = fields.filter((each) => !standing.has(fieldKey(each)))
  const body = legacyDisplay ? addLegacyDisplay(parseEntity(canonicalise(entity)), hidden) : entity
  return { payload: makePayload(body, 'cipher', fields, outer), outer }
}

function requireNothingConfidential(fields: readonly Field[], answering: HeaderPolicy): void {
  const told = fields.find((each) => answering(each) !== each.value)
  if (told === undefined) return
  throw new LabError(
    'confidential-header',
    `${told.name}: it repeats what was confidential in the answered message, and this answer is not encrypted`,
    { hint: 'encrypt the answer, or give it another value' },
  )
}

function makePayload(
  entity: Buffer,
  confidentiality: 'clear' | 'cipher',
  fields: readonly Field[],
  outer: readonly Field[],
): Buffer {
  const marked = withParameter(parseEntity(canonicalise(entity)), 'hp', confidentiality)
  const copies = outer.map(({ name, value }) => ({ name: 'HP-Outer', value: `${name}: ${value}` }))
  return Buffer.concat([fieldLines([...fields, ...copies, { name: 'MIME-Version', value: '1.0' }]), marked])
}
