/** What messages are opened with and judged by, from the options of `smimelab open`. */
import type { Identity } from '../../simulator/pki/certificate.ts'
import type { TrustSettings } from '../../simulator/smime/index.ts'
import type { VerbContext } from '../cli/verb.ts'
import { type IdentityFile, readIdentities } from './identities.ts'
import { readPassword } from './passwords.ts'
import { readCrls, readInstant, readOcspResponses, readPolicies, readTrust } from './trust.ts'

export interface OpenSettings {
  readonly keys: readonly Identity[]
  readonly trust: TrustSettings
}

/** @throws LabError for the first file or option that is of no use: nothing is opened with half of the settings */
export async function readSettings({ args, cwd, env, now }: VerbContext): Promise<OpenSettings> {
  const when = args.value('at')
  const at = when === undefined ? now : readInstant(when)
  const acceptable = readPolicies(args.values('policy'))
  const passwords: string[] = []
  for (const source of args.values('password')) passwords.push(await readPassword(source, { env, cwd }))
  const files: IdentityFile[] = []
  for (const file of args.values('identity')) files.push(await readIdentities(cwd, file, passwords))
  const { anchors, intermediates } = await readTrust(cwd, args.values('trust'))
  const helping = files.flatMap(({ identities, certificates }) => [
    ...certificates,
    ...identities.map((each) => each.certificate),
  ])
  return {
    keys: files.flatMap((each) => each.identities),
    trust: {
      anchors,
      intermediates: [...intermediates, ...helping],
      crls: await readCrls(cwd, args.values('crl')),
      ocsp: await readOcspResponses(cwd, args.values('ocsp')),
      revocation: args.has('no-revocation') ? 'none' : 'if-available',
      policies: acceptable.length === 0 ? {} : { acceptable, requireExplicit: true },
      at,
    },
  }
}
