/** Where Android versions, and the agent's own choices, differ from what the calls' names lead one to expect. */
import type { PlatformFamily } from '../../device/platform.ts'
import { LabError } from '../../error.ts'

export interface Quirk {
  readonly id: string
  readonly statement: string
  readonly platforms: readonly PlatformFamily[]
  /** Android versions that show it: `from` is the first, `before` the first that no longer does. */
  readonly versions: { readonly from?: number; readonly before?: number }
  readonly evidence: string
  readonly confidence: 'documented' | 'reported' | 'assumed'
}

const android = { platforms: ['android'], versions: {} } as const

export const androidQuirks = {
  'pkcs12-without-pbes2': {
    ...android,
    id: 'android/pkcs12-without-pbes2',
    statement: 'A PKCS#12 file under PBES2 or with a SHA-2 MAC does not open; the error is that of a wrong password.',
    versions: { before: 14 },
    evidence:
      'AOSP external/bouncycastle: PBES2 and AES by object identifier since commit 4fae1c6c (bug 230750823), absent on the branches of Android 10 to 13',
    confidence: 'documented',
  },
  'pbes2-cbc-only': {
    ...android,
    id: 'android/pbes2-cbc-only',
    statement: 'Of PBES2, AES in CBC mode with PBKDF2 is known; AES-GCM, scrypt and PBMAC1 are not.',
    versions: { from: 14 },
    evidence: 'AOSP external/bouncycastle on the branches of Android 14 and 15',
    confidence: 'documented',
  },
  'first-private-key-only': {
    ...android,
    id: 'android/first-private-key-only',
    statement:
      'Of a PKCS#12 file with several private keys, the first is installed and the others are lost in silence.',
    evidence: 'AOSP packages/apps/CertInstaller CredentialHelper.java; this agent does as the installer does',
    confidence: 'documented',
  },
  'all-or-nothing': {
    ...android,
    id: 'android/all-or-nothing',
    statement:
      'The agent opens everything in the bundle before its first call, and makes none if anything does not open.',
    evidence: 'our agent, by choice: an agent is free here',
    confidence: 'assumed',
  },
  'failed-import-empties-alias': {
    ...android,
    id: 'android/failed-import-empties-alias',
    statement:
      'installKeyPair deletes the alias before it imports: a failed import returns false and the former key is lost.',
    versions: { before: 12 },
    evidence: 'AOSP packages/apps/KeyChain KeyChainService.java, android11-release',
    confidence: 'documented',
  },
  'failed-import-returns-true': {
    ...android,
    id: 'android/failed-import-returns-true',
    statement: 'installKeyPair returns true though the key store refused the key: only reading back tells.',
    versions: { from: 12 },
    evidence: 'AOSP packages/apps/KeyChain KeyChainService.java, branches of Android 12 to 14',
    confidence: 'documented',
  },
  'grant-by-answer': {
    ...android,
    id: 'android/grant-by-answer',
    statement: 'Without grantKeyPairToApp the agent gives a key to an app by answering onChoosePrivateKeyAlias.',
    versions: { before: 12 },
    evidence: 'DevicePolicyManager.grantKeyPairToApp: API level 31; the answer: DeviceAdminReceiver, API level 23',
    confidence: 'assumed',
  },
  'authority-unchecked': {
    ...android,
    id: 'android/authority-unchecked',
    statement:
      'installCaCert takes every certificate that it can parse, whatever its extensions say, as a trust anchor.',
    evidence: 'AOSP DevicePolicyManager.installCaCert and KeyChainService: only parsing is checked',
    confidence: 'documented',
  },
  'exchange-online-by-default': {
    ...android,
    id: 'android/exchange-online-by-default',
    statement: 'Outlook with account type ModernAuth and no host goes to outlook.office365.com.',
    evidence: 'account set-up with modern authentication needs no host; the host name is assumed',
    confidence: 'assumed',
  },
} as const satisfies Readonly<Record<string, Quirk>>

export type QuirkId = keyof typeof androidQuirks

/** Whether this version of Android ('14', '8.1') shows it. */
export function shows(id: QuirkId, osVersion: string): boolean {
  const { from, before }: Quirk['versions'] = androidQuirks[id].versions
  const version = Number.parseFloat(osVersion)
  if (Number.isNaN(version))
    throw new LabError('os-version-malformed', `an Android version like 14 wanted, got '${osVersion.slice(0, 32)}'`)
  return (from === undefined || version >= from) && (before === undefined || version < before)
}
