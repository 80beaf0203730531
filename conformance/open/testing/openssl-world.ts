/** A small world made by OpenSSL alone, for tests: a root, Alva's certificate and key in every form, and mail to her. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const config = `
[req]
distinguished_name = dn
prompt = no
[dn]
CN = Lab Root
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = emailProtection
subjectAltName = email:alva@contoso.example
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
certificatePolicies = 1.3.6.1.4.1.99999.1
`

export const password = 'Geheim-für-Tests'

export interface OpensslWorld {
  readonly folder: string
  openssl(...argv: string[]): void
  write(name: string, text: string | Buffer): string
}

/**
 * Files: root.pem, alva.crt, alva.key; alva.p12, alva-no-password.p12, alva.pem, alva-encrypted.pem; the messages
 * signed.eml, encrypted.eml (signed inside), foreign.eml (encrypted to the root's key), plain.eml.
 */
export function createOpensslWorld(): OpensslWorld {
  const folder = mkdtempSync(join(tmpdir(), 'smimelab-open-'))
  const openssl = (...argv: string[]) => {
    execFileSync('openssl', argv, { cwd: folder, stdio: 'pipe', encoding: 'utf8' })
  }
  const write = (name: string, text: string | Buffer) => {
    writeFileSync(join(folder, name), text)
    return name
  }
  write('openssl.cnf', config)
  const newKey = (name: string) => ['-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`]
  openssl(
    'req',
    '-x509',
    ...newKey('root'),
    '-out',
    'root.pem',
    '-days',
    '3650',
    '-config',
    'openssl.cnf',
    '-extensions',
    'ca',
  )
  openssl('req', '-new', ...newKey('alva'), '-out', 'alva.csr', '-subj', '/CN=Alva Example', '-config', 'openssl.cnf')
  openssl(
    ...['x509', '-req', '-in', 'alva.csr', '-CA', 'root.pem', '-CAkey', 'root.key', '-set_serial', '0x1a2b'],
    ...['-days', '365', '-extfile', 'openssl.cnf', '-extensions', 'leaf', '-out', 'alva.crt'],
  )
  const pkcs12 = ['pkcs12', '-export', '-inkey', 'alva.key', '-in', 'alva.crt', '-certfile', 'root.pem']
  openssl(...pkcs12, '-passout', `pass:${password}`, '-out', 'alva.p12')
  openssl(...pkcs12, '-passout', 'pass:', '-out', 'alva-no-password.p12')
  const everything = ['-in', 'alva.p12', '-passin', `pass:${password}`]
  openssl('pkcs12', ...everything, '-nodes', '-out', 'alva.pem')
  openssl('pkcs12', ...everything, '-passout', `pass:${password}`, '-out', 'alva-encrypted.pem')
  write('text', 'Content-Type: text/plain\r\n\r\nHello Alva\r\n')
  const headers = (subject: string) => [
    '-from',
    'alva@contoso.example',
    '-to',
    'alva@contoso.example',
    '-subject',
    subject,
  ]
  const sign = ['cms', '-sign', '-in', 'text', '-signer', 'alva.crt', '-inkey', 'alva.key', '-crlfeol']
  openssl(...sign, '-out', 'signed')
  openssl(...sign, ...headers('signed'), '-out', 'signed.eml')
  const encrypt = ['cms', '-encrypt', '-aes-256-cbc', '-in', 'signed']
  openssl(...encrypt, ...headers('encrypted'), '-out', 'encrypted.eml', 'alva.crt')
  openssl(...encrypt, ...headers('foreign'), '-out', 'foreign.eml', 'root.pem')
  write('plain.eml', 'From: bo@partner.example\r\nSubject: plain\r\n\r\nplain\r\n')
  return { folder, openssl, write }
}
