/** Makes a tenant out of a folder. */
import { at, LabError } from '../error.ts'
import type { KeyPool } from '../pki/key-pool.ts'
import { readAuthority, readLedger } from './authority-files.ts'
import { type EnrolledDevice, prepareDevice } from './enrolled-device.ts'
import { readImports } from './imported-certificates.ts'
import { resolveLinks } from './mail-links.ts'
import { type People, peopleFile, readPeople } from './people.ts'
import { PfxWrapper } from './pfx-protection.ts'
import { ProblemList, type TenantProblem } from './problem.ts'
import { readProfiles } from './profile-files.ts'
import { Tenant } from './tenant.ts'
import { TenantFolder } from './tenant-files.ts'
import { UnusedKeys } from './unused-keys.ts'

export interface LoadOptions {
  /** Where keys of certificates come from that are issued today. */
  readonly keyPool: KeyPool
}

/**
 * Reads everything and issues what is to be issued. What one file has wrong is a problem, and the rest goes on;
 * without the folder, its people or its certification authority there is no tenant.
 *
 * @throws LabError 'tenant-missing' | 'people-missing' | 'people-invalid' | 'yaml-broken', and those of the authority's files
 * @example const { tenant, problems } = await loadTenant('fixtures/tenant', { keyPool })
 */
export async function loadTenant(
  path: string,
  { keyPool }: LoadOptions,
): Promise<{ tenant: Tenant; problems: readonly TenantProblem[] }> {
  const problems = new ProblemList()
  const folder = await TenantFolder.open(path)
  const people = await peopleOf(folder, path, problems)
  const { authority, authorityKey } = await readAuthority(folder)
  const profiles = await readProfiles(folder, people, problems)
  const links = resolveLinks(people, profiles, problems)
  const ledger = await readLedger(folder, problems)
  const imports = await readImports(folder, people, problems)

  const existing = [...authority.chain, ...[...ledger, ...imports].map(({ identity }) => identity.certificate)]
  const keys = new UnusedKeys(keyPool, existing)

  const service = { people, profiles, links, authority, ledger, keys }
  const enrolled: EnrolledDevice[] = []
  for (const device of people.devices) enrolled.push(await prepareDevice(device, service, problems))

  const sender = { organization: people.organization, pfx: new PfxWrapper(authorityKey) }
  const tenant = new Tenant({ now: people.now, users: people.users, enrolled, imports, ledger, authority, sender })
  return { tenant, problems: problems.all }
}

async function peopleOf(folder: TenantFolder, path: string, problems: ProblemList): Promise<People> {
  const bytes = await folder.readIfThere(peopleFile)
  if (bytes === undefined)
    throw new LabError('people-missing', `${path} holds no ${peopleFile}`, {
      hint: `${peopleFile} lists now, organization, users, devices and groups`,
    })
  return at(peopleFile, () => readPeople(bytes, problems))
}
