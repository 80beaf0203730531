/** Which node of the management tree a LocURI points at. Names of nodes are told apart without regard to case. */
import { activeSyncAccounts } from './active-sync.ts'
import { clientCertificateInstall } from './client-certificate-install.ts'
import { parseLocUri, type Scope, showLocUri, writeLocUri } from './loc-uri.ts'
import { isRefusal, type NodeKind, type Property } from './node-kind.ts'
import { type Refusal, refuse } from './refusal.ts'
import { trustedCertificateKinds } from './trusted-certificates.ts'

const kinds: readonly NodeKind[] = [clientCertificateInstall, ...trustedCertificateKinds, activeSyncAccounts]

/** An instance of a kind, or a property of one. */
export interface Spot {
  readonly kind: NodeKind
  readonly scope: Scope
  /** The instance's name as it is kept, and the LocURI that is its key in the stores. */
  readonly name: string
  readonly key: string
  readonly property: Property | undefined
}

/** A node above the instances: it is always there, and nobody makes or removes it. */
export interface InteriorNode {
  readonly interior: string
}

export function findNode(target: string): Spot | InteriorNode | Refusal {
  const address = parseLocUri(target)
  if (isRefusal(address)) return address
  const { scope, path } = address
  const ofScope = kinds.filter((each) => each.scopes.includes(scope))
  const kind = ofScope.find((each) => path.length > each.path.length && startsWith(path, each.path))
  if (kind === undefined) {
    if (path.length > 0 && ofScope.some((each) => startsWith(each.path, path))) return { interior: target }
    return refuse(404, ...whyMissing(target, path))
  }
  const [given = '', ...below] = path.slice(kind.path.length)
  const name = kind.instanceName(given)
  if (typeof name !== 'string') return name
  const spot = { kind, scope, name, key: writeLocUri(scope, [...kind.path, name]) }
  if (below.length === 0) return { ...spot, property: undefined }
  const wanted = below.join('/').toLowerCase()
  const property = kind.properties.find((each) => each.name.toLowerCase() === wanted)
  if (property === undefined)
    return refuse(406, 'property-unknown', `${showLocUri(target)}: this provider has no such property`)
  return { ...spot, property }
}

function whyMissing(
  target: string,
  path: readonly string[],
): [code: string, message: string, quirk?: Refusal['quirk']] {
  if (startsWith(path, ['RootCATrustedCertificates', 'Root']))
    return ['user-root', `${showLocUri(target)}: Root can't be reached under ./User`, 'user-root-unsupported']
  return [
    'node-missing',
    `${showLocUri(target)}: this device has ClientCertificateInstall/PFXCertInstall, RootCATrustedCertificates, CertificateStore and ActiveSync`,
  ]
}

function startsWith(path: readonly string[], start: readonly string[]): boolean {
  return start.every((name, index) => path[index]?.toLowerCase() === name.toLowerCase())
}
