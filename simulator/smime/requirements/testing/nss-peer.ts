/** Mozilla's NSS as an independent peer: a database with one identity in it, and cmsutil. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Identity } from '../../../pki/index.ts'
import { writePkcs12 } from '../../../pki/pkcs12/index.ts'

export interface NssPeer {
  decrypt(cms: Buffer): Buffer
  /** To the certificate in the database that has this address; AES-128-CBC and RSA v1.5. */
  encrypt(content: Buffer, address: string): Buffer
  remove(): void
}

export function startNssPeer(identity: Identity): NssPeer {
  const folder = mkdtempSync(join(tmpdir(), 'smimelab-nss-'))
  const run = (command: string, ...parameters: string[]): Buffer =>
    execFileSync(command, [...parameters, '-d', `sql:${folder}`], { cwd: folder, stdio: 'pipe' })
  const file = (name: string, octets: Uint8Array | string): void => writeFileSync(join(folder, name), octets)
  file('pin', 'pin')
  file('id.p12', writePkcs12({ identities: [identity], password: 'secret', protection: 'pbes2-aes-256' }))
  run('certutil', '-N', '-f', 'pin')
  run('pk12util', '-i', 'id.p12', '-k', 'pin', '-W', 'secret')
  return {
    decrypt: (cms) => {
      file('in', cms)
      run('cmsutil', '-D', '-f', 'pin', '-i', 'in', '-o', 'out')
      return readFileSync(join(folder, 'out'))
    },
    encrypt: (content, address) => {
      file('in', content)
      run('cmsutil', '-E', '-f', 'pin', '-r', address, '-i', 'in', '-o', 'out')
      return readFileSync(join(folder, 'out'))
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
