/** The agent's calls to the platform for one checked bundle, with what each of them answered. */
import type { ManagedConfiguration } from '../../delivery/android-agent.ts'
import type { InstalledItem } from '../../device/install-report.ts'
import type { Provenance, StoreContents } from '../../device/stores.ts'
import type { Authority, OpenedKeyPair } from './check-bundle.ts'
import { entryOf, grantKeyPairToApp, installCaCert, installKeyPair } from './key-chain.ts'
import { configureOutlook, outlookPackage } from './outlook.ts'
import { shows } from './quirks.ts'
import { type AndroidCall, type Refusal, refuse } from './refusal.ts'

export interface RunContext {
  readonly contents: StoreContents
  readonly delivery: string
  readonly at: Date
  readonly osVersion: string
}

export class AgentRun {
  readonly calls: AndroidCall[] = []
  readonly installed: InstalledItem[] = []
  readonly refusals: Refusal[] = []
  readonly #context: RunContext

  constructor(context: RunContext) {
    this.#context = context
  }

  installAuthority({ guid, certificate }: Authority): void {
    installCaCert(certificate, this.#provenance(guid), this.#context.contents)
    this.#record('installCaCert', guid, 'true')
    const { sha256, subjectText: label } = certificate
    this.installed.push({ kind: 'trust-anchor', payload: guid, sha256, label })
  }

  installKeyPair(pair: OpenedKeyPair): void {
    const { contents, osVersion } = this.#context
    const { alias, grants, identity } = pair
    const { sha256, subjectText: label } = identity.certificate
    this.#record('installKeyPair', alias, String(installKeyPair(pair, this.#provenance(alias), osVersion, contents)))
    // The return value can't be trusted on every version, so the agent reads back.
    const stored = entryOf(alias, contents)?.certificate === sha256
    this.#record('hasKeyPair', alias, String(stored))
    if (!stored) {
      const quirk = shows('failed-import-returns-true', osVersion)
        ? 'failed-import-returns-true'
        : 'failed-import-empties-alias'
      this.refusals.push(refuse('key-not-stored', `key pair ${alias}: the key store did not take the key`, quirk))
      return
    }
    this.installed.push({ kind: 'identity', payload: alias, sha256, label })
    const grant = shows('grant-by-answer', osVersion) ? 'onChoosePrivateKeyAlias' : 'grantKeyPairToApp'
    for (const packageName of grants)
      this.#record(grant, `${alias} ${packageName}`, String(grantKeyPairToApp(alias, packageName, contents)))
  }

  configureApp({ packageName, restrictions }: ManagedConfiguration): void {
    const { contents, osVersion } = this.#context
    const provenance = this.#provenance(packageName)
    const key = `restrictions/${packageName}`
    contents.profiles.set(key, { key, displayName: packageName, provenance })
    this.#record('setApplicationRestrictions', packageName, 'done')
    if (packageName !== outlookPackage) return
    const account = configureOutlook(restrictions, provenance, osVersion, contents)
    if (account !== undefined)
      this.installed.push({ kind: 'mail-account', payload: packageName, label: account.address })
  }

  #provenance(payload: string): Provenance {
    return { delivery: this.#context.delivery, payload, at: this.#context.at }
  }

  #record(call: string, subject: string, result: string): void {
    this.calls.push({ call, subject, result })
  }
}
