/** Distribution points of revocation lists (RFC 5280 4.2.1.13 and 5.2.5): their names, in certificates and in lists. */
import { Oid } from '../asn1/oid.ts'
import { type Asn1Node, children, content, encoding, isContext, readOnly, sequence } from '../asn1/read.ts'
import * as write from '../asn1/write.ts'
import { LabError } from '../error.ts'
import type { Certificate } from './certificate.ts'
import { type GeneralName, readGeneralName } from './general-name.ts'

/** The names of all points in a certificate's cRLDistributionPoints; none where the extension can't be read. */
export function distributionPointNames(certificate: Certificate): GeneralName[] {
  const extension = certificate.extensions.find((each) => each.oid === Oid.crlDistributionPoints)
  if (extension === undefined) return []
  try {
    return sequence(readOnly(extension.value), 'cRLDistributionPoints').flatMap((point) => {
      const name = sequence(point, 'DistributionPoint').find((each) => isContext(each, 0))
      return name === undefined ? [] : readDistributionPointName(name, certificate.issuer)
    })
  } catch (error) {
    if (error instanceof LabError) return []
    throw error
  }
}

/** @param issuer DER of the Name that a nameRelativeToCRLIssuer is added to */
export function readDistributionPointName(point: Asn1Node, issuer: Buffer): GeneralName[] {
  const [choice] = children(point)
  if (isContext(choice, 0)) return children(choice).map((each) => readGeneralName(each, 'distributionPoint'))
  if (!isContext(choice, 1)) return []
  const rdns = sequence(readOnly(issuer), 'issuer').map(encoding)
  return [{ kind: 'directoryName', name: write.sequence(...rdns, write.tlv(0x31, content(choice))) }]
}
