/** The certificate profiles of the S/MIME Baseline Requirements, told by their reserved policies (SMIME BR 7.1.6.1). */

export const certificateTypes = [
  'mailbox-validated',
  'organization-validated',
  'sponsor-validated',
  'individual-validated',
] as const

export const generations = ['legacy', 'multipurpose', 'strict'] as const

/** Whose identity the authority has checked. */
export type CertificateType = (typeof certificateTypes)[number]

/** How narrow the profile is. */
export type Generation = (typeof generations)[number]

export interface Profile {
  readonly policy: string
  readonly type: CertificateType
  readonly generation: Generation
}

/** smime-baseline of the CA/Browser Forum's arc: `.type.generation`, both counted from 1. */
const arc = '2.23.140.1.5'

export const profiles: readonly Profile[] = certificateTypes.flatMap((type, first) =>
  generations.map((generation, second) => ({ policy: `${arc}.${first + 1}.${second + 1}`, type, generation })),
)

const profileByPolicy: ReadonlyMap<string, Profile> = new Map(profiles.map((each) => [each.policy, each]))

/** The profiles that a certificate's policies claim, in their order. An honest certificate claims one or none. */
export function profilesOf(policies: readonly string[]): Profile[] {
  return policies.flatMap((each) => profileByPolicy.get(each) ?? [])
}
