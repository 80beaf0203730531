/** Files that come with the package: found from this module upwards, so that the source tree and `dist` both work. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

function packageRoot(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json')
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === 'smimelab') return folder
    if (dirname(folder) === folder) throw new Error('smimelab: its own package.json is not above its modules')
  }
}

const root = packageRoot()

export const sampleTenant = join(root, 'fixtures', 'tenant')
export const keyPoolFolder = join(root, 'fixtures', 'key-pool')
