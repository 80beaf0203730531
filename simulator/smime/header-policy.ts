/** Header confidentiality policies (RFC 9788 3): what of an encrypted message's header fields stands outside, for all to read. */
import { LabError } from '../error.ts'
import type { Field } from './message-fields.ts'
import { addressesEqual, parseMailboxes } from './mime/address.ts'
import { formatDate, parseDate } from './mime/date.ts'

/** What the field says outside: the same value, another one, or undefined where it is to be left out. */
export type HeaderPolicy = (field: Field) => string | undefined

/** 3.2.1, what the RFC recommends: hides the fields that only people read. */
const baseline: HeaderPolicy = ({ name, value }) => {
  switch (name.toLowerCase()) {
    case 'subject':
      return '[...]'
    case 'comments':
    case 'keywords':
      return undefined
    default:
      return value
  }
}

/** 3.2.2: the baseline, and neither display names nor the time zone. */
const shy: HeaderPolicy = (field) => {
  const { name, value } = field
  switch (name.toLowerCase()) {
    case 'from':
    case 'to':
    case 'cc':
      return withoutDisplayNames(value)
    case 'date': {
      const date = parseDate(value)
      return date === undefined ? value : formatDate(date)
    }
    default:
      return baseline(field)
  }
}

function withoutDisplayNames(value: string): string {
  const mailboxes = parseMailboxes(value)
  return mailboxes === undefined ? value : mailboxes.map(({ address }) => address).join(',\r\n ')
}

/** 3.2.3: everything stands outside; never the default. */
const none: HeaderPolicy = ({ value }) => value

/** As registered (RFC 9788 12.3): hcp_baseline, hcp_shy, hcp_no_confidentiality. */
export const headerPolicies = { baseline, shy, none }

export type HeaderPolicyName = keyof typeof headerPolicies

/** `second` decides on what `first` would leave as it is (5.2.1 5.iv). */
export function eitherPolicy(first: HeaderPolicy, second: HeaderPolicy): HeaderPolicy {
  return (field) => {
    const value = first(field)
    return value === field.value ? second(field) : value
  }
}

/**
 * The fields that stand outside.
 *
 * @throws LabError `from-changed` for a policy that changes the address of the author, as a forger would (RFC 9788 3.1.1);
 * `header-malformed` for one that makes of a value what no field can hold
 */
export function outerFields(fields: readonly Field[], policy: HeaderPolicy): Field[] {
  return fields.flatMap((field) => {
    const value = policy(field)
    if (field.name.toLowerCase() === 'from') requireSameAuthor(field.value, value)
    if (value === undefined) return []
    // RFC 9788 3.1: printable ASCII and white space, unless it is the field's own value.
    if (value !== field.value && !/^(?:[\t -~]|\r\n[\t ])*$/.test(value))
      throw new LabError('header-malformed', `${field.name}: the policy wants outside what no header field may hold`)
    return [{ name: field.name, value }]
  })
}

function requireSameAuthor(inner: string, outer: string | undefined): void {
  const [before, after] = [inner, outer ?? ''].map((each) => parseMailboxes(each)?.[0]?.address)
  if (before === undefined || (after !== undefined && addressesEqual(before, after))) return
  throw new LabError('from-changed', `From: the same address inside and outside wanted, got ${after ?? 'none'} outside`)
}
