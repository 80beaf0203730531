/**
 * `KeyChain` and the key calls of `DevicePolicyManager`: the alias is the primary key. An alias is kept as a profile of
 * the stores, so that two aliases may hold one certificate; the key itself is held once, for all apps that any of its
 * aliases is granted to.
 */
import type { KeyObject } from 'node:crypto'
import type { InstalledProfile, Provenance, StoreContents } from '../../device/stores.ts'
import type { Certificate } from '../../pki/certificate.ts'
import type { OpenedKeyPair } from './check-bundle.ts'
import { shows } from './quirks.ts'

export interface KeyChainEntry extends InstalledProfile {
  readonly alias: string
  /** By sha256. */
  readonly certificate: string
  /** Packages. */
  readonly grants: readonly string[]
  /** Whether the system's chooser offers it; a choice there is the user's, and not simulated. */
  readonly userSelectable: boolean
}

function keyOf(alias: string): string {
  return `keychain/${alias}`
}

export function entryOf(alias: string, contents: StoreContents): KeyChainEntry | undefined {
  const profile = contents.profiles.get(keyOf(alias))
  return profile !== undefined && isEntry(profile) ? profile : undefined
}

function isEntry(profile: InstalledProfile): profile is KeyChainEntry {
  return 'alias' in profile
}

export function installCaCert(certificate: Certificate, provenance: Provenance, contents: StoreContents): void {
  contents.certificates.set(certificate.sha256, { certificate, trust: 'anchor', provenance })
}

/** Installs or overwrites; overwriting revokes every grant of the alias. Answers what the call returns. */
export function installKeyPair(
  { alias, userSelectable, identity: { certificate, privateKey }, chain }: OpenedKeyPair,
  provenance: Provenance,
  osVersion: string,
  contents: StoreContents,
): boolean {
  if (!isImportable(privateKey)) {
    if (shows('failed-import-empties-alias', osVersion)) removeKeyPair(alias, contents)
    return shows('failed-import-returns-true', osVersion)
  }
  removeKeyPair(alias, contents)
  const entry: KeyChainEntry = {
    key: keyOf(alias),
    displayName: alias,
    provenance,
    alias,
    certificate: certificate.sha256,
    grants: [],
    userSelectable,
  }
  contents.profiles.set(entry.key, entry)
  contents.keys.set(certificate.sha256, { certificate, privateKey, provenance, access: [] })
  for (const each of chain)
    if (!contents.certificates.has(each.sha256))
      contents.certificates.set(each.sha256, { certificate: each, trust: 'intermediate', provenance })
  updateAccess(certificate.sha256, contents)
  return true
}

/** Deletes the alias with its grants; the key goes with its last alias. */
export function removeKeyPair(alias: string, contents: StoreContents): void {
  const entry = entryOf(alias, contents)
  if (entry === undefined) return
  contents.profiles.delete(entry.key)
  updateAccess(entry.certificate, contents)
}

export function grantKeyPairToApp(alias: string, packageName: string, contents: StoreContents): boolean {
  const entry = entryOf(alias, contents)
  if (entry === undefined) return false
  const granted: KeyChainEntry = { ...entry, grants: [...new Set([...entry.grants, packageName])] }
  contents.profiles.set(entry.key, granted)
  updateAccess(entry.certificate, contents)
  return true
}

function updateAccess(sha256: string, contents: StoreContents): void {
  const held = contents.keys.get(sha256)
  if (held === undefined) return
  const aliases = [...contents.profiles.values()].filter(isEntry).filter((each) => each.certificate === sha256)
  const latest = aliases.at(-1)
  if (latest === undefined) contents.keys.delete(sha256)
  else {
    const access = [...new Set(aliases.flatMap((each) => each.grants))]
    contents.keys.set(sha256, { ...held, provenance: latest.provenance, access })
  }
}

/** Key types that the key store's import profile takes. */
function isImportable({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  if (asymmetricKeyType === 'rsa') return true
  const curves = ['secp224r1', 'prime256v1', 'secp384r1', 'secp521r1']
  return asymmetricKeyType === 'ec' && curves.includes(asymmetricKeyDetails?.namedCurve ?? '')
}
