/** Opening CMS beside the private-key operation, or the decipher, that it cannot do without. */
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
import { publicKeyOf } from '../../simulator/pki/certificate.ts'
import { decrypt, encrypt, listRecipients } from '../../simulator/smime/cms/index.ts'
import { encryptEntity, openMessage, textEntity, toMessage } from '../../simulator/smime/index.ts'
import { type Benchmark, median, rate } from './measure.ts'
import { at, type BenchIdentity, benchIdentity } from './people.ts'

const megabyte = 1024 * 1024

export function envelope(to: BenchIdentity, octets: number): Buffer {
  return encrypt(randomBytes(octets), {
    recipients: [to.certificate],
    contentCipher: 'aes-256-cbc',
    keyTransport: 'rsa-v1.5',
  })
}

export function opener(cms: Buffer, key: BenchIdentity): () => void {
  return () => {
    if (!decrypt(cms, [key]).ok) throw new Error('the benchmark message does not open')
  }
}

export function barePrivateOperation(key: BenchIdentity): () => void {
  const wrapped = publicEncrypt(
    { key: publicKeyOf(key.certificate), padding: constants.RSA_PKCS1_PADDING },
    randomBytes(32),
  )
  return () => void privateDecrypt({ key: key.privateKey, padding: constants.RSA_PKCS1_PADDING }, wrapped)
}

export const openingBenchmarks: readonly Benchmark[] = [
  {
    name: 'open-2k-rsa',
    unit: 'messages/s',
    peer: 'bare RSA-2048 private operation',
    atLeast: 0.9,
    async prepare() {
      const key = await benchIdentity('rsa-2048', 'encrypt')
      return { subject: opener(envelope(key, 2048), key), peer: barePrivateOperation(key) }
    },
  },
  {
    name: 'open-message-2k-rsa',
    unit: 'messages/s',
    peer: 'bare RSA-2048 private operation',
    atLeast: 0.7,
    async prepare() {
      const key = await benchIdentity('rsa-2048', 'encrypt')
      const entity = encryptEntity(textEntity('x'.repeat(72).concat('\r\n').repeat(27)), {
        recipients: [key.certificate],
        contentCipher: 'aes-256-cbc',
      })
      const message = toMessage(
        {
          from: 'bo@example.test',
          to: ['alva@example.test'],
          subject: 'bench',
          date: at,
          messageId: '<bench@example.test>',
        },
        entity,
      )
      const options = { keys: [key], trust: { anchors: [], at } }
      const subject = (): void => {
        if (openMessage(message, options).outcome !== 'opened') throw new Error('the benchmark message does not open')
      }
      return { subject, peer: barePrivateOperation(key) }
    },
  },
  {
    name: 'open-2k-ecdh-p256',
    unit: 'messages/s',
    peer: 'bare ECDH P-256 with import of the ephemeral key',
    atLeast: 0.75,
    async prepare() {
      const key = await benchIdentity('p-256', 'encrypt')
      const ephemeral = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
        format: 'der',
        type: 'spki',
      })
      const peer = (): void => {
        const publicKey = createPublicKey({ key: ephemeral, format: 'der', type: 'spki' })
        diffieHellman({ privateKey: key.privateKey, publicKey })
      }
      return { subject: opener(envelope(key, 2048), key), peer }
    },
  },
  {
    name: 'parse-2k',
    unit: 'µs',
    peer: 'a budget of 25 µs to parse and match the recipient',
    atMost: 1,
    async read() {
      const key = await benchIdentity('rsa-2048', 'encrypt')
      const cms = envelope(key, 2048)
      const rates: number[] = []
      for (let round = 0; round < 7; round++) rates.push(await rate(() => listRecipients(cms)))
      return { value: 1e6 / median(rates), peer: 25 }
    },
  },
  {
    name: 'open-10m-rsa',
    unit: 'messages/s',
    peer: 'bare AES-256-CBC decipher of the same octets',
    atLeast: 0.5,
    async prepare() {
      const key = await benchIdentity('rsa-2048', 'encrypt')
      const secret = randomBytes(32)
      const iv = randomBytes(16)
      const ciphertext = randomBytes(10 * megabyte)
      const peer = (): void => {
        const decipher = createDecipheriv('aes-256-cbc', secret, iv).setAutoPadding(false)
        decipher.update(ciphertext)
        decipher.final()
      }
      return { subject: opener(envelope(key, 10 * megabyte), key), peer }
    },
  },
]
