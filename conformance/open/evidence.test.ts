/** What a signature is judged by besides roots: revocation lists, OCSP responses, policies. All of it is OpenSSL's. */
import { rmSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { openJson } from './testing/open-command.ts'
import { createOpensslWorld } from './testing/openssl-world.ts'

const world = createOpensslWorld()
afterAll(() => rmSync(world.folder, { recursive: true }))

async function signature(...argv: string[]) {
  const { messages, status } = await openJson(world.folder, ['signed.eml', '--trust', 'root.pem', ...argv])
  const { signature } = messages[0] ?? {}
  return [status, signature?.status, ...(signature?.signers[0]?.reasons.map((each) => each.code) ?? [])]
}

const inYears = (years: number) => `${(new Date().getUTCFullYear() + years) % 100}0101000000Z`
const listed = {
  good: `V\t${inYears(2)}\t\t1A2B\tunknown\t/CN=Alva Example\n`,
  revoked: `R\t${inYears(2)}\t${inYears(-1)}\t1A2B\tunknown\t/CN=Alva Example\n`,
}
world.write('ca.cnf', '[ca]\ndefault_ca=x\n[x]\ndatabase=index.txt\ndefault_md=sha256\ndefault_crl_days=30\n')
world.openssl('ocsp', '-issuer', 'root.pem', '-cert', 'alva.crt', '-no_nonce', '-reqout', 'request.der')
for (const [name, index] of Object.entries(listed)) {
  world.write('index.txt', index)
  const key = ['-cert', 'root.pem', '-keyfile', 'root.key']
  world.openssl('ca', '-gencrl', '-config', 'ca.cnf', ...key, '-out', `${name}.crl`)
  const responder = ['-CA', 'root.pem', '-rsigner', 'root.pem', '-rkey', 'root.key', '-ndays', '7']
  world.openssl('ocsp', '-index', 'index.txt', ...responder, '-reqin', 'request.der', '-respout', `${name}.ocsp`)
}

describe.each([
  ['--crl', '.crl'],
  ['--ocsp', '.ocsp'],
])('%s', (option, extension) => {
  test('that knows nothing against the certificate', async () => {
    expect(await signature(option, `good${extension}`)).toEqual([0, 'valid'])
  })

  test('that revokes the certificate', async () => {
    expect(await signature(option, `revoked${extension}`)).toEqual([1, 'invalid', 'revoked'])
  })

  test('that revokes it, beside one that does not', async () => {
    const both = [option, `good${extension}`, option, `revoked${extension}`]
    expect(await signature(...both)).toEqual([1, 'invalid', 'revoked'])
  })

  test('is not asked with --no-revocation', async () => {
    expect(await signature(option, `revoked${extension}`, '--no-revocation')).toEqual([0, 'valid'])
  })
})

describe('--policy', () => {
  test('of the certificate', async () => {
    expect(await signature('--policy', '1.2.3', '--policy', '1.3.6.1.4.1.99999.1')).toEqual([0, 'valid'])
  })

  test('of another: not what was asked for', async () => {
    expect((await signature('--policy', '1.2.3')).slice(0, 2)).toEqual([1, 'invalid'])
  })
})
