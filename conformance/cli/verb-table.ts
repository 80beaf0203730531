/** The verbs that there are. */
import type { VerbTable } from './verb.ts'

export const verbTable: VerbTable = new Map([
  ['run', async () => (await import('./run.ts')).runVerb],
  ['open', async () => (await import('./open.ts')).openVerb],
  ['lint-cert', async () => (await import('./lint-cert.ts')).lintCertVerb],
])
