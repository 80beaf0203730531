/** Opening mail beside the private-key operation that it cannot do without. */
import {
  constants,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
} from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Identity } from '../../simulator/pki/certificate.ts'
import { CertificationAuthority, createRoot } from '../../simulator/pki/certification-authority.ts'
import { loadKeyPool } from '../../simulator/pki/key-pool.ts'
import { encryptEntity, openMessage, textEntity, toMessage } from '../../simulator/smime/index.ts'
import { keyPoolFolder } from '../run/package-files.ts'
import type { Benchmark } from './measure.ts'

const at = new Date('2026-11-02T08:00:00Z')
const validity = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2027-01-01T00:00:00Z') }

async function recipient(kind: 'rsa-2048' | 'p-256'): Promise<Identity> {
  const pool = loadKeyPool({
    rsa: readFileSync(join(keyPoolFolder, 'rsa-2048.pem'), 'utf8'),
    ec: readFileSync(join(keyPoolFolder, 'p-256.pem'), 'utf8'),
  })
  const rootKeys = pool.take('rsa-2048', 'bench root')
  const root = await createRoot(
    { subject: 'CN=Bench Root', keyUsage: ['keyCertSign', 'cRLSign'], serial: Buffer.of(1), ca: {}, ...validity },
    rootKeys,
  )
  const keys = pool.take(kind, 'bench recipient')
  const certificate = await new CertificationAuthority({ certificate: root, privateKey: rootKeys.privateKey }, [
    root,
  ]).issue({
    subject: 'CN=Alva',
    publicKey: keys.publicKey,
    emails: ['alva@example.test'],
    keyUsage: [kind === 'rsa-2048' ? 'keyEncipherment' : 'keyAgreement'],
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.4'],
    serial: Buffer.of(2),
    ...validity,
  })
  return { certificate, privateKey: keys.privateKey }
}

function letter(to: Identity, octets: number): Buffer {
  const entity = encryptEntity(
    textEntity(
      'x'
        .repeat(72)
        .concat('\r\n')
        .repeat(Math.ceil(octets / 74))
        .slice(0, octets),
    ),
    {
      recipients: [to.certificate],
      contentCipher: 'aes-256-cbc',
      keyTransport: 'rsa-v1.5',
    },
  )
  return toMessage(
    {
      from: 'bo@example.test',
      to: ['alva@example.test'],
      subject: 'bench',
      date: at,
      messageId: '<bench@example.test>',
    },
    entity,
  )
}

function opener(message: Buffer, key: Identity): () => void {
  const options = { keys: [key], trust: { anchors: [], at } }
  return () => {
    if (openMessage(message, options).outcome !== 'opened') throw new Error('the benchmark message does not open')
  }
}

export const openingBenchmarks: readonly Benchmark[] = [
  {
    name: 'open-2k-rsa',
    unit: 'messages/s',
    peer: 'bare RSA-2048 private operation (node:crypto)',
    atLeast: 0.8,
    async prepare() {
      const key = await recipient('rsa-2048')
      const wrapped = publicEncrypt(
        { key: key.certificate.spki, format: 'der', type: 'spki', padding: constants.RSA_PKCS1_PADDING } as never,
        randomBytes(32),
      )
      return {
        subject: opener(letter(key, 2048), key),
        peer: () => void privateDecrypt({ key: key.privateKey, padding: constants.RSA_PKCS1_PADDING }, wrapped),
      }
    },
  },
  {
    name: 'open-2k-ecdh-p256',
    unit: 'messages/s',
    peer: 'bare ECDH P-256 and import of the ephemeral key (node:crypto)',
    atLeast: 0.5,
    async prepare() {
      const key = await recipient('p-256')
      const message = letter(key, 2048)
      const ephemeral = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
        format: 'der',
        type: 'spki',
      })
      return {
        subject: opener(message, key),
        peer: () => {
          const publicKey = createPublicKey({ key: ephemeral, format: 'der', type: 'spki' })
          diffieHellman({ privateKey: key.privateKey, publicKey })
        },
      }
    },
  },
  {
    name: 'open-10m-rsa',
    unit: 'messages/s',
    peer: 'bare AES-256-CBC decipher of 10 MB (node:crypto)',
    atLeast: 0.1,
    async prepare() {
      const key = await recipient('rsa-2048')
      const plain = randomBytes(10 * 1024 * 1024)
      const secret = randomBytes(32)
      const iv = randomBytes(16)
      return {
        subject: opener(letter(key, plain.length), key),
        peer: () => {
          const decipher = createDecipheriv('aes-256-cbc', secret, iv).setAutoPadding(false)
          Buffer.concat([decipher.update(plain), decipher.final()])
        },
      }
    },
  },
]
