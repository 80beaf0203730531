/** ClientCertificateInstall/PFXCertInstall: one certificate and its key from one PKCS#12 file, for each unique id. */

import type { StoreContents } from '../../device/stores.ts'
import { LabError } from '../../error.ts'
import type { Identity } from '../../pki/certificate.ts'
import { openPkcs12, type Pkcs12Contents } from '../../pki/pkcs12/index.ts'
import type { Effect, InstalledNode, NodeChange, NodeKind, Place, Property } from './node-kind.ts'
import { isInstalledNode, isRefusal } from './node-kind.ts'
import { shows } from './quirks.ts'
import { type Refusal, refuse } from './refusal.ts'
import { decodeBase64 } from './strict-base64.ts'

const parameter = (name: string, ...formats: string[]): Property => ({
  name,
  formats,
  commands: ['Add', 'Replace', 'Get'],
})

export const clientCertificateInstall: NodeKind = {
  path: ['ClientCertificateInstall', 'PFXCertInstall'],
  scopes: ['device', 'user'],
  properties: [
    parameter('KeyLocation', 'int'),
    parameter('ContainerName', 'chr'),
    // `bin` in the description framework, `chr` in the vendor's own sample and in recorded sessions.
    { ...parameter('PFXCertBlob', 'bin', 'chr', 'b64'), secret: true },
    { ...parameter('PFXCertPassword', 'chr'), secret: true },
    parameter('PFXCertPasswordEncryptionType', 'int'),
    parameter('PFXCertPasswordEncryptionStore', 'chr'),
    parameter('PFXKeyExportable', 'bool'),
    { name: 'Thumbprint', formats: ['chr'], commands: ['Get'] },
    { name: 'Status', formats: ['int'], commands: ['Get'] },
  ],
  instanceName: (name) => name,
  displayName: (name) => `PFXCertInstall ${name}`,
  apply,
  remove,
}

/** The blob is what sets the installation off; the parameters must be there by then. */
function apply(change: NodeChange, place: Place): Effect | Refusal {
  const blob = change.values.get('PFXCertBlob')
  if (blob === undefined || !change.written.has('PFXCertBlob')) return { installed: [] }
  const refusal = checkParameters(change.values, place.osVersion)
  if (refusal !== undefined) return refusal
  const identity = openBlob(blob, change.values.get('PFXCertPassword') ?? null, place)
  if (isRefusal(identity)) return identity
  const { certificate, privateKey } = identity
  const { contents, osVersion } = place

  const former = contents.profiles.get(change.key)
  if (isInstalledNode(former)) remove(former, contents)
  const outOfReach = change.scope === 'device' && shows('machine-store-out-of-reach', osVersion)
  contents.keys.set(certificate.sha256, {
    certificate,
    privateKey,
    provenance: { ...place.provenance, payload: change.key },
    access: outOfReach ? (contents.keys.get(certificate.sha256)?.access ?? []) : 'all',
  })
  return {
    installed: [{ kind: 'identity', payload: change.key, sha256: certificate.sha256, label: certificate.subjectText }],
    values: new Map([
      ['Thumbprint', certificate.sha1.toUpperCase()],
      ['Status', '0'],
    ]),
  }
}

/** Takes the certificate of this request, and its key, out of the store: also where another request brought it too. */
function remove(node: InstalledNode, contents: StoreContents): void {
  const thumbprint = node.values.get('Thumbprint')
  for (const [sha256, held] of contents.keys)
    if (held.certificate.sha1.toUpperCase() === thumbprint) contents.keys.delete(sha256)
}

function checkParameters(values: ReadonlyMap<string, string>, osVersion: string): Refusal | undefined {
  const location = values.get('KeyLocation')
  if (location === undefined)
    return refuse(500, 'key-location-missing', 'KeyLocation: 1 to 4 wanted before the blob, got none')
  if (!['1', '2', '3', '4'].includes(location))
    return refuse(500, 'key-location-invalid', `KeyLocation: 1 to 4 wanted, got ${location}`)
  if (location === '4' && !values.get('ContainerName'))
    return refuse(500, 'container-name-missing', 'KeyLocation 4: a ContainerName wanted, got none')
  const exportable = values.get('PFXKeyExportable')
  if (exportable === 'true' && location !== '3' && shows('exportable-needs-software', osVersion))
    return refuse(
      500,
      'exportable-needs-software',
      `PFXKeyExportable true: KeyLocation 3 wanted, got ${location}`,
      'exportable-needs-software',
    )
  if (exportable === undefined && location !== '3' && !shows('exportable-default-harmless', osVersion))
    return refuse(500, 'exportable-needs-software', `KeyLocation ${location}: PFXKeyExportable false wanted, got none`)
  const encryption = values.get('PFXCertPasswordEncryptionType') ?? '0'
  if (encryption !== '0' && shows('password-encryption-not-simulated', osVersion))
    return refuse(
      500,
      'password-encryption-not-simulated',
      `PFXCertPasswordEncryptionType ${encryption}: this device can only do 0`,
      'password-encryption-not-simulated',
    )
  return undefined
}

function openBlob(blob: string, password: string | null, place: Place): Identity | Refusal {
  const text = shows('pfx-blob-one-line', place.osVersion) ? blob : blob.replace(/\s/g, '')
  const bytes = decodeBase64(text)
  if (bytes === undefined)
    return refuse(500, 'pfx-malformed', 'PFXCertBlob: base64 on one line wanted', 'pfx-blob-one-line')
  let contents: Pkcs12Contents
  try {
    contents = openPkcs12(bytes, password, { maxIterations: place.maxIterations })
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    return refuse(500, error.code.replace(/^pkcs12-/, 'pfx-'), `PFXCertBlob: ${error.message}`)
  }
  const { key, certificates, mac } = contents.protection
  const modern = [key, certificates].some((each) => each.includes('pbes2')) || !['hmac-sha1', 'none'].includes(mac)
  if (modern && shows('pfx-without-pbes2', place.osVersion))
    return refuse(
      500,
      'pfx-wrong-password',
      `PFXCertBlob: ${key}, ${certificates}, MAC ${mac}: this Windows opens PBE with SHA-1 only, and calls it a wrong password`,
      'pfx-without-pbes2',
    )
  const [identity] = contents.identities
  return identity ?? refuse(500, 'pfx-without-key', 'PFXCertBlob: a certificate with its private key wanted, got none')
}
