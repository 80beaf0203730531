/** The one error of a CMS structure that is not what RFC 5652 describes. */
import { LabError } from '../../error.ts'

export function malformed(message: string): LabError {
  return new LabError('cms-malformed', message)
}

/** More of something than any honest message holds: stop before it costs more. */
export function excessive(message: string): LabError {
  return new LabError('cms-excessive', message)
}
