/** One JSON file of the tenant in its shape; whatever is wrong with it is a problem of that file alone. */
import { LabError } from '../error.ts'
import { findJsonBreak } from './json-position.ts'
import type { ProblemList } from './problem.ts'
import { decodeText, type TenantFolder } from './tenant-files.ts'

/** Runs `read`; a LabError that comes out of it is a problem of `file`, and the result is undefined. */
export async function orProblem<T>(
  file: string,
  problems: ProblemList,
  read: () => T | Promise<T>,
): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    problems.addError(file, error)
    return undefined
  }
}

/** `check` gives the data its shape; undefined where the file can't be read, is no JSON, or fails the check. */
export async function readJsonFile<T>(
  folder: TenantFolder,
  file: string,
  check: (data: unknown) => T,
  problems: ProblemList,
): Promise<T | undefined> {
  const text = await orProblem(file, problems, async () => decodeText(await folder.read(file)))
  if (text === undefined) return undefined
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch {
    // The parser's own message quotes the text, which may hold keys.
    const found = findJsonBreak(text)
    problems.add({
      file,
      ...(found === undefined ? {} : { place: `line ${found.line}, column ${found.column}` }),
      code: 'json-broken',
      message: found === undefined ? 'JSON was wanted' : `${found.wanted} was wanted`,
      severity: 'error',
    })
    return undefined
  }
  return orProblem(file, problems, () => check(data))
}
