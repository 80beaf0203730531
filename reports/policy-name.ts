import type { Policy } from './record.ts'

/** How people call the ways of giving out encryption keys. */
export const policyNames: Readonly<Record<Policy, string>> = {
  'per-device': 'Per-device certificates',
  shared: 'Shared with history',
  'shared-newest-only': 'Shared, newest key only',
  'shared-newest-accumulating': 'Shared, newest key added to the old',
  escrowed: 'Escrowed keys',
}
