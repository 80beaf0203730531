/** LocURIs of the device-management tree: `./User/Vendor/MSFT/...`, `./Device/...`; no prefix means the device. */
import { type Refusal, refuse } from './refusal.ts'

export type Scope = 'device' | 'user'

export interface NodeAddress {
  readonly scope: Scope
  /** Names below `Vendor/MSFT`, percent-decoded; empty outside of it. */
  readonly path: readonly string[]
}

const longest = 2048

/** What the tree is called in messages: never the whole of a name that came from outside. */
export function showLocUri(locUri: string): string {
  return locUri.length > 200 ? `${locUri.slice(0, 200)}…` : locUri
}

export function parseLocUri(locUri: string): NodeAddress | Refusal {
  if (locUri.length > longest)
    return refuse(414, 'uri-too-long', `a LocURI of at most ${longest} characters wanted, got ${locUri.length}`)
  const [dot, ...rest] = locUri.split('/')
  if (dot !== '.') return badUri(locUri, 'it must start with ./')
  const scope = rest[0]?.toLowerCase()
  const scoped = scope === 'user' || scope === 'device'
  const names: string[] = []
  for (const each of scoped ? rest.slice(1) : rest) {
    const name = decodeName(each)
    if (name === undefined || name === '' || name === '*')
      return badUri(locUri, 'a node name is empty, an asterisk, or wrongly escaped')
    names.push(name)
  }
  const inVendorTree = names[0]?.toLowerCase() === 'vendor' && names[1]?.toUpperCase() === 'MSFT'
  return { scope: scope === 'user' ? 'user' : 'device', path: inVendorTree ? names.slice(2) : [] }
}

export function writeLocUri(scope: Scope, path: readonly string[]): string {
  return ['.', scope === 'user' ? 'User' : 'Device', 'Vendor', 'MSFT', ...path.map(encodeURIComponent)].join('/')
}

function decodeName(escaped: string): string | undefined {
  try {
    return decodeURIComponent(escaped)
  } catch {
    return undefined
  }
}

function badUri(locUri: string, why: string): Refusal {
  return refuse(400, 'uri-malformed', `LocURI ${showLocUri(locUri)}: ${why}`)
}
