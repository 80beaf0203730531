/** Which certificate profiles a mail profile uses. Graph keeps that in navigation properties, which no export holds. */
import type { MailLinks, People } from './people.ts'
import { peopleFile } from './people.ts'
import type { ProblemList } from './problem.ts'
import type { CertificateProfile, MailProfile, Profile, Purpose } from './profile.ts'

export type LinkedProfiles = Readonly<Partial<Record<Purpose, CertificateProfile>>>

/** By mail profile; names that lead nowhere, or nowhere certain, are problems. */
export function resolveLinks(
  people: People,
  profiles: readonly Profile[],
  problems: ProblemList,
): ReadonlyMap<MailProfile, LinkedProfiles> {
  const mailProfiles = profiles.filter((profile) => profile.kind === 'mail')
  const certificateProfiles = profiles.filter(isCertificateProfile)

  for (const name of Object.keys(people.links)) {
    if (!mailProfiles.some(({ displayName }) => displayName === name))
      problems.add({
        file: peopleFile,
        place: `links.${name}`,
        code: 'unknown-profile',
        message: `no mail profile is named '${name}'`,
        severity: 'error',
      })
  }

  const resolved = new Map<MailProfile, LinkedProfiles>()
  for (const mail of mailProfiles) {
    const candidates = certificateProfiles.filter(({ platform }) => platform === mail.platform)
    const links: MailLinks = Object.hasOwn(people.links, mail.displayName) ? (people.links[mail.displayName] ?? {}) : {}
    const linked: Partial<Record<Purpose, CertificateProfile>> = {}
    for (const purpose of wantedPurposes(mail)) {
      const name = links[purpose]
      const found =
        name === undefined
          ? assumeOnly(candidates, mail, purpose, problems)
          : findNamed(candidates, mail, purpose, name, problems)
      if (found !== undefined) linked[purpose] = found
    }
    resolved.set(mail, linked)
  }
  return resolved
}

function isCertificateProfile(profile: Profile): profile is CertificateProfile {
  return profile.kind === 'pkcs' || profile.kind === 'imported-pfx'
}

/** What the profile says that a certificate is there for. */
function wantedPurposes({ settings }: MailProfile): Purpose[] {
  if (settings.requireSmime !== true) return []
  return [
    ...(settings.signingCertificateType === 'certificate' ? (['signing'] as const) : []),
    ...(settings.encryptionCertificateType === 'certificate' ? (['encryption'] as const) : []),
  ]
}

function findNamed(
  candidates: readonly CertificateProfile[],
  mail: MailProfile,
  purpose: Purpose,
  name: string,
  problems: ProblemList,
): CertificateProfile | undefined {
  const [found, ...others] = candidates.filter(({ displayName }) => displayName === name)
  if (found !== undefined && others.length === 0) return found
  problems.add({
    file: peopleFile,
    place: `links.${mail.displayName}.${purpose}`,
    code: found === undefined ? 'unknown-profile' : 'ambiguous-profile',
    message:
      found === undefined
        ? `no ${mail.platform} certificate profile is named '${name}'`
        : `${others.length + 1} ${mail.platform} certificate profiles are named '${name}'`,
    severity: 'error',
  })
  return undefined
}

function assumeOnly(
  candidates: readonly CertificateProfile[],
  mail: MailProfile,
  purpose: Purpose,
  problems: ProblemList,
): CertificateProfile | undefined {
  const [only, ...others] = candidates.filter((profile) => profile.purpose === purpose)
  const assumed = others.length === 0 ? only : undefined
  problems.add({
    file: mail.file,
    code: assumed === undefined ? 'link-missing' : 'link-assumed',
    message:
      assumed === undefined
        ? `the export does not say which certificate profile is for ${purpose}, and not just one would do`
        : `the export does not say which certificate profile is for ${purpose}: '${assumed.displayName}', the only one`,
    hint: `in people.yaml: links: { "${mail.displayName}": { ${purpose}: "${assumed?.displayName ?? 'display name'}" } }`,
    severity: assumed === undefined ? 'error' : 'warning',
  })
  return assumed
}
