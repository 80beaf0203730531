/** Reads the profiles of the tenant, one a file. */
import { LabError } from '../error.ts'
import { readAssignments } from './assignment.ts'
import { readJsonFile } from './json-file.ts'
import type { People } from './people.ts'
import type { ProblemList } from './problem.ts'
import { type Profile, readProfile } from './profile.ts'
import { anyProfileSchema } from './profile-schemas.ts'
import { findProfileType } from './profile-types.ts'
import { checkShape } from './schema.ts'
import type { TenantFolder } from './tenant-files.ts'

const profileFolders = ['Device Configurations', 'App Configuration']

/** Every profile that is understood, in the order of the files' names. */
export async function readProfiles(folder: TenantFolder, people: People, problems: ProblemList): Promise<Profile[]> {
  const groups = new Set(people.groups.map(({ name }) => name))
  const profiles: Profile[] = []
  for (const each of profileFolders) {
    for (const file of await folder.list(each, '.json')) {
      const profile = await readProfileFile(folder, file, groups, problems)
      if (profile !== undefined) profiles.push(profile)
    }
  }
  return profiles
}

async function readProfileFile(
  folder: TenantFolder,
  file: string,
  groups: ReadonlySet<string>,
  problems: ProblemList,
): Promise<Profile | undefined> {
  const check = (each: unknown) => checkShape(anyProfileSchema, each, 'profile-invalid')
  const data = await readJsonFile(folder, file, check, problems)
  if (data === undefined) return undefined
  const odataType = data['@odata.type']
  const type = findProfileType(odataType)
  if (type === undefined) {
    problems.add({
      file,
      place: '@odata.type',
      code: 'unknown-type',
      message: `profiles of type ${odataType.slice(0, 100)} are not simulated: no device gets this one`,
      severity: 'error',
    })
    return undefined
  }
  const assignments = readAssignments(data.assignments, groups, file, problems)
  try {
    return warnOfLostProperties(readProfile(data, type, { file, displayName: data.displayName, assignments }), problems)
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    problems.addError(file, error)
    return undefined
  }
}

/** Bundles and lists of a managed configuration have no place in the lab's devices. */
function warnOfLostProperties(profile: Profile, problems: ProblemList): Profile {
  if (profile.kind !== 'app-configuration') return profile
  for (const { key, valueBool, valueString, valueInteger } of profile.properties) {
    if (valueBool === undefined && valueString === undefined && valueInteger === undefined)
      problems.add({
        file: profile.file,
        place: key,
        code: 'property-ignored',
        message: 'only valueBool, valueString and valueInteger reach the app',
        severity: 'warning',
      })
  }
  return profile
}
