import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadKeyPool } from '../../simulator/pki/key-pool.ts'
import { openMessage } from '../../simulator/smime/index.ts'
import { keyPoolFolder } from '../run/package-files.ts'
import { documentOf, interopDocumentSchema } from './document.ts'
import { forms } from './form.ts'
import { limits } from './limits.ts'
import { type Matrix, runMatrix } from './matrix.ts'
import type { Engine, Peer } from './peer.ts'
import { openssl } from './peers/openssl.ts'
import { smimelab } from './peers/smimelab.ts'
import { judge } from './verdict.ts'
import { buildWorld, type World } from './world.ts'

const root = mkdtempSync(join(tmpdir(), 'interop-test-'))
let world: World

beforeAll(async () => {
  const read = (name: string): string => readFileSync(join(keyPoolFolder, name), 'utf8')
  world = await buildWorld(loadKeyPool({ rsa: read('rsa-2048.pem'), ec: read('p-256.pem') }), new Date())
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const some = [
  'sign/rsa-pss-sha256/clear',
  'sign/ecdsa-p384-sha384/opaque',
  'encrypt/aes-256-gcm/ecdh-p256-sha256kdf/issuer-and-serial',
  'encrypt/aes-256-cbc/rsa-oaep-sha256-mgf1-sha1/issuer-and-serial',
  'encrypt/aes-256-cbc/x25519-hkdf-sha256/key-identifier',
]

function run(peers: readonly Peer[], ids: readonly string[], searchPath = process.env.PATH ?? ''): Promise<Matrix> {
  const chosen = forms.filter(({ id }) => ids.includes(id))
  return runMatrix({ world, peers, forms: chosen, folder: mkdtempSync(join(root, 'run-')), searchPath })
}

/** Our engine with one fault. */
function faulty(change: (sound: Engine) => Partial<Engine>): Peer {
  return {
    ...smimelab,
    async start(world, workplace) {
      const sound = await smimelab.start(world, workplace)
      return { ...sound, ...change(sound) }
    },
  }
}

test('ours and openssl open each other, but for the known limits', async () => {
  const matrix = await run([smimelab, openssl], some)
  const verdict = judge(matrix, limits)
  expect(verdict.problems).toEqual([])
  expect(matrix.messages).toHaveLength(8)
  expect(matrix.openings).toHaveLength(16)
  expect(verdict.openings.filter(({ result }) => result !== 'ok').map(({ limit }) => limit?.id)).toEqual([
    'openssl-no-x25519',
  ])
  expect(verdict.unconfirmed.map(({ id }) => id)).toEqual(['encrypt/aes-256-cbc/x25519-hkdf-sha256/key-identifier'])
  expect(() => interopDocumentSchema.parse(JSON.parse(JSON.stringify(documentOf(matrix, verdict))))).not.toThrow()
})

describe('goes red on', () => {
  test('a peer that reads signed and authenticated mail without looking', async () => {
    const credulous = faulty((sound) => ({
      open: async (jobs) =>
        (await sound.open(jobs)).map((answer) => (answer.ok ? answer : { ok: true, bytes: Buffer.from('x') })),
    }))
    const matrix = await run([credulous], some.slice(0, 3))
    expect(matrix.openings.map(({ result }) => result)).toEqual(Array(3).fill('altered-accepted'))
  })

  test('a peer that loses a line end', async () => {
    const careless = faulty((sound) => ({
      open: async (jobs) =>
        (await sound.open(jobs)).map((each) => (each.ok ? { ok: true, bytes: each.bytes.subarray(0, -2) } : each)),
    }))
    const { openings } = await run([careless], some.slice(0, 2))
    expect(openings.map(({ result }) => result)).toEqual(['other-content', 'other-content'])
  })

  test('a peer that makes another form than it was asked for', async () => {
    const v15 = forms.find(({ id }) => id === 'sign/rsa-v1.5-sha256/clear')
    const set = faulty((sound) => ({
      make: (jobs) => sound.make(jobs.map((job) => (v15 === undefined ? job : { ...job, form: v15 }))),
    }))
    const { makings, messages } = await run([set], some.slice(0, 3))
    expect(makings.map(({ says }) => says)).toEqual([
      'made sign/rsa-v1.5-sha256/clear instead',
      'made sign/rsa-v1.5-sha256/clear instead',
      expect.stringContaining('instead'),
    ])
    expect(messages).toEqual([])
  })

  test('peers that are not installed', async () => {
    const matrix = await run([smimelab, openssl], some.slice(0, 1), '/nowhere')
    expect(matrix.peers.map(({ name }) => name)).toEqual(['smimelab'])
    expect(judge(matrix, []).problems).toEqual([
      expect.objectContaining({ kind: 'peer-absent', message: 'openssl is not installed' }),
    ])
  })
})

test('what is made is whole mail: From is the signer, and the content is what was sent', async () => {
  const { messages } = await run([openssl], ['sign/rsa-v1.5-sha512/clear'])
  const [message] = messages
  if (message === undefined) throw new Error('openssl makes this form')
  const opened = openMessage(message.bytes, { keys: [], trust: { anchors: [world.root], at: world.at } })
  expect(opened).toMatchObject({
    outcome: 'clear',
    signature: { status: 'valid', signers: [{ emails: ['signer-rsa@interop.example'] }] },
    headers: { from: 'signer-rsa@interop.example', subject: 'sign/rsa-v1.5-sha512/clear' },
  })
  expect(opened.content?.bytes.equals(message.sent)).toBe(true)
})
