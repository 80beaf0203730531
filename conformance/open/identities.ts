/** Identities from files: PKCS#12 (RFC 7292), or PEM (RFC 7468) with certificates and private keys. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { LabError } from '../../simulator/error.ts'
import { type Certificate, type Identity, publicKeyOf, readCertificates } from '../../simulator/pki/certificate.ts'
import { openPkcs12 } from '../../simulator/pki/pkcs12/index.ts'
import { readBounded } from './bounded-file.ts'

/** Far above any key history that a person has. */
const largestFile = 16 * 1024 * 1024
const mostKeys = 1000

export interface IdentityFile {
  readonly identities: readonly Identity[]
  /** What else was in it: the chain, which the sender of a message may have left out. */
  readonly certificates: readonly Certificate[]
}

export async function readIdentities(cwd: string, file: string, passwords: readonly string[]): Promise<IdentityFile> {
  const bytes = await readBounded(cwd, file, 'identity', largestFile)
  const found = bytes.includes('-----BEGIN ') ? readPem(file, bytes, passwords) : readPkcs12(file, bytes, passwords)
  if (found.identities.length === 0)
    throw new LabError('identity-without-key', `${file}: a private key with its certificate wanted, none is in it`, {
      hint: 'a certificate alone opens nothing',
    })
  return found
}

function readPkcs12(file: string, bytes: Buffer, passwords: readonly string[]): IdentityFile {
  // Without a password PKCS#12 knows two: the empty one and none at all (RFC 7292 appendix B.1 encodes them differently).
  const tried = passwords.length > 0 ? passwords : ['', null]
  for (const password of tried) {
    try {
      return openPkcs12(bytes, password)
    } catch (error) {
      if (!(error instanceof LabError)) throw error
      if (error.code !== 'pkcs12-wrong-password') throw named(file, error)
    }
  }
  throw wrongPassword(file, passwords.length)
}

const keyBlock = /-----BEGIN ((?:RSA |EC |ENCRYPTED )?PRIVATE KEY)-----[^-]*-----END \1-----/g

function readPem(file: string, bytes: Buffer, passwords: readonly string[]): IdentityFile {
  const text = bytes.toString('latin1')
  const keys: KeyObject[] = []
  for (const [pem] of text.matchAll(keyBlock)) {
    if (keys.length === mostKeys)
      throw new LabError('identity-malformed', `${file}: more than ${mostKeys} private keys`)
    keys.push(readPemKey(file, pem, passwords))
  }
  if (keys.length === 0) return { identities: [], certificates: [] }
  let certificates: Certificate[]
  try {
    certificates = readCertificates(bytes)
  } catch (error) {
    throw error instanceof LabError ? named(file, error) : error
  }
  const publicKeys = keys.map((each) => createPublicKey(each))
  const identities: Identity[] = []
  const others: Certificate[] = []
  for (const certificate of certificates) {
    const privateKey = keys[publicKeys.findIndex((each) => belongs(certificate, each))]
    if (privateKey === undefined) others.push(certificate)
    else identities.push({ certificate, privateKey })
  }
  return { identities, certificates: others }
}

function belongs(certificate: Certificate, key: KeyObject): boolean {
  try {
    return publicKeyOf(certificate).equals(key)
  } catch {
    // A public key of a kind that node:crypto does not know, or of another kind than this key.
    return false
  }
}

function readPemKey(file: string, pem: string, passwords: readonly string[]): KeyObject {
  const encrypted = pem.includes('ENCRYPTED')
  if (!encrypted) {
    try {
      return createPrivateKey(pem)
    } catch {
      throw new LabError('identity-malformed', `${file}: the private key in it does not parse`)
    }
  }
  for (const passphrase of passwords) {
    try {
      return createPrivateKey({ key: pem, passphrase })
    } catch {
      // OpenSSL tells a wrong password from a broken key only by chance: the next password decides.
    }
  }
  throw wrongPassword(file, passwords.length)
}

function wrongPassword(file: string, tried: number): LabError {
  return tried === 0
    ? new LabError('password-missing', `${file}: it wants a password, none was given`, {
        hint: '--password env:NAME, file:PATH or pass:TEXT',
      })
    : new LabError(
        'wrong-password',
        `${file}: ${tried === 1 ? 'the password does' : `the ${tried} passwords do`} not open it`,
        {
          hint: 'every --password is tried on every identity; check the variable or file that it names',
        },
      )
}

function named(file: string, error: LabError): LabError {
  return new LabError(error.code, `${file}: ${error.message}`, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    cause: error,
  })
}
