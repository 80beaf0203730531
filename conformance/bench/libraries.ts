/** The libraries of the same language, on the same bytes. */

import { randomBytes } from 'node:crypto'
import forge from 'node-forge'
import * as pkijs from 'pkijs'
import { encrypt, sign, verify } from '../../simulator/smime/cms/index.ts'
import type { Benchmark } from './measure.ts'
import { envelope, opener } from './opening.ts'
import { at, benchIdentity } from './people.ts'

export const libraryBenchmarks: readonly Benchmark[] = [
  {
    name: 'open-2k-oaep-against-pkijs',
    unit: 'messages/s',
    peer: 'pkijs on WebCrypto, key imported once',
    atLeast: 5,
    async prepare() {
      const key = await benchIdentity('rsa-2048', 'encrypt')
      const cms = encrypt(randomBytes(2048), {
        recipients: [key.certificate],
        contentCipher: 'aes-256-cbc',
        keyTransport: 'rsa-oaep-sha256',
      })
      const pkcs8 = key.privateKey.export({ type: 'pkcs8', format: 'der' })
      const recipientPrivateKey = await crypto.subtle.importKey(
        'pkcs8',
        pkcs8,
        { name: 'RSA-OAEP', hash: 'SHA-256' },
        true,
        ['decrypt'],
      )
      const recipientCertificate = pkijs.Certificate.fromBER(key.certificate.der)
      const peer = async (): Promise<void> => {
        const enveloped = new pkijs.EnvelopedData({ schema: pkijs.ContentInfo.fromBER(cms).content })
        await enveloped.decrypt(0, { recipientCertificate, recipientPrivateKey })
      }
      return { subject: opener(cms, key), peer }
    },
  },
  {
    name: 'verify-2k-against-pkijs',
    unit: 'messages/s',
    peer: 'pkijs on WebCrypto',
    atLeast: 5,
    async prepare() {
      const signer = await benchIdentity('rsa-2048', 'sign')
      const content = randomBytes(2048)
      const cms = sign(content, { signers: [signer], detached: true, signingTime: at })
      const data = content.buffer.slice(content.byteOffset, content.byteOffset + content.length) as ArrayBuffer
      return {
        subject: () => verify(cms, content),
        peer: async () => {
          const signed = new pkijs.SignedData({ schema: pkijs.ContentInfo.fromBER(cms).content })
          if (!(await signed.verify({ signer: 0, data })))
            throw new Error('pkijs does not verify the benchmark signature')
        },
      }
    },
  },
  {
    name: 'open-2k-against-forge',
    unit: 'messages/s',
    peer: 'node-forge, key and certificate parsed once',
    atLeast: 50,
    async prepare() {
      const key = await benchIdentity('rsa-2048', 'encrypt')
      const cms = envelope(key, 2048)
      const privateKey = forge.pki.privateKeyFromPem(key.privateKey.export({ type: 'pkcs1', format: 'pem' }) as string)
      const binary = cms.toString('binary')
      const peer = (): void => {
        const message = forge.pkcs7.messageFromAsn1(forge.asn1.fromDer(binary)) as forge.pkcs7.PkcsEnvelopedData & {
          recipients: object[]
        }
        message.decrypt(message.recipients[0] as never, privateKey)
        if (message.content === undefined) throw new Error('node-forge does not open the benchmark message')
      }
      return { subject: opener(cms, key), peer }
    },
  },
]
