/** All lints, in the order in which they are told. */
import { baselineLints } from './baseline/index.ts'
import { smimeLints } from './generic/smime.ts'
import { x509Lints } from './generic/x509.ts'
import type { Lint } from './lint.ts'

export const allLints: readonly Lint[] = [...baselineLints, ...smimeLints, ...x509Lints]
