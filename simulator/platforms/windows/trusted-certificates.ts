/** RootCATrustedCertificates and CertificateStore: trust anchors and intermediate certificates, each under its SHA-1. */
import type { StoreContents } from '../../device/stores.ts'
import { LabError } from '../../error.ts'
import { type Certificate, parseCertificate } from '../../pki/certificate.ts'
import type { Scope } from './loc-uri.ts'
import type { Effect, InstalledNode, NodeChange, NodeKind, Place } from './node-kind.ts'
import { shows } from './quirks.ts'
import { type Refusal, refuse } from './refusal.ts'
import { decodeBase64 } from './strict-base64.ts'

const readOnly = ['IssuedBy', 'IssuedTo', 'ValidFrom', 'ValidTo', 'TemplateName']

export const trustedCertificateKinds: readonly NodeKind[] = [
  kind(['RootCATrustedCertificates', 'Root'], ['device'], 'anchor'),
  kind(['RootCATrustedCertificates', 'CA'], ['device', 'user'], 'intermediate'),
  kind(['CertificateStore', 'Root', 'System'], ['device'], 'anchor'),
  kind(['CertificateStore', 'CA', 'System'], ['device'], 'intermediate'),
]

function kind(path: readonly string[], scopes: readonly Scope[], trust: 'anchor' | 'intermediate'): NodeKind {
  return {
    path,
    scopes,
    properties: [
      { name: 'EncodedCertificate', formats: ['b64'], commands: ['Add', 'Replace', 'Get'] },
      ...readOnly.map((name) => ({ name, formats: ['chr'], commands: ['Get'] as const })),
    ],
    instanceName: (name) =>
      /^[0-9a-f]{40}$/i.test(name)
        ? name.toUpperCase()
        : refuse(404, 'not-a-thumbprint', `${path.join('/')}: a node named by 40 hex digits of SHA-1 wanted`),
    displayName: (name) => `${path.join('/')} ${name}`,
    apply: (change, place) => install(change, place, trust),
    remove,
  }
}

/** A certificate may stand in several stores; it goes, or is trusted less, when the node that held it up goes. */
function remove(node: InstalledNode, contents: StoreContents): void {
  const thumbprint = node.key.split('/').at(-1)
  const others = [...contents.profiles.keys()].filter((key) => key !== node.key && key.endsWith(`/${thumbprint}`))
  for (const [sha256, held] of contents.certificates) {
    if (held.certificate.sha1.toUpperCase() !== thumbprint) continue
    const trust = others.some((key) => key.includes('/Root/')) ? 'anchor' : 'intermediate'
    if (others.length === 0) contents.certificates.delete(sha256)
    else contents.certificates.set(sha256, { ...held, trust })
  }
}

function install(change: NodeChange, place: Place, trust: 'anchor' | 'intermediate'): Effect | Refusal {
  const encoded = change.values.get('EncodedCertificate')
  if (encoded === undefined || !change.written.has('EncodedCertificate')) return { installed: [] }
  const certificate = readEncoded(encoded, place.osVersion)
  if ('status' in certificate) return certificate
  if (certificate.sha1.toUpperCase() !== change.name && shows('certificate-hash-checked', place.osVersion))
    return refuse(
      500,
      'thumbprint-mismatch',
      `node ${change.name} holds a certificate with SHA-1 ${certificate.sha1.toUpperCase()}`,
      'certificate-hash-checked',
    )
  const former = place.contents.certificates.get(certificate.sha256)
  // One certificate may stand in both stores; the stronger trust is what holds.
  const strongest = former?.trust === 'anchor' ? 'anchor' : trust
  place.contents.certificates.set(certificate.sha256, {
    certificate,
    trust: strongest,
    provenance: { ...place.provenance, payload: change.key },
  })
  return {
    installed: [
      {
        kind: trust === 'anchor' ? 'trust-anchor' : 'certificate',
        payload: change.key,
        sha256: certificate.sha256,
        label: certificate.subjectText,
      },
    ],
    values: new Map([
      ['IssuedBy', certificate.issuerText],
      ['IssuedTo', certificate.subjectText],
      ['ValidFrom', certificate.notBefore.toISOString()],
      ['ValidTo', certificate.notAfter.toISOString()],
    ]),
  }
}

function readEncoded(encoded: string, osVersion: string): Certificate | Refusal {
  const oneLine = encoded.replace(/\s/g, '')
  if (oneLine !== encoded && shows('encoded-certificate-one-line', osVersion))
    return refuse(
      500,
      'base64-line-breaks',
      'EncodedCertificate: base64 without line breaks or spaces wanted',
      'encoded-certificate-one-line',
    )
  const der = decodeBase64(oneLine)
  if (der === undefined) return refuse(500, 'certificate-malformed', 'EncodedCertificate: base64 wanted')
  try {
    return parseCertificate(der)
  } catch (error) {
    if (error instanceof LabError) return refuse(500, 'certificate-malformed', `EncodedCertificate: ${error.message}`)
    throw error
  }
}
