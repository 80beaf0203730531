/**
 * The one error class of the project. `message` says what was wanted and what came, `hint` what to do next;
 * neither ever holds a password, a key or message text.
 *
 * @example throw new LabError('pkcs12-wrong-password', 'alva-2023.pfx: the password does not open it', { hint: 'try --password env:NAME' })
 */
export class LabError extends Error {
  /** Lower kebab-case, stable: scripts and tests match on it. */
  readonly code: string
  readonly hint: string | undefined
  override readonly name = 'LabError'

  constructor(code: string, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.hint = options.hint
  }
}

/** Runs `read`; a typed error that comes out of it gets `place` (a file, a payload) in front of its message. */
export function at<T>(place: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof LabError) {
      const hint = error.hint === undefined ? {} : { hint: error.hint }
      throw new LabError(error.code, `${place}: ${error.message}`, { ...hint, cause: error })
    }
    throw error
  }
}
