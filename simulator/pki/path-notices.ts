/** What a careful reader should know of a chain, whether it holds or not (RFC 8550 4.3). */
import { type Certificate, publicKeyOf } from './certificate.ts'
import { type PathReason, reason } from './path-reason.ts'
import { signatureHash } from './signature.ts'

/** RFC 8550 4.3: to verify signatures of shorter keys is a SHOULD NOT. */
const leastRsaBits = 2048

/** @param anchored whether the last certificate is a trust anchor, whose own signature nobody relies on */
export function noticesOf(chain: readonly Certificate[], anchored: boolean): PathReason[] {
  return chain.flatMap((certificate, index) => {
    const notices: PathReason[] = []
    const relied = !anchored || index < chain.length - 1
    if (relied && signatureHash(certificate) === 'sha1')
      notices.push(reason('weak-digest', certificate, 'is signed over SHA-1, which can be made to collide'))
    const bits = rsaBits(certificate)
    if (bits !== undefined && bits < leastRsaBits)
      notices.push(reason('short-key', certificate, `has an RSA key of ${bits} bits; ${leastRsaBits} or more wanted`))
    return notices
  })
}

function rsaBits(certificate: Certificate): number | undefined {
  try {
    return publicKeyOf(certificate).asymmetricKeyDetails?.modulusLength
  } catch {
    // A key that node:crypto does not have is no RSA key.
    return undefined
  }
}
