/**
 * How a PFX is protected on its way to a device, and the transport password that goes with it.
 *
 * No platform says what it can open, and an old one calls a modern PFX a wrong password. So the service must know:
 * from these versions on PBES2 (AES-256-CBC, PBKDF2 with HMAC-SHA-256) opens, before them only PBE with SHA-1 and 3DES.
 */
import { createHash, createHmac, type KeyObject } from 'node:crypto'
import type { Identity } from '../pki/certificate.ts'
import { writePkcs12 } from '../pki/pkcs12/index.ts'
import type { Platform, TenantDevice } from './people.ts'

const modernSince: Readonly<Record<Platform, { version: string; evidence: string }>> = {
  ios: { version: '18', evidence: 'Security-61439 (Apple open source): PBES2 first appears in p12import.c' },
  macos: { version: '15', evidence: 'Security-61439 (Apple open source): PBES2 first appears in p12import.c' },
  android: { version: '14', evidence: 'AOSP external/bouncycastle 4fae1c6c: PBES2 key stores' },
  windows: { version: '10.0.16299', evidence: 'PKCS12_PBES2_EXPORT_PARAMS: Windows 10, version 1709' },
}

export type PfxProtection = 'pbe-sha1-3des' | 'pbes2-aes-256'

export function pfxProtection(platform: Platform, os: string): PfxProtection {
  return compareVersions(os, modernSince[platform].version) < 0 ? 'pbe-sha1-3des' : 'pbes2-aes-256'
}

export interface TransportPfx {
  readonly bytes: Buffer
  readonly password: string
}

/** Packs identities for transport. Everything random in it is drawn from `secret`, which never leaves the service. */
export class PfxWrapper {
  readonly #secret: Buffer

  /** `seed`: a private key that only the service holds. */
  constructor(seed: KeyObject) {
    this.#secret = createHash('sha256')
      .update('smimelab transport password\0')
      .update(seed.export({ format: 'der', type: 'pkcs8' }))
      .digest()
  }

  wrap(identity: Identity, device: TenantDevice): TransportPfx {
    const place = [device.id, identity.certificate.sha256]
    // 144 bits in ASCII: platforms disagree about how other characters become octets.
    const password = this.#draw([...place, 'password'], 18).toString('base64url')
    let drawn = 0
    const bytes = writePkcs12({
      identities: [identity],
      password,
      protection: pfxProtection(device.platform, device.os),
      random: (octets) => this.#draw([...place, 'salt', String(drawn++)], octets),
    })
    return { bytes, password }
  }

  #draw(names: readonly string[], octets: number): Buffer {
    const blocks: Buffer[] = []
    for (let block = 0; block * 32 < octets; block++)
      blocks.push(
        createHmac('sha256', this.#secret)
          .update(JSON.stringify([...names, block]))
          .digest(),
      )
    return Buffer.concat(blocks).subarray(0, octets)
  }
}

/** Part by part as numbers; a missing part is 0. */
function compareVersions(left: string, right: string): number {
  const [a, b] = [left.split('.').map(Number), right.split('.').map(Number)]
  for (let part = 0; part < Math.max(a.length, b.length); part++) {
    const difference = (a[part] ?? 0) - (b[part] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
