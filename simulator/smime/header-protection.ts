/**
 * Header protection as a reader finds it (RFC 9788 4): which header fields are the message's own, which of them were
 * confidential, and who is the author when inside and outside disagree. Of the older ways, RFC 8551 3.1 (the whole message
 * inside) is read as RFC 9788 4.10 says, and the `protected-headers` of draft-autocrypt as a reader of that would.
 */
import { LabError } from '../error.ts'
import { type Field, fieldKey } from './message-fields.ts'
import { type Author, readAuthor } from './message-headers.ts'
import { addressesEqual } from './mime/address.ts'
import { bodyBytes, type Entity, parseEntity } from './mime/entity.ts'
import { isPkcs7Mime, isSmimeMultipartSigned } from './smime-entity.ts'

export interface HeaderProtection {
  readonly scheme: 'rfc9788' | 'rfc8551' | 'protected-headers'
  /** Whether the composer meant to encrypt: somebody else may have, on the way (RFC 9788 10.2). */
  readonly intent: 'clear' | 'cipher'
  /** As composed, without the structural ones (RFC 9787 1.1.1). */
  readonly fields: readonly Field[]
  /** What stood outside when it was composed: by the composer's word in RFC 9788, else by what is there, which anyone may change. */
  readonly outer: readonly Field[]
  /** Those of `fields` that stood outside not at all, or not so. None of a message that isn't encrypted. */
  readonly confidential: readonly Field[]
  /** RFC 9788 4.4.1.1. */
  readonly fromMismatch?: { readonly inner: string; readonly outer: string }
}

/** How far a header field is protected (RFC 9788 4.3). */
export type FieldProtection = 'unprotected' | 'signed-only' | 'encrypted-only' | 'signed-and-encrypted'

export interface ProtectedHeader {
  readonly protection: HeaderProtection
  /** The entity whose header fields are the message's. */
  readonly header: Entity
  /** Who the message is from, by both. */
  readonly author: Author
}

/**
 * What protection the payload, with all layers off, gives to header fields; undefined where it gives none, and fields in it
 * mean nothing (RFC 9788 4.1).
 *
 * @param message the whole message; undefined where CMS was all there was
 */
export function readProtection(
  payload: Entity,
  message: Entity | undefined,
  outerAuthor: Author,
  encrypted: boolean,
): ProtectedHeader | undefined {
  const { hp, 'protected-headers': draft } = payload.parameters
  const inferred = encrypted ? 'cipher' : 'clear'
  const outside = (): Field[] => (message === undefined ? [] : fieldsOf(message))
  if (hp === 'clear' || hp === 'cipher')
    return protectedHeader('rfc9788', hp, payload, hpOuter(payload), outerAuthor, encrypted)
  if (draft === 'v1') return protectedHeader('protected-headers', inferred, payload, outside(), outerAuthor, encrypted)
  const wrapped = wrappedMessage(payload)
  if (wrapped === undefined) return undefined
  const found = protectedHeader('rfc8551', inferred, wrapped, outside(), outerAuthor, encrypted)
  // Nothing but its place tells it from a message that is passed on; with another author, that is what it is.
  return found.protection.fromMismatch === undefined ? found : undefined
}

function protectedHeader(
  scheme: HeaderProtection['scheme'],
  intent: HeaderProtection['intent'],
  header: Entity,
  outer: readonly Field[],
  outerAuthor: Author,
  encrypted: boolean,
): ProtectedHeader {
  const fields = fieldsOf(header)
  const standing = new Set(outer.map(fieldKey))
  const author = joinAuthors(outerAuthor, readAuthor(header))
  return {
    protection: {
      scheme,
      intent,
      fields,
      outer,
      confidential: encrypted && intent === 'cipher' ? fields.filter((each) => !standing.has(fieldKey(each))) : [],
      ...(author.kind === 'one' && author.outer !== undefined
        ? { fromMismatch: { inner: author.from, outer: author.outer } }
        : {}),
    },
    header,
    author,
  }
}

/** Whose words these are by the protected field, unless outside the author is in doubt already. */
function joinAuthors(outer: Author, inner: Author): Author {
  if (inner.kind === 'none' || outer.kind === 'ambiguous') return outer
  if (outer.kind !== 'one' || inner.kind !== 'one' || addressesEqual(outer.from, inner.from)) return inner
  return { ...inner, outer: outer.from }
}

function fieldsOf(entity: Entity): Field[] {
  return entity.headers
    .filter(({ name }) => !/^(?:content-.*|mime-version|hp-outer)$/.test(name))
    .map(({ name, value }) => ({ name, value }))
}

/** RFC 9788 4.2.1 4.i. One without a colon says nothing. */
function hpOuter(payload: Entity): Field[] {
  return payload.headers.flatMap(({ name, value }) => {
    const parts = name === 'hp-outer' ? /^([!-9;-~]+)[ \t]*:([\s\S]*)$/.exec(value) : null
    return parts === null ? [] : [{ name: (parts[1] ?? '').toLowerCase(), value: (parts[2] ?? '').trim() }]
  })
}

/** The message of RFC 8551 3.1, by the conditions of RFC 9788 4.10.1. */
export function wrappedMessage(payload: Entity): Entity | undefined {
  if (payload.mediaType !== 'message/rfc822' || payload.parameters.forwarded === 'yes') return undefined
  try {
    const inner = parseEntity(bodyBytes(payload))
    const isLayer = isPkcs7Mime(inner) || isSmimeMultipartSigned(inner)
    return isLayer || inner.parameters.hp !== undefined || inner.headers.length === 0 ? undefined : inner
  } catch (error) {
    if (error instanceof LabError) return undefined
    throw error
  }
}

/** RFC 9788 4.3.1, of a field that is among `fields`. */
export function fieldProtection(
  protection: HeaderProtection | undefined,
  field: Field,
  signatureIsValid: boolean,
): FieldProtection {
  const is = (each: Field): boolean => fieldKey(each) === fieldKey(field)
  if (protection === undefined || !protection.fields.some(is)) return 'unprotected'
  if (protection.confidential.some(is)) return signatureIsValid ? 'signed-and-encrypted' : 'encrypted-only'
  return signatureIsValid ? 'signed-only' : 'unprotected'
}
