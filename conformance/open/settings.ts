/** What messages are opened with and judged by, from the options of `smimelab open`. */
import { LabError } from '../../simulator/error.ts'
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

export interface ReadSettings {
  readonly settings: OpenSettings
  /** Identities that could not be read: the others open what they can. */
  readonly problems: readonly { readonly file: string; readonly error: LabError }[]
}

/** @throws LabError for the first option, and the first file to trust by, that is of no use: a verdict on half of them would be false */
export async function readSettings({ args, cwd, env, now }: VerbContext): Promise<ReadSettings> {
  const when = args.value('at')
  const at = when === undefined ? now : readInstant(when)
  const acceptable = readPolicies(args.values('policy'))
  const passwords: string[] = []
  for (const source of args.values('password')) passwords.push(await readPassword(source, { env, cwd }))
  const files: IdentityFile[] = []
  const problems: { file: string; error: LabError }[] = []
  for (const file of args.values('identity')) {
    try {
      files.push(await readIdentities(cwd, file, passwords))
    } catch (error) {
      if (!(error instanceof LabError)) throw error
      problems.push({ file, error })
    }
  }
  const { anchors, intermediates } = await readTrust(cwd, args.values('trust'))
  const helping = files.flatMap(({ identities, certificates }) => [
    ...certificates,
    ...identities.map((each) => each.certificate),
  ])
  const settings: OpenSettings = {
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
  return { settings, problems }
}
