/** Where passwords come from: env:NAME, file:PATH, pass:TEXT. Errors name the source, never what it held. */
import { LabError } from '../../simulator/error.ts'
import { readBounded } from './bounded-file.ts'

const longestFile = 4096

export interface PasswordContext {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
}

export async function readPassword(source: string, { env, cwd }: PasswordContext): Promise<string> {
  const colon = source.indexOf(':')
  const rest = source.slice(colon + 1)
  switch (source.slice(0, Math.max(0, colon))) {
    case 'env': {
      const password = env[rest]
      if (password === undefined)
        throw new LabError('password-missing', `--password env:${rest}: the environment has no variable ${rest}`, {
          hint: `export ${rest} first; a variable that is only set is not passed on`,
        })
      return password
    }
    case 'file': {
      const bytes = await readBounded(cwd, rest, 'password file', longestFile)
      return bytes.toString('utf8').split(/\r?\n/, 1)[0] ?? ''
    }
    case 'pass':
      return rest
    default:
      // The argument may be the password itself: not repeated.
      throw new LabError('usage', '--password wants env:NAME, file:PATH or pass:TEXT', {
        hint: 'to give the password as it is, write pass: in front of it',
      })
  }
}
