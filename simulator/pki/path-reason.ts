/** Why a path does not hold. */
import type { Certificate } from './certificate.ts'

export interface PathReason {
  /** Lower kebab-case: 'untrusted', 'expired', 'revoked', ... */
  readonly code: string
  /** In plain words, with the subject of the certificate that is at fault. */
  readonly message: string
}

export function reason(code: string, certificate: Certificate, message: string): PathReason {
  return { code, message: `'${certificate.subjectText}' ${message}` }
}
