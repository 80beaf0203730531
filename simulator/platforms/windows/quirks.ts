/** Where Windows differs from what the management protocol or the file formats lead one to expect, and how sure that is. */
import type { PlatformFamily } from '../../device/platform.ts'
import { LabError } from '../../error.ts'

export interface Quirk {
  readonly id: string
  readonly statement: string
  readonly platforms: readonly PlatformFamily[]
  /** Versions of the operating system that show it: `from` is the first, `before` the first that no longer does. */
  readonly versions: { readonly from?: string; readonly before?: string }
  readonly evidence: string
  readonly confidence: 'documented' | 'reported' | 'assumed'
}

const windows = { platforms: ['windows'], versions: {} } as const
const csp = 'learn.microsoft.com/windows/client-management/mdm'

export const windowsQuirks = {
  'pfx-without-pbes2': {
    ...windows,
    id: 'windows/pfx-without-pbes2',
    statement: 'A PKCS#12 file under PBES2 or with a SHA-2 MAC does not open; the error is that of a wrong password.',
    versions: { before: '10.0.16299' },
    evidence: 'PKCS12_PBES2_EXPORT_PARAMS in wincrypt.h is for Windows 10 1709 and later',
    confidence: 'documented',
  },
  'exportable-needs-software': {
    ...windows,
    id: 'windows/exportable-needs-software',
    statement: 'PFXKeyExportable true with a KeyLocation other than 3 fails.',
    evidence: `${csp}/clientcertificateinstall-csp, PFXKeyExportable`,
    confidence: 'documented',
  },
  'exportable-default-harmless': {
    ...windows,
    id: 'windows/exportable-default-harmless',
    statement: 'PFXKeyExportable left out, though its default is true, does not fail a key for the TPM.',
    evidence: 'the documentation gives the default and the conflict, and not what they mean together',
    confidence: 'assumed',
  },
  'pfx-failure-at-commit': {
    ...windows,
    id: 'windows/pfx-failure-at-commit',
    statement:
      'A PFX import that fails when its Atomic commits answers 500 for the first member under the node, 216 for the others, 507 for the Atomic.',
    evidence: 'two recorded sessions of November and December 2023, pastebin.com/eFDpX34S and pastebin.com/B8XYtGYL',
    confidence: 'reported',
  },
  'first-identity-only': {
    ...windows,
    id: 'windows/first-identity-only',
    statement: 'Of a PKCS#12 file with several keys, the first certificate with a key is installed.',
    evidence: 'the node has one Thumbprint for one blob; more is not documented',
    confidence: 'assumed',
  },
  'chain-in-pfx-ignored': {
    ...windows,
    id: 'windows/chain-in-pfx-ignored',
    statement: 'Certificates of authorities inside the PKCS#12 file do not reach the Root and CA stores.',
    evidence: `${csp}/clientcertificateinstall-csp speaks of the client certificate alone`,
    confidence: 'assumed',
  },
  'machine-store-out-of-reach': {
    ...windows,
    id: 'windows/machine-store-out-of-reach',
    statement:
      'A key that ./Device put into LocalMachine\\My is not offered by the mail app, which reads CurrentUser\\My.',
    evidence: `${csp}/clientcertificateinstall-csp for the two stores; what the mail app reads is not documented`,
    confidence: 'assumed',
  },
  'password-not-kept': {
    ...windows,
    id: 'windows/password-not-kept',
    statement: 'PFXCertPassword serves the blob of the same message; a blob of a later one needs it again.',
    evidence: 'no statement found on how long the node keeps it',
    confidence: 'assumed',
  },
  'password-encryption-not-simulated': {
    ...windows,
    id: 'windows/password-encryption-not-simulated',
    statement: 'PFXCertPasswordEncryptionType 1 and 2 fail.',
    evidence: 'the CMS form of the encrypted password is not documented, so this device has no certificate for it',
    confidence: 'assumed',
  },
  'user-scope-needs-signed-in-user': {
    ...windows,
    id: 'windows/user-scope-needs-signed-in-user',
    statement: 'With no enrolled user signed in, a command on ./User answers 500.',
    evidence: 'github.com/fleetdm/fleet/issues/50196; the gate itself: client-management/oma-dm-protocol-support',
    confidence: 'reported',
  },
  'user-root-unsupported': {
    ...windows,
    id: 'windows/user-root-unsupported',
    statement: 'RootCATrustedCertificates/Root does not exist under ./User and answers 404.',
    evidence: `${csp}/rootcacertificates-csp says that it is not supported; the status is assumed`,
    confidence: 'documented',
  },
  'encoded-certificate-one-line': {
    ...windows,
    id: 'windows/encoded-certificate-one-line',
    statement: 'EncodedCertificate with line breaks in its base64 fails, with 500.',
    evidence: `${csp}/rootcacertificates-csp forbids formatting characters; the status is assumed`,
    confidence: 'documented',
  },
  'pfx-blob-one-line': {
    ...windows,
    id: 'windows/pfx-blob-one-line',
    statement: 'PFXCertBlob with line breaks in its base64 fails, as EncodedCertificate does.',
    evidence: 'documented for EncodedCertificate only',
    confidence: 'assumed',
  },
  'certificate-hash-checked': {
    ...windows,
    id: 'windows/certificate-hash-checked',
    statement: 'A certificate under a node that is not named by its own SHA-1 fails, with 500.',
    evidence: `${csp}/rootcacertificates-csp names the node by the hash; what a wrong one does is not documented`,
    confidence: 'assumed',
  },
  'account-guid-collision': {
    ...windows,
    id: 'windows/account-guid-collision',
    statement: 'Adding an account under the GUID of an existing one deletes that one and creates none.',
    evidence: `${csp}/activesync-csp, Accounts/{Account GUID}; the status 418 is assumed`,
    confidence: 'documented',
  },
  'add-then-replace-in-atomic': {
    ...windows,
    id: 'windows/add-then-replace-in-atomic',
    statement: 'Add and then Replace of one node inside one Atomic fails, with 500.',
    evidence: 'client-management/oma-dm-protocol-support says that it is not supported; the status is assumed',
    confidence: 'documented',
  },
} as const satisfies Readonly<Record<string, Quirk>>

export type QuirkId = keyof typeof windowsQuirks

/** Whether this version of Windows shows it. */
export function shows(id: QuirkId, osVersion: string): boolean {
  if (!/^\d+(\.\d+)*$/.test(osVersion))
    throw new LabError(
      'os-version-malformed',
      `a Windows version like 10.0.26100 wanted, got '${osVersion.slice(0, 32)}'`,
    )
  const { from, before }: Quirk['versions'] = windowsQuirks[id].versions
  return (from === undefined || !isOlder(osVersion, from)) && (before === undefined || isOlder(osVersion, before))
}

/** Compares version numbers part by part; a part that is missing counts as 0. */
function isOlder(version: string, than: string): boolean {
  const [left, right] = [version, than].map((each) => each.split('.').map(Number))
  for (let part = 0; part < Math.max(left?.length ?? 0, right?.length ?? 0); part++) {
    const difference = (left?.[part] ?? 0) - (right?.[part] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}
