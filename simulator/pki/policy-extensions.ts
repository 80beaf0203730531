/** The certificate extensions that policy processing reads (RFC 5280 4.2.1.4, .5, .11 and .14). */
import { Oid } from '../asn1/oid.ts'
import { type Asn1Node, isContext, oid, readOnly, sequence, smallInteger } from '../asn1/read.ts'
import type { Certificate } from './certificate.ts'

export interface PolicyMapping {
  readonly issuer: string
  readonly subject: string
}

export interface PolicyConstraints {
  /** How many more certificates may go without. */
  readonly requireExplicitPolicy?: number
  readonly inhibitPolicyMapping?: number
}

function extensionValue(certificate: Certificate, type: string): Asn1Node | undefined {
  const found = certificate.extensions.find((each) => each.oid === type)
  return found === undefined ? undefined : readOnly(found.value)
}

export function readPolicies(certificate: Certificate): string[] {
  const node = extensionValue(certificate, Oid.certificatePolicies)
  if (node === undefined) return []
  return sequence(node, 'certificatePolicies').map((each) =>
    oid(sequence(each, 'PolicyInformation')[0], 'policyIdentifier'),
  )
}

export function readMappings(certificate: Certificate): PolicyMapping[] {
  const node = extensionValue(certificate, Oid.policyMappings)
  if (node === undefined) return []
  return sequence(node, 'policyMappings').map((each) => {
    const [issuer, subject] = sequence(each, 'policyMappings')
    return { issuer: oid(issuer, 'issuerDomainPolicy'), subject: oid(subject, 'subjectDomainPolicy') }
  })
}

export function readPolicyConstraints(certificate: Certificate): PolicyConstraints {
  const node = extensionValue(certificate, Oid.policyConstraints)
  if (node === undefined) return {}
  const fields = sequence(node, 'policyConstraints')
  const count = (tag: number) => {
    const field = fields.find((each) => isContext(each, tag))
    return field === undefined ? undefined : smallInteger(field, 'SkipCerts')
  }
  const requireExplicitPolicy = count(0)
  const inhibitPolicyMapping = count(1)
  return {
    ...(requireExplicitPolicy === undefined ? {} : { requireExplicitPolicy }),
    ...(inhibitPolicyMapping === undefined ? {} : { inhibitPolicyMapping }),
  }
}

export function readInhibitAnyPolicy(certificate: Certificate): number | undefined {
  const node = extensionValue(certificate, Oid.inhibitAnyPolicy)
  return node === undefined ? undefined : smallInteger(node, 'inhibitAnyPolicy')
}
