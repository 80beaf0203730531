/** Checks data against a schema, and says what is wrong with it without showing any of it. */
import * as z from 'zod'
import { LabError } from '../error.ts'

const shownIssues = 3

/** Text that XML can carry to a device: no control characters, no halves of surrogate pairs. */
export const plainText = z
  .string()
  .max(1024)
  .regex(/^[^\p{Cc}\p{Cs}\ufffe\uffff]*$/u, 'text without control characters was wanted')

/** The data in the schema's shape; `code` is the error's code when it hasn't that shape. */
export function checkShape<T extends z.ZodType>(schema: T, data: unknown, code: string): z.output<T> {
  const result = schema.safeParse(data)
  if (result.success) return result.data
  const { issues } = result.error
  const shown = issues.slice(0, shownIssues).map(({ path, message }) => {
    const place = showPath(path)
    return place === '' ? message : `${place}: ${message}`
  })
  if (issues.length > shown.length) shown.push(`and ${issues.length - shown.length} more`)
  throw new LabError(code, shown.join('; '))
}

/** 'devices[2].user' */
export function showPath(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${String(step)}`))
    .join('')
}
