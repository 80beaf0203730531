/** For tests: the certificate extensions about policies (RFC 5280 4.2.1.4, .5, .11 and .14). */
import { Oid } from '../../asn1/oid.ts'
import * as write from '../../asn1/write.ts'
import { type Extra, extension } from './hierarchy.ts'

export function policies(...oids: string[]): Extra {
  const encoded = oids.map((each) => write.sequence(write.oid(each)))
  return extension(Oid.certificatePolicies, write.sequence(...encoded), false)
}

export function policyMappings(...pairs: (readonly [issuer: string, subject: string])[]): Extra {
  const encoded = pairs.map(([issuer, subject]) => write.sequence(write.oid(issuer), write.oid(subject)))
  return extension(Oid.policyMappings, write.sequence(...encoded))
}

export function policyConstraints({
  explicit,
  mapping,
}: {
  explicit?: number | undefined
  mapping?: number | undefined
}): Extra {
  const field = (tag: number, skip: number | undefined): Buffer[] =>
    skip === undefined ? [] : [write.contextPrimitive(tag, Buffer.of(skip))]
  return extension(Oid.policyConstraints, write.sequence(...field(0, explicit), ...field(1, mapping)))
}

export function inhibitAnyPolicy(skip: number): Extra {
  return extension(Oid.inhibitAnyPolicy, write.integer(skip))
}
