/** Golden files: what a renderer printed when a person last looked at it. Rewritten where SMIMELAB_UPDATE_GOLDEN=1. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'vitest'

export function expectGolden(name: string, actual: string): void {
  const file = new URL(name, import.meta.url)
  if (process.env.SMIMELAB_UPDATE_GOLDEN === '1') writeFileSync(file, actual)
  const wanted = existsSync(file) ? readFileSync(file, 'utf8') : ''
  expect(
    actual,
    `reports/golden/${name}; if the change is wanted: SMIMELAB_UPDATE_GOLDEN=1 npx vitest run reports`,
  ).toBe(wanted)
}
