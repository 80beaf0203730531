/** Golden files: what a renderer printed when a person last looked at it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/**
 * The text of `reports/golden/<name>`; '' where there is none yet. To rewrite all that have changed:
 * `SMIMELAB_UPDATE_GOLDEN=1 npx vitest run reports`, then read the difference before you commit it.
 */
export function goldenFile(name: string, actual: string): string {
  const file = new URL(name, import.meta.url)
  if (process.env.SMIMELAB_UPDATE_GOLDEN === '1') writeFileSync(file, actual)
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}
