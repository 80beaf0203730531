/** Requirements on subscribers' certificates in the S/MIME Baseline Requirements of the CA/Browser Forum, version 1.0.11. */
import type { Lint } from '../lint.ts'
import { altNameLints } from './alt-name.ts'
import { certificateFieldLints } from './certificate-fields.ts'
import { extendedKeyUsageLints, keyUsageLints } from './key-usage.ts'
import { organizationIdentifierLints } from './organization-identifier.ts'
import { otherExtensionLints } from './other-extensions.ts'
import { policyLints } from './policies.ts'
import { publicKeyLints } from './public-key.ts'
import { subjectAttributeLints } from './subject-attributes.ts'
import { subjectNameLints } from './subject-name.ts'
import { webAddressLints } from './web-addresses.ts'

export const baselineLints: readonly Lint[] = [
  ...policyLints,
  ...webAddressLints,
  ...keyUsageLints,
  ...extendedKeyUsageLints,
  ...altNameLints,
  ...otherExtensionLints,
  ...subjectAttributeLints,
  ...subjectNameLints,
  ...organizationIdentifierLints,
  ...publicKeyLints,
  ...certificateFieldLints,
]
