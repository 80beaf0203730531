/** certificatePolicies (SMIME BR 7.1.2.3 a, 7.1.6.1). */
import { Oid } from '../../../asn1/oid.ts'
import type { Lint } from '../lint.ts'
import { extensionOf, isOfGeneration } from '../lint-subject.ts'
import { when } from '../when.ts'
import { baselineLint, baselineLintWithoutProfile, legacyEnd } from './baseline-lint.ts'

export const policyLints: readonly Lint[] = [
  baselineLintWithoutProfile({
    slug: 'policy-exactly-one',
    level: 'error',
    statement: 'The policies hold exactly one of those reserved for S/MIME.',
    section: '7.1.2.3',
    item: 'a',
    check: ({ profiles, policies }) => {
      if (profiles.length === 1) return []
      if (profiles.length > 1) return [profiles.map(({ policy }) => policy).join(', ')]
      return [policies.length === 0 ? 'no policy' : `none of them among ${policies.slice(0, 8).join(', ')}`]
    },
  }),
  baselineLint({
    slug: 'policies-not-critical',
    level: 'warn',
    statement: 'certificatePolicies should not be critical.',
    section: '7.1.2.3',
    item: 'a',
    check: (subject) => when(extensionOf(subject, Oid.certificatePolicies)?.critical === true, 'it is critical'),
  }),
  baselineLint({
    slug: 'legacy-generation-ended',
    level: 'error',
    statement: 'No certificate of the Legacy generation is issued any more.',
    section: '7.1.6.1',
    since: legacyEnd,
    applies: (subject) => isOfGeneration(subject, 'legacy'),
    check: ({ certificate, profiles }) => [
      `policy ${profiles.find(({ generation }) => generation === 'legacy')?.policy}, issued ${certificate.notBefore.toISOString().slice(0, 10)}`,
    ],
  }),
]
