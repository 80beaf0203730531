/** How PKCS#12 files are refused: four codes, and never more than one look for a password that does not fit. */
import { LabError } from '../../error.ts'

/** One error for a wrong password, a broken MAC, bad padding and garbled plaintext: they must not be told apart. */
export function wrongPassword(): LabError {
  return new LabError('pkcs12-wrong-password', 'PKCS#12: the password does not fit, or the file was changed', {
    hint: 'an absent password (null) and an empty one ("") are two passwords; try the other where one of them is meant',
  })
}

export function malformed(what: string): LabError {
  return new LabError('pkcs12-malformed', `PKCS#12: ${what}`)
}

export function unsupported(what: string, cause?: unknown): LabError {
  return new LabError('pkcs12-unsupported', `PKCS#12: ${what}`, { cause })
}

/** Runs `read`; what the ASN.1 and certificate readers refuse comes out as 'pkcs12-malformed'. */
export function refuseMalformed<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof LabError && !error.code.startsWith('pkcs12-'))
      throw new LabError('pkcs12-malformed', `PKCS#12: ${error.message}`, { cause: error })
    throw error
  }
}
