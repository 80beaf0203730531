/** Why a signature does not hold: in the form that path validation uses, as reports show both side by side. */
import type { PathReason } from '../../pki/path-validation.ts'

export function reason(code: string, message: string): PathReason {
  return { code, message }
}
