/** Name constraints (RFC 5280 4.2.1.10): which names the certificates under an authority may carry. */
import { type Asn1Node, children, isContext, readOnly, sequence, smallInteger } from '../asn1/read.ts'
import { LabError } from '../error.ts'
import type { Certificate } from './certificate.ts'
import { type GeneralName, readGeneralName } from './general-name.ts'
import { asciiDomain, readMailbox } from './mailbox.ts'
import { nameAttributes, nameEmails, nameWithin } from './name.ts'

export interface NameConstraints {
  readonly permitted: readonly GeneralName[]
  readonly excluded: readonly GeneralName[]
}

/** @throws LabError 'asn1-malformed'; 'name-constraints-unsupported' for a minimum or maximum, which RFC 5280 does not use */
export function readNameConstraints(value: Buffer): NameConstraints {
  const fields = sequence(readOnly(value), 'nameConstraints')
  const subtrees = (tag: number) => {
    const node = fields.find((each) => isContext(each, tag))
    return node === undefined ? [] : children(node).map(readSubtree)
  }
  return { permitted: subtrees(0), excluded: subtrees(1) }
}

function readSubtree(node: Asn1Node): GeneralName {
  const [base, ...distances] = sequence(node, 'GeneralSubtree')
  if (base === undefined) throw new LabError('asn1-malformed', 'GeneralSubtree: a base wanted')
  if (distances.some((each) => !isContext(each, 0) || smallInteger(each, 'minimum') !== 0))
    throw new LabError('name-constraints-unsupported', 'a subtree with a minimum or maximum distance')
  return readGeneralName(base, 'GeneralSubtree base')
}

/** Every name that constraints speak of: all of the subjectAltName, the subject, and the addresses in the subject. */
export function constrainedNames(certificate: Certificate): GeneralName[] {
  const subject = nameAttributes(certificate.subject)
  const names: GeneralName[] = [...certificate.subjectAltNames]
  for (const text of nameEmails(subject)) names.push({ kind: 'rfc822Name', text })
  if (subject.length > 0) names.push({ kind: 'directoryName', name: certificate.subject })
  return names
}

/** Comparing is names times subtrees: a hostile chain would buy minutes with it. */
const maxComparisons = 1 << 16

/**
 * What is wrong with the names under the constraints of the authorities above, in plain words; undefined when all is well.
 * A name passes where no excluded subtree holds it and, for each authority that permits subtrees of its kind, one of
 * these does.
 */
export function violation(names: readonly GeneralName[], constraints: readonly NameConstraints[]): string | undefined {
  const subtrees = constraints.reduce((sum, each) => sum + each.permitted.length + each.excluded.length, 0)
  if (names.length * subtrees > maxComparisons)
    return `${names.length} names and ${subtrees} subtrees are too many to compare`
  for (const name of names) {
    for (const { permitted, excluded } of constraints) {
      const shown = () => `${name.kind}${'text' in name ? ` '${name.text}'` : ''}`
      if (excluded.some((base) => applies(base, name) && holds(base, name) !== 'no')) return `${shown()} is excluded`
      const sameKind = permitted.filter((base) => applies(base, name))
      if (sameKind.length > 0 && !sameKind.some((base) => holds(base, name) === 'yes'))
        return `${shown()} is in no permitted subtree`
    }
  }
  return undefined
}

/** Whether `base` speaks of names of this kind; rfc822Name constraints bind SmtpUTF8Mailboxes too (RFC 9598 6). */
function applies(base: GeneralName, name: GeneralName): boolean {
  if (base.kind === 'rfc822Name' && name.kind === 'smtpUtf8Mailbox') return true
  if (base.kind === 'otherName' && name.kind === 'otherName') return base.type === name.type
  return base.kind === name.kind
}

/** 'unknown' (a form that nobody defined, a name that can't be read) neither permits nor clears of exclusion. */
type Holds = 'yes' | 'no' | 'unknown'

const told = (holds: boolean): Holds => (holds ? 'yes' : 'no')

function holds(base: GeneralName, name: GeneralName): Holds {
  if (base.kind === 'directoryName' && name.kind === 'directoryName') return told(nameWithin(name.name, base.name))
  if (base.kind === 'rfc822Name' && (name.kind === 'rfc822Name' || name.kind === 'smtpUtf8Mailbox'))
    return mailboxHolds(base.text, name.text)
  if (base.kind === 'dNSName' && name.kind === 'dNSName')
    return told(domainHolds(asciiDomain(base.text), asciiDomain(name.text)))
  if (base.kind === 'uniformResourceIdentifier' && name.kind === 'uniformResourceIdentifier')
    return uriHolds(base.text, name.text)
  if (base.kind === 'iPAddress' && name.kind === 'iPAddress') return addressHolds(base.octets, name.octets)
  return 'unknown'
}

/** A mailbox, a host, or a domain with a leading dot that stands for every host in it. */
function mailboxHolds(base: string, address: string): Holds {
  const mailbox = readMailbox(address)
  if (mailbox === undefined) return 'unknown'
  if (base.includes('@')) {
    const wanted = readMailbox(base)
    return wanted === undefined ? 'unknown' : told(wanted.local === mailbox.local && wanted.domain === mailbox.domain)
  }
  return told(hostHolds(asciiDomain(base), mailbox.domain))
}

function hostHolds(base: string, host: string): boolean {
  return base.startsWith('.') ? host.length > base.length && host.endsWith(base) : host === base
}

/** DNS subtrees hold the name itself and all below; the empty one holds every name. */
function domainHolds(base: string, name: string): boolean {
  if (base === '' || name === base) return true
  return name.endsWith(base.startsWith('.') ? base : `.${base}`)
}

function uriHolds(base: string, uri: string): Holds {
  const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#:@[\]]+)(?::\d*)?(?:[/?#]|$)/i.exec(uri)?.[1]
  // RFC 5280 4.2.1.10: a URI without a host name, or with an address for it, is not acceptable under any constraint.
  if (host === undefined || /^[\d.]+$/.test(host)) return 'unknown'
  return told(hostHolds(asciiDomain(base), asciiDomain(host)))
}

/** The base is an address and a mask of the same length. */
function addressHolds(base: Buffer, address: Buffer): Holds {
  const length = base.length / 2
  if (length !== 4 && length !== 16) return 'unknown'
  if (address.length !== length) return 'no'
  return told(address.every((octet, at) => ((octet ^ (base[at] ?? 0)) & (base[length + at] ?? 0)) === 0))
}
