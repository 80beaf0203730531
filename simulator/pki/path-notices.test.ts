import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Certificate, readCertificates } from './certificate.ts'
import { CertificationAuthority, createRoot } from './certification-authority.ts'
import { validatePath } from './path-validation.ts'
import { at, newLeaf, newRoot, nextSerial, threeLevels, valid } from './testing/hierarchy.ts'

const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength })
const notices = (leaf: Certificate, anchors: Certificate[]) => {
  const { ok, notices } = validatePath(leaf, { anchors, intermediates: [], at })
  return { ok, notices: notices.map(({ code, message }) => `${code}: ${message}`) }
}

test('nothing to notice', async () => {
  const { leaf, anchors, intermediates = [] } = await threeLevels()
  expect(validatePath(leaf, { anchors, intermediates, at }).notices).toEqual([])
})

test('CRT-11: RSA keys under 2048 bits, of the anchor too', async () => {
  const request = { keyUsage: ['keyCertSign'], serial: nextSerial(), ca: {}, ...valid } as const
  const keys = rsa(1024)
  const root = await createRoot({ subject: 'CN=Old root', ...request }, keys)
  const authority = new CertificationAuthority({ certificate: root, privateKey: keys.privateKey }, [root])
  const leaf = await newLeaf(authority, { publicKey: rsa(2047).publicKey })
  expect(notices(leaf, [root])).toEqual({
    ok: true,
    notices: [
      "short-key: 'CN=Alva Example,O=Example' has an RSA key of 2047 bits; 2048 or more wanted",
      "short-key: 'CN=Old root' has an RSA key of 1024 bits; 2048 or more wanted",
    ],
  })
  const modern = await newLeaf(await newRoot(), { publicKey: rsa(2048).publicKey })
  expect(notices(modern, []).notices).toEqual([])
})

test('SHA-1 below the anchor, made by OpenSSL; the signature of the anchor itself is not looked at', () => {
  const folder = mkdtempSync(join(tmpdir(), 'smimelab-notices-'))
  const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' })
  const read = (file: string): Certificate => {
    const [certificate] = readCertificates(readFileSync(join(folder, file)))
    if (certificate === undefined) throw new Error('no certificate')
    return certificate
  }
  try {
    const key = (name: string) =>
      writeFileSync(join(folder, name), rsa(2048).privateKey.export({ format: 'pem', type: 'pkcs8' }))
    key('root.key')
    key('leaf.key')
    const common = ['-sha1', '-days', '3650', '-subj']
    openssl('req', '-x509', '-key', 'root.key', ...common, '/CN=Root', '-out', 'root.pem')
    openssl('req', '-new', '-key', 'leaf.key', '-subj', '/CN=Alva', '-out', 'leaf.req')
    for (const [name, options] of [
      ['v15', []],
      ['pss', ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:20']],
    ] as const) {
      const issuer = ['-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial']
      openssl('x509', '-req', '-in', 'leaf.req', ...issuer, '-sha1', '-days', '30', ...options, '-out', `${name}.pem`)
      const [leaf, root] = [read(`${name}.pem`), read('root.pem')]
      const result = validatePath(leaf, { anchors: [root], intermediates: [], at: leaf.notBefore })
      expect(result.ok).toBe(true)
      expect(result.notices).toEqual([
        { code: 'weak-digest', message: "'CN=Alva' is signed over SHA-1, which can be made to collide" },
      ])
      const alone = validatePath(leaf, { anchors: [], intermediates: [], at: leaf.notBefore })
      expect(alone.notices.map(({ code }) => code)).toEqual(['weak-digest'])
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})
