/** Signing and verifying beside the bare operations: hash and private or public key. */
import { sign as bareSign, verify as bareVerify, createPublicKey, randomBytes } from 'node:crypto'
import { sign, verify } from '../../simulator/smime/cms/index.ts'
import type { Benchmark } from './measure.ts'
import { at, benchIdentity } from './people.ts'

export const signingBenchmarks: readonly Benchmark[] = [
  {
    name: 'sign-2k-ecdsa',
    unit: 'messages/s',
    peer: 'bare ECDSA P-256 signature of the same octets',
    atLeast: 0.5,
    async prepare() {
      const signer = await benchIdentity('p-256', 'sign')
      const content = randomBytes(2048)
      return {
        subject: () => sign(content, { signers: [signer], detached: true, signingTime: at }),
        peer: () => bareSign('sha256', content, signer.privateKey),
      }
    },
  },
  {
    name: 'verify-2k-rsa',
    unit: 'messages/s',
    peer: 'bare RSA-2048 verification of the same octets, key imported each time',
    atLeast: 0.4,
    async prepare() {
      const signer = await benchIdentity('rsa-2048', 'sign')
      const content = randomBytes(2048)
      const cms = sign(content, { signers: [signer], detached: true, signingTime: at })
      const signature = bareSign('sha256', content, signer.privateKey)
      return {
        subject: () => {
          if (verify(cms, content).signers[0]?.cryptoValid !== true)
            throw new Error('the benchmark signature does not verify')
        },
        peer: () => {
          const key = createPublicKey({ key: signer.certificate.spki, format: 'der', type: 'spki' })
          if (!bareVerify('sha256', content, key, signature)) throw new Error('the bare signature does not verify')
        },
      }
    },
  },
]
